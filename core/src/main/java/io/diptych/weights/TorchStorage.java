package io.diptych.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * The memory that tensors of a PyTorch file are views of: a range of the file. Where it is, the
 * older format says only after everything else.
 */
final class TorchStorage {
  private static final int BUFFER = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final String name;
  private final TorchType type;
  private final long elements;
  private long position = -1;
  private long crc;
  private boolean unchecked;

  /**
   * A storage.
   *
   * @param name what messages call it
   * @param elements how many it has
   */
  TorchStorage(Path file, FileChannel channel, String name, TorchType type, long elements) {
    this.file = file;
    this.channel = channel;
    this.name = name;
    this.type = type;
    this.elements = elements;
  }

  /**
   * Says where in the file it starts.
   *
   * @param crc the CRC-32 of its bytes, or 0 if it is not known
   */
  void place(long position, long crc) throws IOException {
    if (position < 0 || elements < 0 || elements > (channel.size() - position) / type.bytes()) {
      throw new WeightsException(
          file,
          name
              + " has "
              + elements
              + " elements of "
              + type.bytes()
              + " bytes at byte "
              + position
              + " of "
              + channel.size()
              + ": cut short or damaged");
    }
    this.position = position;
    this.crc = crc;
    unchecked = crc != 0;
  }

  TorchType type() {
    return type;
  }

  long elements() {
    return elements;
  }

  Path file() {
    return file;
  }

  String name() {
    return name;
  }

  /** Checks that the file holds it, so that memory may be set aside for it. */
  void requirePlaced() {
    if (position < 0) {
      throw new WeightsException(file, name + " is announced but not in the file: cut short");
    }
  }

  /** Fills a buffer with bytes from an offset on, in bytes. */
  void read(ByteBuffer target, long offset) throws IOException {
    requirePlaced();
    boolean whole = target.remaining() == elements * type.bytes();
    if (unchecked && !whole) {
      check();
      unchecked = false;
    }
    ByteBuffer filled = target.duplicate();
    fill(target, position + offset);
    if (unchecked) {
      CRC32 sum = new CRC32();
      sum.update(filled);
      require(sum);
      unchecked = false;
    }
  }

  private void check() throws IOException {
    CRC32 sum = new CRC32();
    long bytes = elements * type.bytes();
    ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(BUFFER, bytes));
    for (long at = 0; at < bytes; at += BUFFER) {
      buffer.clear().limit((int) Math.min(BUFFER, bytes - at));
      fill(buffer, position + at);
      sum.update(buffer.flip());
    }
    require(sum);
  }

  private void require(CRC32 sum) {
    if (sum.getValue() != crc) {
      throw new WeightsException(
          file, name + " at byte " + position + " is damaged: its CRC-32 is another");
    }
  }

  private void fill(ByteBuffer target, long start) throws IOException {
    long at = start;
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        throw new EOFException(file + ": ends at byte " + at + " within " + name);
      }
      at += read;
    }
  }
}
