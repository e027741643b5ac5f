package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.data.ImageSet;
import io.diptych.optim.Optimizers;
import io.diptych.option.Families;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.train.DivergedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Retrieval, spread, intervals, linear evaluation and result files on features known beforehand.
 */
@ExtendWith(Scoped.class)
final class MeasuresTest {
  private static final Families FAMILIES = Families.of(Optimizers.FAMILY, Optimizers.SCHEDULES);

  @TempDir Path directory;

  @Test
  void retrievalCountsTheRightImagesByTheirPlaces() {
    Tensor gallery = Tensor.of(new long[] {0, 1, 0, 1}, 4);
    long[][] nearest = {{0, 1, 2, 3}, {0, 2, 1, 3}};
    Retrieval retrieval = Retrieval.of(nearest, new long[] {0, 1}, gallery);
    assertThat(retrieval.recall(1)).isEqualTo(0.5);
    assertThat(retrieval.recall(3)).isEqualTo(1);
    // (1 + 2/3)/2 and (1/3 + 2/4)/2
    assertThat(retrieval.meanAveragePrecision(4))
        .isCloseTo((5.0 / 6 + 5.0 / 12) / 2, offset(1e-12));
    assertThat(retrieval.meanAveragePrecision(1)).isEqualTo(0.5);
    assertThatThrownBy(() -> Retrieval.of(nearest, new long[1], gallery))
        .hasMessage("each query needs a ranking, got 1 and 2");
  }

  @Test
  void amongTheQueriesNoneFindsItself() {
    Tensor labels = Tensor.of(new long[] {0, 1, 0}, 3);
    long[][] nearest = {{0, 2, 1}, {1, 0, 2}, {2, 1, 0}};
    Retrieval retrieval = Retrieval.amongQueries(nearest, labels);
    assertThat(retrieval.recall(1)).isCloseTo(1.0 / 3, offset(1e-12));
    // The second query has no other of its class and is not judged.
    assertThat(retrieval.meanAveragePrecision(2)).isEqualTo((1 + 0.5) / 2);
  }

  @Test
  void spreadKnowsCollapseAndEvenness() {
    Spread collapsed = Spread.of(Tensor.ones(8, 4));
    assertThat(collapsed.uniformity()).isCloseTo(0, offset(1e-9));
    assertThat(collapsed.effectiveRank()).isCloseTo(1, offset(1e-5));
    assertThat(collapsed.spectrum()).containsOnly(new double[] {0}, offset(1e-9));
    Tensor axes = Tensor.of(new double[] {1, 0, 0, 1}, 2, 2);
    Spread even = Spread.of(axes);
    assertThat(even.uniformity()).isCloseTo(-4, offset(1e-9)); // |x − y|² = 2
    assertThat(even.effectiveRank()).isCloseTo(2, offset(1e-9));
    assertThat(even.spectrum()).containsExactly(new double[] {1, 0}, offset(1e-9));
    assertThatThrownBy(() -> Spread.of(Tensor.ones(1, 4)))
        .hasMessage("spread needs [N, F] with at least 2 rows, got [1, 4]");
  }

  @Test
  void intervalsHoldTheShareAndShrinkWithTheSamples() {
    Bootstrap.Interval few = Bootstrap.share(half(40), 0.95, 0);
    Bootstrap.Interval many = Bootstrap.share(half(1000), 0.95, 0);
    assertThat(few.low()).isBetween(0.25, 0.45);
    assertThat(few.high()).isBetween(0.55, 0.75);
    assertThat(many.high() - many.low()).isCloseTo(2 * 1.96 * 0.5 / Math.sqrt(1000), offset(0.01));
    assertThatThrownBy(() -> Bootstrap.share(new boolean[0], 0.95, 0))
        .hasMessage("an interval needs at least one sample");
    assertThatThrownBy(() -> Bootstrap.share(half(4), 1, 0))
        .hasMessage("level must be between 0 and 1, was 1.0");
  }

  private static boolean[] half(int count) {
    boolean[] hits = new boolean[count];
    for (int i = 0; i < count; i += 2) {
      hits[i] = true;
    }
    return hits;
  }

