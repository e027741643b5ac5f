package io.diptych.train;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Metrics as event files of TensorBoard: TFRecords of Event messages (event.proto, summary.proto),
 * complete after each line. A run that is resumed opens a file of its own, which begins with the
 * mark that makes TensorBoard drop what older files say of later steps.
 */
public final class TensorBoard implements MetricSink {
  private static final int MASK_DELTA = 0xa282ead8;
  private static final double MILLIS = 1000;

  // Field numbers of event.proto and summary.proto.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int STATUS = 1;
  private static final int START = 1;

  private final Path file;
  private final Clock clock;

  /**
   * Opens a new file.
   *
   * @param directory of event files, made if there is none
   * @param fromStep steps made before
   * @throws IOException if it cannot be written
   */
  public TensorBoard(Path directory, long fromStep) throws IOException {
    this(directory, fromStep, Clock.systemUTC());
  }

  TensorBoard(Path directory, long fromStep, Clock clock) throws IOException {
    this.clock = clock;
    Files.createDirectories(directory);
    long before;
    try (Stream<Path> files = Files.list(directory)) {
      before = files.filter(each -> each.getFileName().toString().contains("tfevents")).count();
    }
    // TensorBoard reads files in the order of their names, which a clock that jumps must not mix.
    file =
        directory.resolve(String.format(Locale.ROOT, "events.out.tfevents.%010d.diptych", before));
    append(new Message().text(FILE_VERSION, "brain.Event:2"), 0);
    append(new Message().message(SESSION_LOG, new Message().whole(STATUS, START)), fromStep + 1);
  }

  @Override
  public void step(StepMetrics metrics) throws IOException {
    Message summary = new Message();
    put(summary, "loss/total", metrics.loss());
    metrics.terms().forEach((name, value) -> put(summary, "loss/" + name, value));
    metrics.metrics().forEach((name, value) -> put(summary, "method/" + name, value));
    put(summary, "optimizer/lr", metrics.lr());
    put(summary, "optimizer/grad_norm", metrics.gradNorm());
    put(summary, "features/std", metrics.featureStd());
    put(summary, "features/effective_rank", metrics.effectiveRank());
    put(summary, "speed/images_per_second", metrics.imagesPerSecond());
    put(summary, "speed/data_wait", metrics.dataWait());
    put(summary, "speed/memory_gb", metrics.memory() / 1e9);
    append(new Message().message(SUMMARY, summary), metrics.step());
  }

  @Override
  public void epoch(EpochMetrics metrics) throws IOException {
    Message summary = new Message();
    put(summary, "epoch/loss", metrics.loss());
    append(new Message().message(SUMMARY, summary), metrics.step());
  }

  @Override
  public void measure(Measure measure) throws IOException {
    Message summary = new Message();
    put(summary, "epoch/" + measure.name(), measure.value());
    append(new Message().message(SUMMARY, summary), measure.step());
  }

  private static void put(Message summary, String tag, double value) {
    if (Double.isFinite(value)) {
      summary.message(VALUE, new Message().text(TAG, tag).real32(SIMPLE_VALUE, (float) value));
    }
  }

  private void append(Message event, long step) throws IOException {
    byte[] data =
        new Message()
            .real64(WALL_TIME, clock.millis() / MILLIS)
            .whole(STEP, step)
            .append(event)
            .bytes();
    byte[] length = little(Long.BYTES).putLong(data.length).array();
    byte[] record =
        little(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .put(length)
            .putInt(maskedCrc(length))
            .put(data)
            .putInt(maskedCrc(data))
            .array();
    Files.write(file, record, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static int maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A message in the wire format of protocol buffers, as far as events need it. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message whole(int field, long value) {
      key(field, VARINT);
      varint(value);
      return this;
    }

    Message real64(int field, double value) {
      key(field, FIXED64);
      out.writeBytes(little(Double.BYTES).putDouble(value).array());
      return this;
    }

    Message real32(int field, float value) {
      key(field, FIXED32);
      out.writeBytes(little(Float.BYTES).putFloat(value).array());
      return this;
    }

    Message text(int field, String value) {
      return delimited(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return delimited(field, value.bytes());
    }

    /** Adds the fields of another message. */
    Message append(Message other) {
      out.writeBytes(other.bytes());
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    private Message delimited(int field, byte[] value) {
      key(field, DELIMITED);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    private void key(int field, int type) {
      varint((long) field << 3 | type);
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
