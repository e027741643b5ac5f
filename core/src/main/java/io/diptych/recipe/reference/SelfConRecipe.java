package io.diptych.recipe.reference;

import static io.diptych.recipe.reference.RecipeDraft.section;

import io.diptych.option.OptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The recipe of a command line of SelfCon's pretraining, or of its training in one stage. */
final class SelfConRecipe {
  private final SelfConOptions options;
  private final Arguments arguments;
  private final Facts dataset;
  private final boolean pretrains;
  private final RecipeDraft draft = new RecipeDraft();

  private SelfConRecipe(SelfConOptions options) {
    this.options = options;
    this.arguments = options.arguments();
    this.dataset = options.dataset();
    this.pretrains = options.program().name().equals(SelfConOptions.PRETRAIN);
  }

  /**
   * Writes the recipe.
   *
   * @throws OptionException if no recipe does what the program would
   */
  static RecipeDraft of(SelfConOptions options) {
    options.requireTrainable();
    if (options.program().name().equals(SelfConOptions.LINEAR)) {
      throw new OptionException(
          "",
          "selfcon/linear has no recipe: it judges an encoder, as 'diptych evaluate RUN --protocol"
              + " linear-sgd evaluate.linear_sgd.preset=selfcon-cifar' does");
    }
    return new SelfConRecipe(options).draft();
  }

  private RecipeDraft draft() {
    if (!arguments.text("resume").isEmpty()) {
      throw new OptionException(
          "--resume",
          "a recipe begins anew; 'diptych import' takes the encoder out of the checkpoint");
    }
    draft.put("name", Objects.requireNonNull(SelfConResolved.of(options).get("model_name")));
    draft.put("seed", arguments.whole("seed"));
    draft.put("data", section("name", dataset.get("name")));
    int views = pretrains && arguments.flag("multiview") ? 2 : 1;
    draft.put("views", List.of(section("count", views, "pipeline", pipeline())));
    draft.put("backbone", options.model().backbone(dataset, arguments));
    draft.put("method", pretrains ? pretraining() : oneStage());
    draft.put(
        "optimizer",
        section(
            "name", "sgd",
            "lr", arguments.real("learning_rate"),
            "momentum", arguments.real("momentum"),
            "weight_decay", arguments.real("weight_decay"),
            "decay_all", true));
    draft.put("schedule", schedule());
    draft.put("train", train());
    return draft;
  }

  private List<Object> pipeline() {
    List<Object> steps = new ArrayList<>();
    if (dataset.has("resize")) {
      steps.add(section("resize", section("size", dataset.get("resize"))));
    }
    if (pretrains && arguments.flag("randaug")) {
      steps.add(section("rand_augment", section("count", 2, "magnitude", 9)));
    }
    steps.add(
        section(
            "random_resized_crop",
            section("size", dataset.get("side"), "scale", List.of(0.2, 1.0))));
    steps.add(section("horizontal_flip", section("p", 0.5)));
    if (pretrains && !arguments.flag("weakaug")) {
      steps.addAll(options.facts().list("colours"));
    }
    steps.add(section("normalize", dataset.get("normalize")));
    return steps;
  }

  private Map<String, Object> pretraining() {
    String method = arguments.text("method");
    Map<String, Object> section =
        section(
            "name",
            method.equals("Con") ? "simclr" : method.equals("SupCon") ? "supcon" : "selfcon",
            "temperature",
            arguments.real("temp"));
    if (method.equals("Con")) {
      section.put("form", "con");
      int width = options.model().facts().whole("width");
      section.put("projector", section("hidden", width, "batch_norm", false));
    } else if (method.equals("SelfCon")) {
      section.put("labels", arguments.flag("label"));
      section.put("alpha", arguments.real("alpha"));
      if (!arguments.flag("label")) {
        draft.note("--label takes the labels away from the program, which has them by default");
      }
    }
    return section;
  }

  private Map<String, Object> oneStage() {
    String objective = arguments.text("method");
    if (!objective.equals("ce") && options.model().exits().isEmpty()) {
      throw new OptionException(
          "--method", objective + " needs an exit; without one, the program trains ce");
    }
    return section(
        "name", "one-stage",
        "objective", objective.replace('_', '-'),
        "temperature", arguments.real("temperature"),
        "output", arguments.whole("dim_out"),
        "hidden_classifier", options.model().family().equals("vgg"));
  }

  private Map<String, Object> schedule() {
    double rate = arguments.real("learning_rate");
    double gamma = arguments.real("lr_decay_rate");
    boolean cosine = arguments.flag("cosine");
    Map<String, Object> schedule;
    if (cosine) {
      double last = RecipeDraft.part(Math.pow(gamma, 3), 1);
      schedule =
          section(
              "name", "cosine", "spans", "run", "every", "epoch", "point", "end", "final_lr", last);
    } else {
      String falls = "lr_decay_epochs";
      List<Long> milestones =
          Python.wholes("--" + falls, arguments.text(falls)).stream().sorted().toList();
      schedule = section("name", "multi_step", "milestones", milestones, "gamma", gamma);
    }
    boolean asked = arguments.flag("warm");
    if (asked || options.hasLargeBatch()) {
      arguments.requirePositive("learning_rate");
      schedule.put("warmup_epochs", SelfConOptions.WARM_EPOCHS);
      schedule.put(
          "warmup",
          section(
              "start",
              RecipeDraft.part(SelfConOptions.WARM_FROM, rate),
              "ramp",
              "below-end",
              "target",
              cosine ? "curve" : "base"));
      if (arguments.whole("epochs") < SelfConOptions.WARM_EPOCHS) {
        draft.note("the run ends before the warm-up does: it has fewer than 10 epochs");
      }
    }
    return schedule;
  }

  private Map<String, Object> train() {
    Map<String, Object> train =
        section("epochs", arguments.whole("epochs"), "batch_size", arguments.whole("batch_size"));
    if (pretrains && arguments.flag("precision")) {
      train.put("precision", "float16");
    }
    if (arguments.isGiven("print_freq")) {
      train.put("log_every", arguments.whole("print_freq"));
    }
    if (arguments.isGiven("save_freq")) {
      train.put("keep_every", arguments.whole("save_freq"));
    }
    return train;
  }
}