  @Test
  void linearEvaluationChoosesARateThatLearns() throws IOException {
    LinearSgd.Settings settings =
        settings("{epochs: 20, batch_size: 16, rates: [1.0e-7, 0.5], held_out: 0.25}");
    Subject subject = subject();
    List<Score> scores =
        LinearSgdProtocol.run(subject, settings, directory, Progress.NONE, () -> false);
    assertThat(scores.get(0).mean()).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("linear-sgd.json"))).contains("\"rate\":0.5");
    assertThatThrownBy(
            () ->
                LinearSgdProtocol.run(
                    subject,
                    settings("{rates: [1, 2], held_out: 0.001}"),
                    directory,
                    Progress.NONE,
                    () -> false))
        .hasMessage(
            "evaluate.linear_sgd.held_out: 0.001 of 60 training images leaves none to choose by");
  }

  @Test
  void aRateThatDivergesIsNotChosenAndSaidIfThereIsNoOther() throws IOException {
    String decayed = "epochs: 60, batch_size: 16, optimizer: {name: sgd, weight_decay: 1}";
    Subject subject = subject();
    LinearSgd.Settings settings =
        settings("{" + decayed + ", rates: [1000, 0.01], held_out: 0.25}");
    LinearSgdProtocol.run(subject, settings, directory, Progress.NONE, () -> false);
    assertThat(Files.readString(directory.resolve("linear-sgd.json"))).contains("\"rate\":0.01");
    for (String rates : List.of("[1000]", "[1000, 2000]")) {
      LinearSgd.Settings wild = settings("{" + decayed + ", rates: " + rates + "}");
      assertThatThrownBy(
              () -> LinearSgdProtocol.run(subject, wild, directory, Progress.NONE, () -> false))
          .isInstanceOf(DivergedException.class)
          .hasMessageStartingWith("linear-sgd diverged at rate 1000.0")
          .hasMessageContaining("evaluate.linear_sgd.optimizer.lr");
    }
  }

  @Test
  void resultsOfOtherTestImagesOrAnotherUseOfTheEncoderAreNotTaken() throws IOException {
    Subject subject = subject();
    EvaluateSettings settings = all("{}");
    Protocol.STATS.run(subject, settings, directory, Progress.NONE, () -> false);
    DataIdentity same = DataIdentity.of(images(60), images(30));
    Map<String, String> provenance = Map.of("checkpoint", "abc");
    assertThat(Protocol.STATS.stored(provenance, () -> same, settings, directory)).isPresent();
    assertThat(
            Protocol.STATS.stored(
                Map.of("checkpoint", "abc", "use", "other"), () -> same, settings, directory))
        .isEmpty();
    ImageSet tests = images(30);
    ImageSet corrected =
        ImageSet.of(tests.name(), tests.pixels().neg(), tests.labels(), tests.classNames());
    DataIdentity other = DataIdentity.of(images(60), corrected);
    assertThat(Protocol.STATS.stored(provenance, () -> other, settings, directory)).isEmpty();
    Files.write(directory.resolve("stats.json"), new byte[] {'{', (byte) 0xff, '}'});
    assertThat(Protocol.STATS.stored(provenance, () -> same, settings, directory)).isEmpty();
  }

  @Test
  void protocolsWriteTheirMeasuresAndFindThemAgain() throws IOException {
    Subject subject = subject();
    EvaluateSettings settings = all("{}");
    for (Protocol protocol : List.of(Protocol.CLUSTER, Protocol.RETRIEVE, Protocol.STATS)) {
      Findings findings = protocol.run(subject, settings, directory, Progress.NONE, () -> false);
      assertThat(findings.measures()).hasSize(1);
      assertThat(stored(protocol, "abc", settings)).contains(findings);
      assertThat(stored(protocol, "other", settings)).isEmpty();
    }
    assertThat(stored(Protocol.STATS, "abc", all("{stats: {samples: 5}}"))).isEmpty();
    assertThat(stored(Protocol.CLUSTER, "abc", settings).orElseThrow().measures().get(0).values())
        .containsEntry("acc", 1.0)
        .containsEntry("fmi", 1.0);
    assertThat(stored(Protocol.RETRIEVE, "abc", settings).orElseThrow().measures().get(0).values())
        .containsEntry("recall@1", 1.0);
    Files.writeString(directory.resolve("stats.json"), "{\"half\":");
    assertThat(stored(Protocol.STATS, "abc", settings)).isEmpty();
    assertThat(Protocol.of("nothing")).isEmpty();
  }

  @Test
  void moreClustersThanImagesAreRefused() {
    assertThatThrownBy(
            () ->
                Protocol.CLUSTER.run(
                    subject(), all("{cluster: {k: 61}}"), directory, Progress.NONE, () -> false))
        .hasMessage("evaluate.cluster.k: 61 clusters of 60 training images; take fewer");
  }

  private Optional<Findings> stored(Protocol protocol, String checkpoint, EvaluateSettings settings)
      throws IOException {
    return protocol.stored(
        Map.of("checkpoint", checkpoint),
        () -> DataIdentity.of(images(60), images(30)),
        settings,
        directory);
  }

  private static EvaluateSettings all(String yaml) {
    return Options.bind(
        EvaluateSettings.class, Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "test"), FAMILIES);
  }

  private static LinearSgd.Settings settings(String yaml) {
    return Options.bind(
        LinearSgd.Settings.class,
        Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "test"),
        FAMILIES);
  }

  private static Subject subject() {
    return new Subject(
        images(60),
        images(30),
        List.of(new Subject.Kind(Subject.ENCODER, rows(60, 1), rows(30, 2))),
        Map.of("checkpoint", "abc", "recipe_hash", "def"),
        Map.of());
  }

  /** Three bundles of directions, one for each class. */
  private static Tensor rows(int count, long seed) {
    Tensor axes = Tensor.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3).repeat(count / 3, 1);
    Tensor noise = Keyed.of(seed).normal(Tensor.arange(3L * count, Device.CPU));
    return axes.add(noise.to(axes.dtype()).reshape(count, 3).mul(0.05));
  }

  private static ImageSet images(int count) {
    byte[] pixels = new byte[count * 4];
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      pixels[4 * i] = (byte) i;
      labels[i] = i % 3;
    }
    return ImageSet.of(
        "bundles",
        Tensor.of(pixels, count, 1, 2, 2),
        Tensor.of(labels, count),
        List.of("first", "second", "third"));
  }
}
