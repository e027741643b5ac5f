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
import org.jspecify.annotations.Nullable;

/**
 * Unsupervised classification: k-means on the features of the training images, whose labels it does
 * not see; test images belong to the nearest centre, and are compared with their classes.
 */
public final class ClusterProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "cluster";

  private ClusterProtocol() {}

  /**
   * How clusters are found.
   *
   * @param k how many, or null for one for each class
   * @param distance what near means
   * @param starts how often k-means starts
   * @param iterations rounds after which a start ends anyway
   * @param seed of the starts
   */
  public record Settings(
      @Option(
              value = "null",
              range = "[1, inf)",
              doc = "clusters; null: as many as classes, which accuracy needs")
          @Nullable Integer k,
      @Option(
              value = "cosine",
              doc = "cosine: features are scaled to length 1 first; euclidean: taken as they are")
          Knn.Distance distance,
      @Option(
              value = "10",
              range = "[1, 1000]",
              doc = "starts of k-means, the best of which counts")
          int starts,
      @Option(value = "300", range = "[1, inf)", doc = "rounds after which a start ends anyway")
          int iterations,
      @Option(value = "0", doc = "seed of the starts") long seed) {}

  /**
   * Measures and writes {@code cluster.json}.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return for each kind of features {@code nmi}, {@code ami}, {@code ari}, {@code fmi}, and, with
   *     as many clusters as classes, {@code acc}
   */
  public static List<Measures> run(
      Subject subject,
      Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    Integer given = settings.k();
    int clusters = given == null ? subject.classes() : given;
    if (clusters > subject.train().size()) {
      throw new IllegalArgumentException(
          "evaluate.cluster.k: "
              + clusters
              + " clusters of "
              + subject.train().size()
              + " training images; take fewer");
    }
    ResultFile file = new ResultFile(NAME, subject, settings);
    long[] labels = subject.test().labels().toLongArray();
    List<Measures> all = new ArrayList<>();
    for (Subject.Kind kind : subject.kinds()) {
      Watch watch = Watch.named("k-means on " + kind.name(), progress, cancelled);
      try (Scope scope = Scope.open()) {
        KMeans.Model model =
            KMeans.fit(
                prepared(kind.train(), settings),
                clusters,
                settings.starts(),
                settings.iterations(),
                settings.seed(),
                watch);
        long[] assigned = model.assign(prepared(kind.test(), settings));
        Agreement agreement = Agreement.of(assigned, labels);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("nmi", agreement.nmi());
        values.put("ami", agreement.ami());
        values.put("ari", agreement.ari());
        values.put("fmi", agreement.fmi());
        if (clusters == subject.classes()) {
          values.put("acc", ClusterMatch.of(assigned, labels, clusters).accuracy());
        }
        all.add(new Measures(kind.name(), values));
      }
    }
    file.measures(all).write(directory);
    return List.copyOf(all);
  }

  private static Tensor prepared(Tensor rows, Settings settings) {
    return settings.distance() == Knn.Distance.COSINE ? rows.normalize(1) : rows;
  }
}
