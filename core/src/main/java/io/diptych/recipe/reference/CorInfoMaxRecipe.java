package io.diptych.recipe.reference;

import static io.diptych.recipe.reference.RecipeDraft.section;

import io.diptych.option.OptionException;
import io.diptych.option.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The recipe of a command line of CorInfoMax's pretraining. */
final class CorInfoMaxRecipe {
  static final String SMALL_IMAGES = "cifars-tiny";
  private static final String IMAGENET = "imagenet1k";

  private final Facts facts;
  private final Program program;
  private final Arguments arguments;
  private final RecipeDraft draft = new RecipeDraft();

  private CorInfoMaxRecipe(Facts facts, Program program, Arguments arguments) {
    this.facts = facts;
    this.program = program;
    this.arguments = arguments;
  }

  /**
   * Writes the recipe.
   *
   * @throws OptionException if no recipe does what the program would
   */
  static RecipeDraft of(Facts facts, Program program, Arguments arguments) {
    return new CorInfoMaxRecipe(facts, program, arguments).draft();
  }

  private RecipeDraft draft() {
    arguments.requireAtLeast(1, "batch_size");
    arguments.requireAtLeast(1, "epochs");
    requireWholeBatches();
    requireAllImages();
    Facts dataset = dataset();
    draft.put("name", arguments.text("con_name"));
    draft.put("data", section("name", dataset.get("name")));
    draft.put("views", List.of(view("first", dataset), view("second", dataset)));
    draft.put("backbone", encoder(dataset));
    draft.put("method", method());
    CorInfoMaxRate rate = new CorInfoMaxRate(program, arguments, draft);
    draft.put("optimizer", rate.optimizer());
    draft.put("schedule", rate.schedule());
    Map<String, Object> train =
        section("epochs", arguments.whole("epochs"), "batch_size", arguments.whole("batch_size"));
    if (arguments.has("amp") && arguments.flag("amp")) {
      train.put("precision", "float16");
    }
    draft.put("train", train);
    return draft;
  }

  private void requireWholeBatches() {
    if (arguments.has("half") && arguments.flag("half")) {
      throw new OptionException("--half", "fails in the program; --amp is what works");
    }
    String steps = "grad_accumulation_steps";
    if (arguments.has(steps) && arguments.whole(steps) != 1) {
      throw new OptionException(
          "--" + steps, "sums the losses of separate batches, which no recipe does; leave it out");
    }
  }

  /** The folder for small images reads the option, but takes no notice of it. */
  private void requireAllImages() {
    if (program.name().equals(SMALL_IMAGES)) {
      return;
    }
    boolean part = arguments.text("subset_type").equals("pretrain_and_linear");
    if (part && arguments.real("subset") < 1) {
      throw new OptionException(
          "--subset",
          "draws images that no recipe can draw again; leave it out, and list the images in a file"
              + " for data.subset");
    }
  }

  private Facts dataset() {
    Facts datasets = facts.section("datasets");
    String name = arguments.text("dataset");
    return datasets.names().stream()
        .filter(known -> known.replace('-', '_').equals(name.replace('-', '_')))
        .map(datasets::section)
        .findFirst()
        .orElseThrow(
            () ->
                new OptionException(
                    "--dataset",
                    "must be one of " + String.join(", ", datasets.names()) + ", was " + name));
  }

  private Tree encoder(Facts dataset) {
    Facts encoders = dataset.section("encoders");
    String name = arguments.text("model_name");
    if (!encoders.has(name)) {
      throw new OptionException(
          "--model_name",
          "for "
              + dataset.text("name")
              + " the program has "
              + String.join(" and ", encoders.names())
              + ", not "
              + name);
    }
    return encoders.get(name);
  }

  private Map<String, Object> view(String which, Facts dataset) {
    List<Object> steps = new ArrayList<>();
    steps.add(
        section(
            "random_resized_crop",
            section("size", dataset.get("side"), "interpolation", "bicubic")));
    steps.addAll(facts.section("views").list(which));
    steps.add(section("normalize", dataset.get("normalize")));
    return section("count", 1, "pipeline", steps);
  }

  private Map<String, Object> method() {
    boolean batchNorm = program.name().equals(IMAGENET);
    if (batchNorm) {
      draft.note(
          "the projector is that of the script whose name ends in _bn; for the other one set"
              + " method.projector.batch_norm to false");
    }
    return section(
        "name", "corinfomax",
        "similarity_weight", arguments.real("sim_loss_weight"),
        "covariance_weight", arguments.real("cov_loss_weight"),
        "covariance_start", arguments.real("R_ini"),
        "covariance_memory", arguments.real("la_R"),
        "mean_memory", arguments.real("la_mu"),
        "epsilon", arguments.real("R_eps_weight"),
        "normalize", arguments.flag("normalize_on"),
        "projector", section("widths", arguments.text("projector"), "batch_norm", batchNorm));
  }
}
