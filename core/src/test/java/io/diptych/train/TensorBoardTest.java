package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog;

/** Event files as TensorFlow's own message classes read them. */
final class TensorBoardTest {
  @TempDir private Path directory;

  private static MetricSink.StepMetrics step(long step) {
    Map<String, Double> terms = new TreeMap<>(Map.of("similarity", 2.5, "covariance", 0.5));
    return new MetricSink.StepMetrics(
        step,
        20,
        0.5,
        3,
        terms,
        Map.of("spread", Double.NaN),
        0.1,
        100,
        0.25,
        0.05,
        9.5,
        7,
        1.5,
        2_000_000_000L);
  }

  private static Clock at(long seconds) {
    return Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** Reads the records by the rules of TFRecord, checksums included. */
  private static List<Event> events(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(masked(data));
      events.add(Event.parseFrom(data));
    }
    return events;
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    long value = crc.getValue();
    return (int) (((value >>> 15) | (value << 17)) + 0xa282ead8L);
  }

  private static Map<String, Float> scalars(Event event) {
    Map<String, Float> scalars = new TreeMap<>();
    event.getSummary().getValueList().forEach(v -> scalars.put(v.getTag(), v.getSimpleValue()));
    return scalars;
  }

  @Test
  void everyNumberOfALineAnEpochAndAMeasureIsAScalarOfItsStep() throws IOException {
    TensorBoard board = new TensorBoard(directory, 0, at(1000));
    board.step(step(10));
    board.epoch(new MetricSink.EpochMetrics(1, 300, 4.5, 2));
    board.measure(new MetricSink.Measure(300, 1, "knn_top1", 0.75));
    board.measure(new MetricSink.Measure(300, 1, "nothing", Double.NaN));
    assertThat(files()).singleElement().asString().contains("events.out.tfevents.");
    List<Event> events = events(files().get(0));
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    assertThat(events.get(1).getStep()).isEqualTo(1);
    assertThat(events.get(2).getStep()).isEqualTo(10);
    assertThat(events.get(2).getWallTime()).isEqualTo(1000);
    Map<String, Float> expected = new TreeMap<>();
    expected.put("loss/total", 3f);
    expected.put("loss/similarity", 2.5f);
    expected.put("loss/covariance", 0.5f);
    expected.put("optimizer/lr", 0.1f);
    expected.put("optimizer/grad_norm", 1.5f);
    expected.put("features/std", 0.05f);
    expected.put("features/effective_rank", 9.5f);
    expected.put("speed/images_per_second", 100f);
    expected.put("speed/data_wait", 0.25f);
    expected.put("speed/memory_gb", 2f);
    assertThat(scalars(events.get(2))).isEqualTo(expected);
    assertThat(scalars(events.get(3))).isEqualTo(Map.of("epoch/loss", 4.5f));
    assertThat(events.get(3).getStep()).isEqualTo(300);
    assertThat(scalars(events.get(4))).isEqualTo(Map.of("epoch/knn_top1", 0.75f));
    assertThat(scalars(events.get(5))).isEmpty();
  }

  @Test
  void aResumedRunSaysWhereItGoesOnThoughTheClockWentBack() throws IOException {
    TensorBoard first = new TensorBoard(directory, 0, at(5000));
    first.step(step(10));
    first.step(step(20));
    TensorBoard second = new TensorBoard(directory, 10, at(1000));
    second.step(step(20));
    assertThat(files()).hasSize(2);
    List<Event> later = events(files().get(1));
    assertThat(later.get(1).getSessionLog().getStatus())
        .as("TensorBoard drops events of this step and later ones")
        .isEqualTo(SessionLog.SessionStatus.START);
    assertThat(later.get(1).getStep()).isEqualTo(11);
    assertThat(later.get(2).getStep()).isEqualTo(20);
    assertThat(later.get(2).getWallTime()).isEqualTo(1000);
  }
}
