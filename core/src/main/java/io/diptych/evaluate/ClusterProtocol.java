package io.diptych.evaluate;

import io.diptych.nn.Layer;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Presets;
import io.diptych.tensor.Autograd;
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
 * Unsupervised classification: test images are put into clusters without labels, which are then
 * compared with their classes. Clusters are those of k-means on the features of the training
 * images, of which the one with the nearest centre is taken; or the classes that the network itself
 * names, as TWIST is judged (Wang et al., arXiv 2110.07402).
 */
public final class ClusterProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "cluster";

  private static final int FIVE = 5;
  private static final long BLOCK = 1024;

  private ClusterProtocol() {}

  /**
   * How clusters are found.
   *
   * @param assign what they are
   * @param k how many, or null for one for each class
   * @param distance what near means
   * @param starts how often k-means starts
   * @param iterations rounds after which a start ends anyway
   * @param seed of the starts
   */
  @Presets("cluster-presets.yaml")
  public record Settings(
      @Option(
              value = "kmeans",
              doc =
                  "kmeans; or argmax, the class that the trained network itself names, for which"
                      + " the other keys mean nothing")
          Assign assign,
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
      @Option(value = "0", doc = "seed of the starts") long seed) {
    /** Checks that the number of clusters is not given twice. */
    public Settings {
      if (assign == Assign.ARGMAX && k != null) {
        throw new OptionException(
            "k",
            "is for kmeans; with argmax there are as many clusters as the network has classes");
      }
    }
  }

  /** What clusters are. */
  public enum Assign {
    /** Those of k-means. */
    KMEANS,
    /** The classes that the network itself names. */
    ARGMAX
  }

  /**
   * Measures and writes {@code cluster.json}.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return for each kind of features {@code nmi}, {@code ami}, {@code ari}, {@code fmi}, and, with
   *     as many clusters as classes, {@code acc}; with argmax for the trained encoder alone, and
   *     {@code acc5}, whether one of the five likeliest clusters is that of the class
   */
  public static List<Measures> run(
      Subject subject,
      Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    ResultFile file = new ResultFile(NAME, subject, settings);
    List<Measures> all =
        settings.assign() == Assign.ARGMAX
            ? List.of(named(subject))
            : clustered(subject, settings, progress, cancelled);
    file.measures(all).write(directory);
    return all;
  }

  private static List<Measures> clustered(
      Subject subject, Settings settings, Progress progress, BooleanSupplier cancelled) {
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
        Map<String, Double> values = agreement(assigned, labels);
        if (clusters == subject.classes()) {
          values.put("acc", ClusterMatch.of(assigned, labels, clusters).accuracy());
        }
        all.add(new Measures(kind.name(), values));
      }
    }
    return List.copyOf(all);
  }

  /** The classes that the network names, as clusters of the test images. */
  private static Measures named(Subject subject) throws IOException {
    Source source = subject.source();
    Source.NamedClasses classifier = source == null ? null : source.classifier();
    if (classifier == null) {
      throw new IllegalArgumentException(
          "evaluate.cluster.assign: argmax needs a network that names classes itself, which this"
              + " one does not; take kmeans");
    }
    try (Scope scope = Scope.open()) {
      Tensor scores = scores(classifier.get(), subject.kinds().get(0).test());
      long[] assigned = scores.argmax(1).toLongArray();
      long[] labels = subject.test().labels().toLongArray();
      Map<String, Double> values = agreement(assigned, labels);
      if (scores.size(1) == subject.classes()) {
        ClusterMatch match = ClusterMatch.of(assigned, labels, subject.classes());
        values.put("acc", match.accuracy());
        values.put("acc5", match.top(scores, FIVE));
      }
      return new Measures(Subject.ENCODER, values);
    }
  }

  private static Tensor scores(Layer classifier, Tensor features) {
    List<Tensor> parts = new ArrayList<>();
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      for (long at = 0; at < features.size(0); at += BLOCK) {
        try (Scope inner = Scope.open()) {
          long count = Math.min(BLOCK, features.size(0) - at);
          parts.add(inner.escape(classifier.forward(features.narrow(0, at, count))));
        }
      }
      return scope.escape(Tensor.cat(parts, 0));
    }
  }

  private static Map<String, Double> agreement(long[] assigned, long[] labels) {
    Agreement agreement = Agreement.of(assigned, labels);
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("nmi", agreement.nmi());
    values.put("ami", agreement.ami());
    values.put("ari", agreement.ari());
    values.put("fmi", agreement.fmi());
    return values;
  }

  private static Tensor prepared(Tensor rows, Settings settings) {
    return settings.distance() == Knn.Distance.COSINE ? rows.normalize(1) : rows;
  }
}
