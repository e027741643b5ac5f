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
  private final Map<String, Map<String, Double>> others = new LinkedHashMap<>();

  /** Takes the accuracies out of a file's measures. */
  Accuracies(Json file, List<Measured> measures) {
    long tested = file.get("data").get("test").whole();
    Map<String, Long> sets = new LinkedHashMap<>();
    for (Json set : file.items("sets")) {
      sets.put(set.get("name").string(), set.get("test").whole());
    }
    String labels = labels(file);
    for (Measured one : measures) {
      // A set may be called like a kind of features.
      boolean isKind = sets.isEmpty() && Features.isKind(one.features());
      boolean hasAccuracy = one.values().containsKey(TOP1);
      if (hasAccuracy && isKind) {
        add(one.features(), one.values().get(TOP1), one.values().get(TOP5), tested, labels);
      } else if (hasAccuracy) {
        ofSet(one.features(), one.values(), sets.getOrDefault(one.features(), tested));
      }
      keep(one, isKind, hasAccuracy);
    }
  }

  List<Result> results() {
    return results;
  }

  /** The measures that are no accuracies. */
  List<Measured> others() {
    return others.entrySet().stream().map(e -> new Measured(e.getKey(), e.getValue())).toList();
  }

  /** Keeps what is no accuracy; that of other than the known kinds as measures of the encoder. */
  private void keep(Measured one, boolean isKind, boolean hasAccuracy) {
    String kind = isKind ? one.features() : Features.ENCODER.key();
    String prefix = isKind ? "" : one.features() + ", ";
    one.values()
        .forEach(
            (name, value) -> {
              boolean taken =
                  hasAccuracy && (name.equals(TOP1) || name.equals(TOP5) || Features.isKind(name));
              if (!taken) {
                others.computeIfAbsent(kind, k -> new LinkedHashMap<>()).put(prefix + name, value);
              }
            });
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
