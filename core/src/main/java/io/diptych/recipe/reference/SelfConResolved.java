package io.diptych.recipe.reference;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The options of SelfCon's programs after all that they derive from a command line. */
final class SelfConResolved {
  private static final String UNSAID = "[False,False,False]";

  /** What stands before the value of an option in the name of a run; nothing, for others. */
  private static final Map<String, String> LABELS =
      Map.of(
          "learning_rate", "lr_",
          "multiview", "multiview_",
          "label", "label_",
          "weight_decay", "decay_",
          "batch_size", "bsz_",
          "temp", "temp_",
          "seed", "seed_");

  private final SelfConOptions options;
  private final Map<String, Object> all;

  private SelfConResolved(SelfConOptions options) {
    this.options = options;
    this.all = new LinkedHashMap<>(options.arguments().values());
  }

  /** Returns every option with its value, and what the program adds to them. */
  static Map<String, Object> of(SelfConOptions options) {
    SelfConResolved resolved = new SelfConResolved(options);
    resolved.correct();
    switch (options.program().name()) {
      case SelfConOptions.PRETRAIN -> resolved.pretrain();
      case SelfConOptions.LINEAR -> resolved.linear();
      default -> resolved.oneStage();
    }
    return resolved.all;
  }

  private void correct() {
    all.put("lr_decay_epochs", options.decayEpochs());
    all.put("n_cls", options.dataset().whole("classes"));
    Facts corrects = options.facts().section("corrects").section(options.program().name());
    String family = options.model().family();
    if (corrects.has(family)) {
      all.put("selfcon_arch", corrects.text(family));
      if (get("selfcon_pos").equals(UNSAID)) {
        int positions = options.model().facts().whole("positions");
        all.put("selfcon_pos", "[" + "False,".repeat(positions - 1) + "False]");
      }
    }
  }

  private void pretrain() {
    all.put("warm", is("warm") || options.hasLargeBatch());
    folders(
        (String) get("save_dir"),
        name(
                "method",
                "dataset",
                "model",
                "learning_rate",
                "multiview",
                "label",
                "weight_decay",
                "batch_size",
                "temp",
                "seed")
            + suffix("cosine")
            + suffix("warm")
            + experiment());
    warmUp();
  }

  private void linear() {
    all.put(
        "model_name",
        name("dataset", "model", "learning_rate", "weight_decay", "batch_size")
            + suffix("cosine")
            + suffix("warm"));
    warmUp();
  }

  /** The program decides on a warm-up later, and does not write it down. */
  private void oneStage() {
    folders(
        "./save/distill",
        name("method", "dataset", "model", "learning_rate", "weight_decay", "batch_size", "seed")
            + suffix("cosine")
            + experiment());
    all.put("n_data", options.dataset().whole("images"));
    Facts weights = options.facts().section("weights").section((String) get("method"));
    weights
        .entries()
        .forEach(
            (key, weight) -> all.put(key, Objects.requireNonNull(ProgramOption.plain(weight))));
  }

  private String name(String... keys) {
    return Arrays.stream(keys)
        .map(key -> LABELS.getOrDefault(key, "") + Python.text(get(key)))
        .collect(Collectors.joining("_"));
  }

  private String suffix(String flag) {
    return is(flag) ? "_" + flag : "";
  }

  private String experiment() {
    String name = (String) get("exp_name");
    return name.isEmpty() ? "" : "_" + name;
  }

  private void folders(String root, String name) {
    String path = root + "/" + get("method") + "/" + get("dataset") + "_models";
    all.put("model_path", path);
    all.put("model_name", name);
    all.put("save_folder", path + "/" + name);
  }

  private void warmUp() {
    if (!is("warm")) {
      return;
    }
    double rate = (Double) get("learning_rate");
    all.put("warmup_from", SelfConOptions.WARM_FROM);
    all.put("warm_epochs", SelfConOptions.WARM_EPOCHS);
    all.put("warmup_to", rate);
    if (is("cosine")) {
      double least = rate * Math.pow((Double) get("lr_decay_rate"), 3);
      double part = Math.PI * SelfConOptions.WARM_EPOCHS / (Long) get("epochs");
      all.put("warmup_to", least + (rate - least) * (1 + Math.cos(part)) / 2);
    }
  }

  private boolean is(String flag) {
    return get(flag).equals(true);
  }

  private Object get(String key) {
    return Objects.requireNonNull(all.get(key), key);
  }
}
