package io.diptych.weights;

import io.diptych.tensor.RawMemory;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
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
  static final String METADATA = "__metadata__";
  static final String CRC = "crc32c";
  private static final int ALIGNMENT = 8;
  static final JsonMapper JSON = JsonMapper.builder().build();

  private Safetensors() {}

  /**
   * What a file holds.
   *
   * @param tensors by name, in the order of the file, on the processor
   * @param metadata texts by name, without the checksum
   */
  public record Contents(Map<String, Tensor> tensors, Map<String, String> metadata) {}

  /**
   * Writes a file, reads it back and forces it to the disk. It is written in place: a caller that
   * must not lose an older file writes beside it and renames.
   *
   * @throws WeightsException if what is read back is not what was written
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    CRC32C crc = new CRC32C();
    CRC32C readBack = new CRC32C();
    try (ForcedFile target = new ForcedFile(file, readBack, Long.BYTES)) {
      // The checksum has a fixed width: its place is kept by a zero until the data is written.
      byte[] header = header(tensors, metadata, 0);
      crc.update(header);
      writeHeader(target, header);
      for (Tensor tensor : tensors.values()) {
        RawMemory.write(
            tensor,
            bytes -> {
              crc.update(bytes.duplicate());
              target.write(bytes);
            });
      }
      target.readBack();
      writeHeader(target, header(tensors, metadata, crc.getValue()));
      try (SafetensorsFile opened = SafetensorsFile.open(file)) {
        opened.requireChecksum();
        opened.require(readBack);
      }
      target.force();
    }
  }

  /**
   * Reads a file, checking everything before it allocates.
   *
   * @throws WeightsException if the file is not whole and well-formed
   * @throws IOException if it cannot be read
   */
  public static Contents read(Path file) throws IOException {
    return read(file, false);
  }

  /**
   * Reads a file that was written here, so that it must have a checksum.
   *
   * @throws WeightsException if the file is not whole and well-formed, or has no checksum
   * @throws IOException if it cannot be read
   */
  public static Contents readChecked(Path file) throws IOException {
    return read(file, true);
  }

  private static Contents read(Path file, boolean checksumRequired) throws IOException {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      if (checksumRequired) {
        opened.requireChecksum();
      }
      return new Contents(opened.readAll(), opened.metadata());
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

  static String hex(long checksum) {
    return String.format(Locale.ROOT, "%08x", checksum);
  }

  private static void writeHeader(ForcedFile target, byte[] header) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length);
    start.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).flip();
    target.channel().position(0);
    target.write(start);
  }
}
