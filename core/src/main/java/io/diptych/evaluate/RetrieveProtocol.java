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

/** Retrieval: how many of the images that are most similar to a test image are of its class. */
public final class RetrieveProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "retrieve";

  private RetrieveProtocol() {}

  /** Where images are looked for. */
  public enum Gallery {
    /** Among the training images. */
    TRAIN,
    /** Among the other test images. */
    TEST
  }

  /**
   * How images are retrieved.
   *
   * @param gallery where from
   * @param distance what near means
   * @param recall for which k recall@k is measured
   * @param depth how many images of the ranking mean average precision looks at
   */
  public record Settings(
      @Option(
              value = "train",
              doc = "where images are looked for: train, or test, among the other test images")
          Gallery gallery,
      @Option(value = "cosine", doc = "what near means: cosine or euclidean") Knn.Distance distance,
      @Option(
              value = "[1, 5, 10]",
              range = "[1, inf)",
              doc = "k of recall@k, the part of test images with one of their class among the k")
          List<Integer> recall,
      @Option(
              value = "100",
              range = "[1, inf)",
              doc = "images of each ranking that mean average precision looks at; fewer are there")
          int depth) {
    /** Copies the list. */
    public Settings {
      recall = List.copyOf(recall);
    }
  }

  /**
   * Measures and writes {@code retrieve.json}.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return for each kind of features {@code recall@k} and {@code map@depth}
   */
  public static List<Measures> run(
      Subject subject,
      Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    ResultFile file = new ResultFile(NAME, subject, settings);
    long[] queries = subject.test().labels().toLongArray();
    boolean among = settings.gallery() == Gallery.TEST;
    Tensor labels = among ? subject.test().labels() : subject.train().labels();
    List<Measures> all = new ArrayList<>();
    for (Subject.Kind kind : subject.kinds()) {
      Watch watch = Watch.named("retrieval on " + kind.name(), progress, cancelled);
      Knn.Settings knn = new Knn.Settings(1, 1, Knn.Votes.MAJORITY, settings.distance());
      try (Scope scope = Scope.open();
          Knn bank =
              Knn.of(knn, among ? kind.test() : kind.train(), labels, subject.classes(), watch)) {
        int most = settings.recall().stream().mapToInt(k -> k).max().orElse(1);
        int wanted = Math.max(most, settings.depth()) + (among ? 1 : 0);
        long[][] nearest = bank.nearestIndices(kind.test(), wanted);
        Retrieval retrieval =
            among
                ? Retrieval.amongQueries(nearest, labels)
                : Retrieval.of(nearest, queries, labels);
        Map<String, Double> values = new LinkedHashMap<>();
        settings.recall().forEach(k -> values.put("recall@" + k, retrieval.recall(k)));
        values.put("map@" + settings.depth(), retrieval.meanAveragePrecision(settings.depth()));
        all.add(new Measures(kind.name(), values));
      }
    }
    file.measures(all).write(directory);
    return List.copyOf(all);
  }
}
