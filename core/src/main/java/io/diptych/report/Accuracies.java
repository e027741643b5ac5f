package io.diptych.report;

import io.diptych.report.Evaluation.Measured;
import io.diptych.report.Evaluation.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The accuracies that some protocols write among their measures: {@code top1} and {@code top5} of
 * each kind of features, as fine-tuning does, or of each other data set, as transfer does, which
 * has those of the baselines beside them.
 */
final class Accuracies {
  private static final String TOP1 = "top1";
  private static final String TOP5 = "top5";

  private final List<Result> results = new ArrayList<>();
  private final List<Measured> others = new ArrayList<>();

  /** Takes the accuracies out of a file's measures. */
  Accuracies(Json file, List<Measured> measures) {
    long tested = file.get("data").get("test").whole();
    Map<String, Long> sets = new LinkedHashMap<>();
    for (Json set : file.items("sets")) {
      sets.put(set.get("name").string(), set.get("test").whole());
    }
    String labels = labels(file);
    for (Measured one : measures) {
      if (!one.values().containsKey(TOP1)) {
        others.add(one);
      } else if (Features.isKind(one.features())) {
        add(one.features(), one.values().get(TOP1), one.values().get(TOP5), tested, labels);
        others.add(rest(one.features(), "", one.values()));
      } else {
        String set = one.features();
        ofSet(set, one.values(), sets.getOrDefault(set, tested));
        others.add(rest(Features.ENCODER.key(), set + ", ", one.values()));
      }
    }
    others.removeIf(one -> one.values().isEmpty());
  }

  List<Result> results() {
    return results;
  }

  /** The measures that are no accuracies. */
  List<Measured> others() {
    return others;
  }

  private void ofSet(String set, Map<String, Double> values, long tested) {
    for (Features kind : Features.values()) {
      boolean encoder = kind == Features.ENCODER;
      Double top1 = values.get(encoder ? TOP1 : kind.key());
      add(kind.key(), top1, encoder ? values.get(TOP5) : null, tested, set);
    }
  }

  private void add(
      String features,
      @Nullable Double top1,
      @Nullable Double top5,
      long tested,
      @Nullable String variant) {
    if (top1 != null && Double.isFinite(top1)) {
      Double finite = top5 != null && Double.isFinite(top5) ? top5 : null;
      results.add(new Result(features, null, variant, 1, top1, 0, finite, tested));
    }
  }

  private static Measured rest(String features, String prefix, Map<String, Double> values) {
    Map<String, Double> rest = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (!name.equals(TOP1) && !name.equals(TOP5) && !Features.isKind(name)) {
            rest.put(prefix + name, value);
          }
        });
    return new Measured(features, rest);
  }

  /** How many labels were used, where these were not all. */
  private static @Nullable String labels(Json file) {
    if (!file.has("labelled")) {
      return null;
    }
    long labelled = file.get("labelled").whole();
    return labelled == file.get("data").get("train").whole()
        ? null
        : Numbers.count(labelled, "label");
  }
}
