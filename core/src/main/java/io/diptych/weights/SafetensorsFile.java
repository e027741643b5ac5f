package io.diptych.weights;

import io.diptych.nn.Module;
import io.diptych.nn.States;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.RawMemory;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A safetensors file that is open: its header is read and checked, its tensors can be read. */
public final class SafetensorsFile implements Closeable {
  private static final long MAX_HEADER = 100_000_000;
  private static final int BUFFER = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final byte[] header;
  private final List<Entry> entries;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final @Nullable String checksum;

  private record Entry(String name, DType dtype, Shape shape, long start, long end) {}

  /**
   * Opens a file, checking everything its header says before anything is allocated.
   *
   * @throws WeightsException if the file is not whole and well-formed
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new SafetensorsFile(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private SafetensorsFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    if (size < Long.BYTES) {
      throw wrong("has " + size + " bytes, too few for a safetensors file");
    }
    long length = bytes(0, Long.BYTES).getLong();
    if (length < 2 || length > MAX_HEADER || length > size - Long.BYTES) {
      throw wrong(
          "header of "
              + length
              + " bytes at offset 0 does not fit a file of "
              + size
              + " bytes: cut short, or not safetensors");
    }
    header = bytes(Long.BYTES, (int) length).array();
    JsonNode root = json(header);
    root.path(Safetensors.METADATA)
        .properties()
        .forEach(e -> metadata.put(e.getKey(), e.getValue().asString("")));
    checksum = metadata.remove(Safetensors.CRC);
    entries = entries(root, size - Long.BYTES - length);
  }

  /** Returns the tensors by name, in the order of the file. */
  public Map<String, StoredTensor> tensors() {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    entries.forEach(entry -> tensors.put(entry.name(), stored(entry)));
    return Collections.unmodifiableMap(tensors);
  }

  /** Returns the texts of the file by name, without the checksum. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /**
   * Checks the checksum, if there is one, holding none of the data.
   *
   * @throws WeightsException if it is another
   * @throws IOException if the file cannot be read
   */
  public void verify() throws IOException {
    CRC32C crc = headerChecksum();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    long end = channel.size();
    for (long at = dataStart(); at < end; at += BUFFER) {
      buffer.clear().limit((int) Math.min(BUFFER, end - at));
      fill(buffer, at);
      crc.update(buffer.flip());
    }
    require(crc);
  }

