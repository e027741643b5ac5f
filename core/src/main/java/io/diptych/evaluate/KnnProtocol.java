package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.StreamedSet;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Weighted kNN on all kinds of features, with the neighbours of some test images. */
public final class KnnProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "knn";

  private static final System.Logger LOGGER = System.getLogger("io.diptych.evaluate");
  private static final int QUERIES = 10;
  private static final int SHOWN = 8;
  private static final int PICTURE = 48;

  private KnnProtocol() {}

  /**
   * Measures and writes {@code knn.json}.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return a score for each kind of features
   */
  public static List<Score> run(
      Subject subject,
      Knn.Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    if (settings.k() > subject.train().size()) {
      LOGGER.log(
          Level.WARNING,
          "knn.k: {0} is more than the {1} training images: all of them vote",
          Integer.toString(settings.k()),
          Integer.toString(subject.train().size()));
    }
    ResultFile file = new ResultFile(NAME, subject, settings);
    List<Score> scores = new ArrayList<>();
    for (Subject.Kind kind : subject.kinds()) {
      Watch watch = Watch.named("kNN on " + kind.name(), progress, cancelled);
      try (Scope scope = Scope.open();
          Knn knn =
              Knn.of(settings, kind.train(), subject.train().labels(), subject.classes(), watch)) {
        Outcome outcome = Outcome.of(knn.scores(kind.test()), subject.test().labels());
        scores.add(
            new Score(kind.name(), null, List.of(outcome.accuracy()), outcome.top(5), List.of()));
        if (kind.name().equals(Subject.ENCODER)) {
          file.classes(outcome);
          neighbours(subject, kind, knn, file.array("neighbours"));
        }
      }
    }
    file.scores(scores).write(directory);
    return List.copyOf(scores);
  }

  private static void neighbours(Subject subject, Subject.Kind kind, Knn knn, ArrayNode target) {
    long[] queries = queries(subject.test());
    Tensor rows =
        kind.test().indexSelect(0, Tensor.of(queries, queries.length).to(kind.test().device()));
    List<List<Knn.Neighbour>> nearest = knn.nearest(rows, SHOWN);
    for (int i = 0; i < queries.length; i++) {
      ObjectNode node = target.addObject();
      image(subject.test(), (int) queries[i], node.putObject("query"));
      ArrayNode list = node.putArray("nearest");
      for (Knn.Neighbour neighbour : nearest.get(i)) {
        ObjectNode one = list.addObject();
        one.put("similarity", neighbour.similarity());
        image(subject.train(), neighbour.index(), one);
      }
    }
  }

  /** The first test images of the first classes: a choice that no result can influence. */
  private static long[] queries(ImageCollection test) {
    long[] labels = test.labels().toLongArray();
    List<Long> chosen = new ArrayList<>();
    for (long label = 0; label < test.classNames().size() && chosen.size() < QUERIES; label++) {
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == label) {
          chosen.add((long) i);
          break;
        }
      }
    }
    return chosen.stream().mapToLong(Long::longValue).toArray();
  }

  private static void image(ImageCollection images, int index, ObjectNode node) {
    node.put("index", index)
        .put("label", (long) images.labels().select(0, index).item())
        .put("png", Thumbnail.dataUri(pixels(images, index)));
  }

  private static Tensor pixels(ImageCollection images, int index) {
    return images instanceof ImageSet resident
        ? resident.pixels().select(0, index)
        : ((StreamedSet) images).pictures(new long[] {index}, PICTURE).select(0, 0);
  }
}
