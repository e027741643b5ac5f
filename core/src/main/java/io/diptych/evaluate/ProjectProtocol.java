package io.diptych.evaluate;

import io.diptych.evaluate.projection.Pca;
import io.diptych.evaluate.projection.Steps;
import io.diptych.evaluate.projection.TSne;
import io.diptych.evaluate.projection.Trustworthiness;
import io.diptych.evaluate.projection.Umap;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Maps of the test images: points in two dimensions, near where features are alike. */
public final class ProjectProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "project";

  /** What trustworthiness, which looks at less than half of the images, needs. */
  private static final int LEAST_IMAGES = 2 * Trustworthiness.NEIGHBOURS + 1;

  private ProjectProtocol() {}

  /** How a map is made. */
  public enum Method {
    /** The two principal components. */
    PCA,
    /** {@link TSne}. */
    TSNE,
    /** {@link Umap}. */
    UMAP;

    private String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Which maps are made, and how.
   *
   * @param methods how they are made
   * @param images how many test images are shown
   * @param metric what near means
   * @param perplexity of t-SNE
   * @param iterations of t-SNE
   * @param theta of t-SNE
   * @param neighbors of UMAP
   * @param minDist of UMAP
   * @param seed of the sample and of the methods
   * @param layer where the features are taken, or null
   */
  public record Settings(
      @Option(value = "[pca, tsne]", doc = "maps to make: pca, tsne, umap") List<Method> methods,
      @Option(
              value = "5000",
              range = "[11, 200000]",
              doc = "test images to show, a sample of them where there are more")
          int images,
      @Option(
              value = "cosine",
              doc =
                  "what near means; cosine: features are scaled to length 1 first; euclidean: taken"
                      + " as they are")
          Knn.Distance metric,
      @Option(
              value = "30",
              range = "[1, 10000]",
              doc = "t-SNE: neighbours that each image effectively has")
          double perplexity,
      @Option(value = "1000", range = "[1, inf)", doc = "t-SNE: rounds of gradient descent")
          int iterations,
      @Option(
              value = "0.5",
              range = "[0, 0.7]",
              doc = "t-SNE: a group acts as one from where width / distance is less; 0 is exact")
          double theta,
      @Option(
              value = "15",
              range = "[2, 1000]",
              doc = "UMAP: images that make the surroundings of each, itself counted")
          int neighbors,
      @Option(value = "0.1", range = "[0, 1]", doc = "UMAP: how close points may come")
          double minDist,
      @Option(value = "0", doc = "seed of the sample and of the methods") long seed,
      @Option(
              value = "null",
              doc = "layer or exit of the encoder to take features of; null: its own features")
          @Nullable String layer) {
    /** Copies the list and checks that there is something to make, and only once. */
    public Settings {
      methods = List.copyOf(methods);
      if (methods.isEmpty() || methods.size() > Set.copyOf(methods).size()) {
        throw new OptionException(
            "methods", "name at least one of pca, tsne and umap, and none twice");
      }
    }
  }

  /**
   * Makes the maps and writes {@code project.json}, which has them and pictures of the images.
   *
   * @param subject the features of its test images are those of {@link Settings#layer}
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return for each kind of features the trustworthiness of each map under the method's name
   * @throws IllegalArgumentException if there are too few images for the settings
   */
  public static List<Measures> run(
      Subject subject,
      Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    int count = Math.min(settings.images(), subject.test().size());
    requireEnough(count, settings);
    long[] shown = sample(subject.test().size(), count, settings.seed());
    ResultFile file = new ResultFile(NAME, subject, settings);
    MapWriter maps = new MapWriter(file);
    List<Measures> all = new ArrayList<>();
    for (Subject.Kind kind : subject.kinds()) {
      try (Scope scope = Scope.open()) {
        Tensor rows = rows(kind.test(), shown, settings.metric());
        Map<String, Double> values = new LinkedHashMap<>();
        for (Method method : settings.methods()) {
          Watch watch = Watch.named(method.key() + " of " + kind.name(), progress, cancelled);
          values.put(
              method.key(), map(method, rows, settings, watch, maps.map(kind, method.key())));
        }
        all.add(new Measures(kind.name(), values));
      }
    }
    new Watch(progress, cancelled).at("pictures", 0, 1);
    maps.images(shown, subject.test());
    file.measures(all).write(directory);
    return List.copyOf(all);
  }

  private static void requireEnough(int count, Settings settings) {
    if (count < LEAST_IMAGES) {
      throw new IllegalArgumentException(
          "a map needs at least " + LEAST_IMAGES + " test images, there are " + count);
    }
    int most = TSne.largestPerplexity(count);
    if (settings.methods().contains(Method.TSNE) && settings.perplexity() > most) {
      throw new OptionException(
          "evaluate.project.perplexity",
          BigDecimal.valueOf(settings.perplexity()).stripTrailingZeros().toPlainString()
              + " is too much for "
              + count
              + " images; take "
              + most
              + " or less");
    }
    int around = Umap.largestSurroundings(count);
    if (settings.methods().contains(Method.UMAP) && settings.neighbors() > around) {
      throw new OptionException(
          "evaluate.project.neighbors",
          settings.neighbors()
              + " is too much for "
              + count
              + " images; take "
              + around
              + " or less");
    }
  }

  /** Returns the numbers of some images, ascending. */
  private static long[] sample(int all, int count, long seed) {
    return count == all
        ? LongStream.range(0, all).toArray()
        : Arrays.stream(Keyed.of(seed).fold("images of a map").permutation(all))
            .limit(count)
            .sorted()
            .toArray();
  }

  private static Tensor rows(Tensor features, long[] shown, Knn.Distance metric) {
    Tensor rows = features.indexSelect(0, Tensor.of(shown, shown.length).to(features.device()));
    return metric == Knn.Distance.COSINE ? rows.normalize(1) : rows;
  }

  /** Makes one map, writes it, and returns its trustworthiness. */
  private static double map(
      Method method, Tensor rows, Settings settings, Watch watch, MapWriter.Entry entry) {
    Steps steps = (done, of) -> watch.at("", done, of);
    double[] points =
        switch (method) {
          case PCA -> {
            Pca map = Pca.of(rows, steps);
            entry.explainedVariance(map.explained());
            yield map.points();
          }
          case TSNE -> {
            TSne map =
                TSne.of(
                    rows,
                    settings.perplexity(),
                    settings.iterations(),
                    settings.theta(),
                    settings.seed(),
                    steps);
            entry.divergence(map.divergence());
            yield map.points();
          }
          case UMAP ->
              Umap.of(rows, settings.neighbors(), settings.minDist(), settings.seed(), steps)
                  .points();
        };
    double trust = Trustworthiness.of(rows, points, Trustworthiness.NEIGHBOURS, steps);
    entry.points(points, trust);
    return trust;
  }
}
