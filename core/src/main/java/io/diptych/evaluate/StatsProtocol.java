package io.diptych.evaluate;

import io.diptych.option.Option;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;

/**
 * How the features of the test images fill their space, and how near those of two views of an image
 * lie, without labels.
 */
public final class StatsProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "stats";

  private StatsProtocol() {}

  /**
   * What is looked at.
   *
   * @param samples how many test images, the first ones
   * @param seed of the views
   */
  public record Settings(
      @Option(
              value = "10000",
              range = "[2, inf)",
              doc = "test images to look at, the first ones; all, where there are fewer")
          int samples,
      @Option(value = "0", doc = "seed of the views whose alignment is measured") long seed) {}

  /**
   * Measures and writes {@code stats.json}, which also has the spectra.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return for each kind of features {@code uniformity}, {@code effective_rank} and {@code width};
   *     for the trained encoder {@code alignment}, if it is known what views it was trained on
   */
  public static List<Measures> run(
      Subject subject,
      Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    ResultFile file = new ResultFile(NAME, subject, settings);
    ArrayNode spectra = file.array("spectra");
    List<Measures> all = new ArrayList<>();
    Alignment alignment =
        Alignment.of(subject, settings.samples(), settings.seed(), progress, cancelled);
    for (Subject.Kind kind : subject.kinds()) {
      new Watch(progress, cancelled)
          .at("statistics of " + kind.name(), all.size(), subject.kinds().size());
      try (Scope scope = Scope.open()) {
        Tensor rows = kind.test().narrow(0, 0, Math.min(settings.samples(), kind.test().size(0)));
        Spread spread = Spread.of(rows);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("uniformity", spread.uniformity());
        values.put("effective_rank", spread.effectiveRank());
        values.put("width", (double) rows.size(1));
        alignment.of(kind).ifPresent(value -> values.put("alignment", value));
        all.add(new Measures(kind.name(), values));
        ArrayNode variances =
            spectra.addObject().put("features", kind.name()).putArray("variances");
        for (double variance : spread.spectrum()) {
          variances.add(variance);
        }
      }
    }
    file.measures(all).write(directory);
    return List.copyOf(all);
  }
}
