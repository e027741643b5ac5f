package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonLinesTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void make() {
    file = directory.resolve("metrics.jsonl");
  }

  @Test
  void everyLineIsOneObjectWithTheNumbersOfAStepOrAnEpoch() throws IOException {
    JsonLines lines = new JsonLines(file, 0);
    assertThat(file).isEmptyFile();
    lines.step(step(10));
    lines.epoch(new MetricSink.EpochMetrics(1, 12, 4.5, 2));
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"kind\":\"step\",\"step\":10,\"epoch\":0.5,\"loss\":3.0,\"terms\":{\"nt_xent\":3.0},"
                + "\"lr\":0.1,\"images_per_second\":100.0,\"data_wait\":0.25,\"feature_std\":0.05,\"effective_rank\":9.5,"
                + "\"seconds\":7.0,\"grad_norm\":1.5,\"memory\":4096}",
            "{\"kind\":\"epoch\",\"epoch\":1,\"step\":12,\"loss\":4.5,\"seconds\":2.0}");
  }

  @Test
  void trackedNumbersAreAnObjectOfTheirOwnAndLeftOutWhereTheyAreNone() throws IOException {
    Map<String, Double> metrics = new TreeMap<>(Map.of("ldmi", 2.5, "spread", Double.NaN));
    new JsonLines(file, 0)
        .step(
            new MetricSink.StepMetrics(
                5,
                20,
                0.5,
                3,
                Map.of("a", 3.0),
                metrics,
                0.1,
                100,
                0.25,
                Double.NaN,
                Double.NaN,
                7,
                1.5,
                4096));
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"kind\":\"step\",\"step\":5,\"epoch\":0.5,\"loss\":3.0,\"terms\":{\"a\":3.0},"
                + "\"metrics\":{\"ldmi\":2.5},\"lr\":0.1,\"images_per_second\":100.0,"
                + "\"data_wait\":0.25,\"seconds\":7.0,\"grad_norm\":1.5,\"memory\":4096}");
  }

  @Test
  void linesAfterTheResumedStepAreDroppedAndTheOthersKeptAsTheyWere() throws IOException {
    JsonLines before = new JsonLines(file, 0);
    before.step(step(5));
    before.epoch(new MetricSink.EpochMetrics(1, 10, 3, 1));
    before.step(step(10));
    List<String> kept = Files.readAllLines(file);
    before.step(step(15));
    before.epoch(new MetricSink.EpochMetrics(2, 20, 3, 1));
    JsonLines after = new JsonLines(file, 10);
    assertThat(Files.readAllLines(file)).isEqualTo(kept);
    after.step(step(15));
    assertThat(Files.readAllLines(file)).hasSize(4);
    new JsonLines(file, 0);
    assertThat(file).isEmptyFile();
  }

  @Test
  void aLineThatWasCutOffIsDropped() throws IOException {
    JsonLines before = new JsonLines(file, 0);
    before.step(step(5));
    String whole = Files.readString(file);
    for (int length = 1; length < whole.length() - 1; length += 7) {
      Files.writeString(file, whole + whole.substring(0, length));
      JsonLines after = new JsonLines(file, 5);
      assertThat(file).hasContent(whole);
      after.step(step(6));
      assertThat(Files.readAllLines(file)).hasSize(2);
    }
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void severalSinksAreToldInTurn() throws IOException {
    JsonLines one = new JsonLines(file, 0);
    JsonLines two = new JsonLines(directory.resolve("two"), 0);
    MetricSink both = MetricSink.all(one, two);
    both.step(step(1));
    both.epoch(new MetricSink.EpochMetrics(1, 1, 3, 1));
    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(file).hasSameTextualContentAs(directory.resolve("two"));
  }

  private static MetricSink.StepMetrics step(long step) {
    return new MetricSink.StepMetrics(
        step,
        20,
        0.5,
        3,
        Map.of("nt_xent", 3.0),
        Map.of(),
        0.1,
        100,
        0.25,
        0.05,
        9.5,
        7,
        1.5,
        4096);
  }
}
