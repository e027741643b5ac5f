package io.diptych.weights;

import io.diptych.tensor.DType;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The safetensors format: eight bytes with the header's length (little-endian), the header in JSON
 * (for each tensor type, shape and byte range; texts under {@code __metadata__}), then the data.
 *
 * <p>Files written here also carry, under {@value #CRC}, the CRC-32C of the header (with zeros in
 * its place) and the data, which reading checks. A reader elsewhere sees just another text.
 */
public final class Safetensors {
  private static final String METADATA = "__metadata__";
  private static final String CRC = "crc32c";
  private static final long MAX_HEADER = 100_000_000;
  private static final int ALIGNMENT = 8;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Safetensors() {}

  /**
   * What a file holds.
   *
   * @param tensors by name, in the order of the file, on the processor
   * @param metadata texts by name, without the checksum
   */
  public record Contents(Map<String, Tensor> tensors, Map<String, String> metadata) {}

  /**
   * Writes a file and forces it to the disk. It is written in place: a caller that must not lose an
   * older file writes beside it and renames.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    CRC32C crc = new CRC32C();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      // The checksum has a fixed width: its place is kept by a zero until the data is written.
      byte[] header = header(tensors, metadata, 0);
      crc.update(header);
      channel.position(writeHeader(channel, header));
      for (Tensor tensor : tensors.values()) {
        byte[] bytes = tensor.toBytes();
        crc.update(bytes);
        writeAll(channel, ByteBuffer.wrap(bytes));
      }
      writeHeader(channel, header(tensors, metadata, crc.getValue()));
      channel.force(true);
    }
  }

  /**
   * Reads a file, checking everything before it allocates.
   *
   * @throws WeightsException if the file is not whole and well-formed
   * @throws IOException if it cannot be read
   */
  public static Contents read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new Reader(file, channel).read(false);
    }
  }

  /**
   * Reads a file that was written here, so that it must have a checksum.
   *
   * @throws WeightsException if the file is not whole and well-formed, or has no checksum
   * @throws IOException if it cannot be read
   */
  public static Contents readChecked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new Reader(file, channel).read(true);
    }
  }

  private static byte[] header(
      Map<String, Tensor> tensors, Map<String, String> metadata, long checksum) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode texts = root.putObject(METADATA);
    metadata.forEach(texts::put);
    texts.put(CRC, hex(checksum));
    long position = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      ObjectNode node = root.putObject(entry.getKey());
      node.put("dtype", tensor.dtype().safetensorsName());
      ArrayNode shape = node.putArray("shape");
      for (long size : tensor.shape().sizes()) {
        shape.add(size);
      }
      long end = position + tensor.numel() * tensor.dtype().bytes();
      node.putArray("data_offsets").add(position).add(end);
      position = end;
    }
    byte[] json = JSON.writeValueAsBytes(root);
    int padding = Math.floorMod(-json.length, ALIGNMENT);
    byte[] padded = Arrays.copyOf(json, json.length + padding);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static String hex(long checksum) {
    return String.format(Locale.ROOT, "%08x", checksum);
  }

  /** Writes the start of the file and returns where the data begins. */
  private static long writeHeader(FileChannel channel, byte[] header) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length);
    start.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).flip();
    channel.position(0);
    writeAll(channel, start);
    return Long.BYTES + (long) header.length;
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static final class Reader {
    private final Path file;
    private final FileChannel channel;

    Reader(Path file, FileChannel channel) {
      this.file = file;
      this.channel = channel;
    }

    private record Entry(String name, DType dtype, Shape shape, long start, long end) {}

    Contents read(boolean checksumRequired) throws IOException {
      long size = channel.size();
      if (size < Long.BYTES) {
        throw wrong("has " + size + " bytes, too few for a safetensors file");
      }
      long length = ByteBuffer.wrap(bytes(0, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length < 2 || length > MAX_HEADER || length > size - Long.BYTES) {
        throw wrong(
            "header of "
                + length
                + " bytes at offset 0 does not fit a file of "
                + size
                + " bytes:"
                + " cut short, or not safetensors");
      }
      byte[] header = bytes(Long.BYTES, (int) length);
      JsonNode root = json(header);
      Map<String, String> metadata = new LinkedHashMap<>();
      root.path(METADATA)
          .properties()
          .forEach(e -> metadata.put(e.getKey(), e.getValue().asString("")));
      String expected = metadata.remove(CRC);
      if (expected == null && checksumRequired) {
        throw wrong("has no checksum: damaged, or written by another program");
      }
      List<Entry> entries = entries(root, size - Long.BYTES - length);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      CRC32C crc = new CRC32C();
      crc.update(withoutChecksum(header, expected));
      for (Entry entry : entries) {
        byte[] data =
            bytes(Long.BYTES + length + entry.start(), (int) (entry.end() - entry.start()));
        crc.update(data);
        tensors.put(entry.name(), Tensor.ofBytes(entry.dtype(), data, entry.shape().sizes()));
      }
      if (expected != null && !expected.equals(hex(crc.getValue()))) {
        throw wrong("damaged: its checksum is not the one it was written with");
      }
      return new Contents(
          Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
    }

    /** Returns the header as it was when the checksum was computed. */
    private static byte[] withoutChecksum(byte[] header, @Nullable String checksum) {
      if (checksum == null) {
        return header;
      }
      // One byte is one character here, so that nothing but the checksum can change.
      String text = new String(header, StandardCharsets.ISO_8859_1);
      String key = '"' + CRC + "\":\"";
      return text.replace(key + checksum, key + hex(0)).getBytes(StandardCharsets.ISO_8859_1);
    }

    private JsonNode json(byte[] header) {
      String text = new String(header, StandardCharsets.UTF_8);
      try {
        JsonNode root = JSON.readTree(text);
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
        if (!property.getKey().equals(METADATA)) {
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
      if (start < 0 || end > dataSize || end - start != bytes || bytes > Integer.MAX_VALUE) {
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

    private byte[] bytes(long position, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(length);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new EOFException(file + ": ends within its data");
        }
      }
      return buffer.array();
    }

    private WeightsException wrong(String problem) {
      return new WeightsException(file, problem);
    }
  }
}
