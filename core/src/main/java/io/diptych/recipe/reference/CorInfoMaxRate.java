package io.diptych.recipe.reference;

import static io.diptych.recipe.reference.RecipeDraft.part;
import static io.diptych.recipe.reference.RecipeDraft.section;

import io.diptych.option.OptionException;
import java.util.Map;

/** The optimiser and the learning rate of a command line of CorInfoMax's pretraining. */
final class CorInfoMaxRate {
  private final Program program;
  private final Arguments arguments;
  private final RecipeDraft draft;

  CorInfoMaxRate(Program program, Arguments arguments, RecipeDraft draft) {
    this.program = program;
    this.arguments = arguments;
    this.draft = draft;
  }

  /** Returns the section of a recipe. */
  Map<String, Object> optimizer() {
    String name = arguments.text("pre_optimizer");
    Map<String, Object> optimizer =
        switch (name) {
          case "SGD" -> section("name", "sgd", "lr", lr(), "momentum", momentum());
          case "Adam" -> section("name", "adam", "lr", lr());
          case "AdamW" -> section("name", "adamw", "lr", lr());
          default ->
              throw new OptionException(
                  "--pre_optimizer", "must be SGD, Adam or AdamW, was '" + name + "'");
        };
    // The program makes its Adam without the decay.
    optimizer.put("weight_decay", name.equals("Adam") ? 0.0 : arguments.real("w_decay"));
    optimizer.put("decay_all", true);
    return optimizer;
  }

  /** Returns the base rate. That of the program's triangles belongs to the linear evaluation. */
  private double lr() {
    String option = cycles() ? "lin_learning_rate" : "learning_rate";
    arguments.requirePositive(option);
    return arguments.real(option);
  }

  private double momentum() {
    return cycles() ? 0.9 : arguments.real("momentum");
  }

  /** Returns whether the rate goes up and down in triangles, and the momentum against it. */
  private boolean cycles() {
    return arguments.text("pre_scheduler").equals("cos_warm_res")
        && !program.name().equals(CorInfoMaxRecipe.SMALL_IMAGES);
  }

  /** Returns the section of a recipe. */
  Map<String, Object> schedule() {
    String name = arguments.text("pre_scheduler");
    return switch (name) {
      case "lin_warmup_cos" -> warmupAndCosine();
      case "cos" -> cosine();
      case "cos_warm_res" -> cycles() ? triangles() : restarts();
      case "step" -> section("name", "step", "size_epochs", size(), "gamma", gamma());
      case "multi_step" ->
          section(
              "name", "multi_step", "milestones", arguments.wholes("step_list"), "gamma", gamma());
      case "reduce_plateau" ->
          section(
              "name", "plateau",
              "factor", arguments.real("plateau_factor"),
              "patience", arguments.whole("plateau_patience"),
              "threshold", arguments.real("plateau_threshold"));
      case "None" -> section("name", "constant");
      default ->
          throw new OptionException(
              "--pre_scheduler",
              "must be None, lin_warmup_cos, cos, reduce_plateau, multi_step, step or cos_warm_res,"
                  + " was '"
                  + name
                  + "'");
    };
  }

  private Map<String, Object> warmupAndCosine() {
    arguments.requireAtLeast(0, "warmup_epochs");
    long warmup = arguments.whole("warmup_epochs");
    if (arguments.whole("epochs") <= warmup) {
      throw new OptionException(
          "--epochs",
          "must be more than the "
              + warmup
              + " of --warmup_epochs, was "
              + arguments.whole("epochs"));
    }
    double start = arguments.real("warmup_start_lr");
    Map<String, Object> schedule = cosine();
    if (warmup == 0) {
      draft.note(
          "without a warm-up the rate starts at --learning_rate; the program would start it at "
              + start
              + " and never raise it");
    } else {
      schedule.put("warmup_epochs", warmup);
      schedule.put("warmup", section("start", part(start, lr()), "ramp", "full", "every", "epoch"));
    }
    return schedule;
  }

  private Map<String, Object> cosine() {
    return section("name", "cosine", "every", "epoch", "final_lr", low("min_lr", lr()));
  }

  private Map<String, Object> restarts() {
    return section("name", "cosine_restarts", "period_epochs", size(), "every", "epoch");
  }

  private Map<String, Object> triangles() {
    if (!arguments.text("pre_optimizer").equals("SGD")) {
      throw new OptionException(
          "--pre_scheduler", "cos_warm_res changes the momentum, which only SGD has");
    }
    return section(
        "name",
        "triangular",
        "up_epochs",
        10,
        "down_epochs",
        10,
        "low_lr",
        low("lin_min_lr", lr()),
        "low_momentum",
        0.8,
        "every",
        "epoch");
  }

  private long size() {
    arguments.requireAtLeast(1, "step_size");
    return arguments.whole("step_size");
  }

  private double gamma() {
    return arguments.real("step_gamma");
  }

  /** Returns a rate as a part of the highest. */
  private double low(String option, double highest) {
    double low = arguments.real(option);
    if (!(low >= 0 && low <= highest)) {
      throw new OptionException(
          "--" + option, "must be from 0 to the highest rate, " + highest + ", was " + low);
    }
    return part(low, highest);
  }
}