  /**
   * Copies the tensors whose names start with a prefix into a module, one after the other.
   *
   * @param prefix before the module's names
   * @throws IllegalArgumentException if a name is missing, unexpected, or has another shape
   * @throws IOException if the file cannot be read
   */
  public void load(String prefix, Module module) throws IOException {
    Map<String, Tensor> live = module.state();
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    Map<String, Shape> found = new LinkedHashMap<>();
    tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                stored.put(name.substring(prefix.length()), tensor);
                found.put(name.substring(prefix.length()), tensor.shape());
              }
            });
    List<String> faults = States.faults(States.shapes(live), found);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(file + ": does not fit: " + States.summary(faults));
    }
    try (Autograd.Guard guard = Autograd.noGrad()) {
      for (Map.Entry<String, StoredTensor> entry : stored.entrySet()) {
        entry.getValue().readInto(Objects.requireNonNull(live.get(entry.getKey())));
      }
    }
  }

  /**
   * Checks that there is a checksum, as in every file that was written here.
   *
   * @throws WeightsException if there is none
   */
  void requireChecksum() {
    if (checksum == null) {
      throw wrong("has no checksum: damaged, or written by another program");
    }
  }

  /** Checks that the checksum is this one, if there is one. */
  void require(CRC32C crc) {
    if (checksum != null && !checksum.equals(Safetensors.hex(crc.getValue()))) {
      throw wrong("damaged: its checksum is not the one it was written with");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Reads every tensor and checks the checksum. */
  Map<String, Tensor> readAll() throws IOException {
    CRC32C crc = headerChecksum();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      tensors.put(entry.name(), read(entry, crc));
    }
    require(crc);
    return Collections.unmodifiableMap(tensors);
  }

  private StoredTensor stored(Entry entry) {
    return new StoredTensor() {
      @Override
      public DType dtype() {
        return entry.dtype();
      }

      @Override
      public Shape shape() {
        return entry.shape();
      }

      @Override
      public Tensor read() throws IOException {
        return SafetensorsFile.this.read(entry, null);
      }

      @Override
      public void readInto(Tensor target) throws IOException {
        if (target.dtype() != entry.dtype() || !RawMemory.fill(target, source(entry, null))) {
          StoredTensor.super.readInto(target);
        }
      }
    };
  }

  private Tensor read(Entry entry, @Nullable CRC32C crc) throws IOException {
    return RawMemory.read(entry.dtype(), source(entry, crc), entry.shape().sizes());
  }

  private RawMemory.Part source(Entry entry, @Nullable CRC32C crc) {
    long[] at = {dataStart() + entry.start()};
    return part -> {
      ByteBuffer filled = part.duplicate();
      fill(part, at[0]);
      at[0] += filled.remaining();
      if (crc != null) {
        crc.update(filled);
      }
    };
  }

  private long dataStart() {
    return Long.BYTES + (long) header.length;
  }

  /** Returns the checksum of the header as it was when the checksum was not known yet. */
  private CRC32C headerChecksum() {
    CRC32C crc = new CRC32C();
    if (checksum == null) {
      crc.update(header);
    } else {
      // One byte is one character here, so that nothing but the checksum can change.
      String text = new String(header, StandardCharsets.ISO_8859_1);
      String key = '"' + Safetensors.CRC + "\":\"";
      String zeros = key + Safetensors.hex(0);
      crc.update(text.replace(key + checksum, zeros).getBytes(StandardCharsets.ISO_8859_1));
    }
    return crc;
  }

  private JsonNode json(byte[] header) {
    String text = new String(header, StandardCharsets.UTF_8);
    try {
      JsonNode root = Safetensors.JSON.readTree(text);
      if (root.isObject()) {
        return root;
      }
    } catch (JacksonException e) {
      throw wrong(
          "the header is not JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
    throw wrong("the header is not a JSON object");
  }

  private List<Entry> entries(JsonNode root, long dataSize) {
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      if (!property.getKey().equals(Safetensors.METADATA)) {
        entries.add(entry(property.getKey(), property.getValue(), dataSize));
      }
    }
    // Empty tensors start where the next one does.
    entries.sort(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry entry : entries) {
      if (entry.start() != position) {
        throw wrong(
            "tensor " + entry.name() + " starts at " + entry.start() + ", expected " + position);
      }
      position = entry.end();
    }
    if (position != dataSize) {
      throw wrong("has " + dataSize + " bytes of data, its header says " + position);
    }
    return entries;
  }

  private Entry entry(String name, JsonNode node, long dataSize) {
    DType dtype = dtype(name, node.path("dtype").asString(""));
    JsonNode sizes = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!sizes.isArray() || offsets.size() != 2) {
      throw wrong("tensor " + name + " has no shape or no data_offsets");
    }
    long[] shape = new long[sizes.size()];
    boolean empty = false;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes.get(i).asLong(-1);
      empty |= shape[i] == 0;
    }
    long bytes = empty ? 0 : dtype.bytes();
    for (long size : shape) {
      if (size < 0) {
        throw wrong("tensor " + name + " has the impossible shape " + sizes);
      }
      if (!empty && bytes > dataSize / size) {
        throw wrong(
            "tensor "
                + name
                + " "
                + sizes
                + " takes more than the "
                + dataSize
                + " bytes of data there are: cut short or damaged");
      }
      bytes *= size;
    }
    long start = offsets.get(0).asLong(-1);
    long end = offsets.get(1).asLong(-1);
    if (start < 0 || end > dataSize || end - start != bytes) {
      throw wrong(
          "tensor "
              + name
              + " of "
              + bytes
              + " bytes is said to be at "
              + start
              + " to "
              + end
              + " of "
              + dataSize
              + " bytes: cut short or damaged");
    }
    return new Entry(name, dtype, Shape.of(shape), start, end);
  }

  private DType dtype(String tensor, String name) {
    for (DType dtype : DType.values()) {
      if (dtype.safetensorsName().equals(name)) {
        return dtype;
      }
    }
    throw wrong("tensor " + tensor + " has the type '" + name + "', which is not supported");
  }

  private ByteBuffer bytes(long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    fill(buffer, position);
    return buffer.flip();
  }

  private void fill(ByteBuffer buffer, long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new EOFException(file + ": ends within its data");
      }
      at += read;
    }
  }

  private WeightsException wrong(String problem) {
    return new WeightsException(file, problem);
  }
}
