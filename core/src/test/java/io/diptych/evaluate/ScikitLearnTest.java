package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.Python;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures beside those of scikit-learn, on the same exported features. Needs a Python with it
 * (Debian: {@code apt install python3-sklearn}).
 */
@ExtendWith(Scoped.class)
final class ScikitLearnTest {
  private static final int CLASSES = 8;
  private static final int WIDTH = 24;
  private static final int TRAIN = 1200;
  private static final int TEST = 1000;
  private static final int K = 15;
  private static final double TEMPERATURE = 0.1;
  private static final double LAMBDA = 1e-3;
  private static final double HALF_A_POINT = 0.005;

  private static Python python;

  @TempDir private Path dir;

  @BeforeAll
  static void findPython() {
    python = Python.with(ScikitLearnTest.class, "sklearn", "numpy");
  }

  @Test
  void whatIsMeasuredHereIsMeasuredThere() throws Exception {
    long[] trainLabels = labels(TRAIN);
    long[] testLabels = labels(TEST);
    Tensor train = features(TRAIN, "train");
    Tensor test = features(TEST, "test");
    long[] clusters = KMeans.fit(train, CLASSES, 2, 100, 0).assign(test);
    Npy.write(dir.resolve("train.npy"), train);
    Npy.write(dir.resolve("test.npy"), test);
    Npy.write(dir.resolve("train_labels.npy"), Tensor.of(trainLabels, TRAIN));
    Npy.write(dir.resolve("test_labels.npy"), Tensor.of(testLabels, TEST));
    Npy.write(dir.resolve("clusters.npy"), Tensor.of(clusters, TEST));
    Map<String, Double> theirs = new HashMap<>();
    python
        .run("judge.py", dir, K, TEMPERATURE, LAMBDA)
        .lines()
        .map(line -> line.split(" ", 2))
        .forEach(words -> theirs.put(words[0], Double.parseDouble(words[1])));

    Agreement agreement = Agreement.of(clusters, testLabels);
    assertThat(agreement.nmi()).isCloseTo(theirs.get("nmi"), offset(1e-12));
    assertThat(agreement.ami()).isCloseTo(theirs.get("ami"), offset(1e-12));
    assertThat(agreement.ari()).isCloseTo(theirs.get("ari"), offset(1e-12));
    assertThat(agreement.fmi()).isCloseTo(theirs.get("fmi"), offset(1e-12));
    assertThat(agreement.nmi()).isBetween(0.2, 0.95);

    Tensor targets = Tensor.of(testLabels, TEST);
    for (Knn.Votes votes : Knn.Votes.values()) {
      Knn.Settings settings = new Knn.Settings(K, TEMPERATURE, votes, Knn.Distance.COSINE);
      try (Knn knn = Knn.of(settings, train, Tensor.of(trainLabels, TRAIN), CLASSES)) {
        double accuracy = Outcome.of(knn.scores(test), targets).accuracy();
        String name = votes == Knn.Votes.MAJORITY ? "majority" : "weighted";
        assertThat(accuracy).as(name).isCloseTo(theirs.get(name), offset(HALF_A_POINT));
        assertThat(accuracy).isBetween(0.5, 0.95);
      }
    }

    LinearProbe.Settings linear =
        Options.defaults(
            LinearProbe.Settings.class, Map.of("lambda", LAMBDA, "labels_per_class", List.of(5)));
    try (LinearProbe probe =
        LinearProbe.of(linear, train, Tensor.of(trainLabels, TRAIN), CLASSES)) {
      double accuracy = Outcome.of(probe.logits(probe.fit(), test), targets).accuracy();
      assertThat(accuracy).isCloseTo(theirs.get("linear"), offset(HALF_A_POINT));
      assertThat(accuracy).isBetween(0.5, 0.97);
    }
  }

  private static long[] labels(int count) {
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % CLASSES;
    }
    return labels;
  }

  /** Classes around centres of their own, so wide that they overlap. */
  private static Tensor features(int count, String part) {
    Tensor centres =
        Keyed.of(1)
            .normal(Tensor.arange((long) CLASSES * WIDTH, Device.CPU))
            .reshape(CLASSES, WIDTH)
            .mul(0.45);
    Tensor noise =
        Keyed.of(2)
            .fold(part)
            .normal(Tensor.arange((long) count * WIDTH, Device.CPU))
            .reshape(count, WIDTH);
    return centres.repeat(count / CLASSES, 1).add(noise).to(DType.FLOAT32);
  }
}
