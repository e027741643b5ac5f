package io.diptych.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Images of one size and their labels while they are read: 8-bit samples, image after image, each
 * as planes (channel, row, column). Kept in chunks, so a set may be larger than an array.
 */
final class PixelStore {
  /** The label of an image without one. */
  static final int UNLABELLED = -1;

  private static final int CHUNK_BYTES = 1 << 22;

  private final int channels;
  private final int height;
  private final int width;
  private final int imageBytes;
  private final int imagesPerChunk;
  private final List<byte[]> chunks = new ArrayList<>();
  private int[] labels = new int[64];
  private int size;

  PixelStore(int channels, int height, int width) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.imageBytes = Math.multiplyExact(Math.multiplyExact(channels, height), width);
    this.imagesPerChunk = Math.max(1, CHUNK_BYTES / imageBytes);
  }

  int channels() {
    return channels;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  int imageBytes() {
    return imageBytes;
  }

  int size() {
    return size;
  }

  int label(int index) {
    return labels[index];
  }

  /** Appends the image whose bytes start at {@code offset}. */
  void add(byte[] image, int offset, int label) {
    int inChunk = size % imagesPerChunk;
    if (inChunk == 0) {
      // Grown by doubling, so that a small set takes no whole chunk.
      chunks.add(new byte[Math.min(imagesPerChunk, 16) * imageBytes]);
    }
    int last = chunks.size() - 1;
    byte[] chunk = chunks.get(last);
    int at = inChunk * imageBytes;
    if (at == chunk.length) {
      chunk = Arrays.copyOf(chunk, (int) Math.min(2L * at, (long) imagesPerChunk * imageBytes));
      chunks.set(last, chunk);
    }
    System.arraycopy(image, offset, chunk, at, imageBytes);
    if (size == labels.length) {
      labels = Arrays.copyOf(labels, 2 * size);
    }
    labels[size++] = label;
  }

  /** Appends all images of another store of the same size. */
  void addAll(PixelStore other) {
    byte[] image = new byte[imageBytes];
    for (int i = 0; i < other.size; i++) {
      other.copy(i, image, 0);
      add(image, 0, other.labels[i]);
    }
  }

  /** Gives each image the label of its index. */
  void relabel(IntUnaryOperator label) {
    for (int i = 0; i < size; i++) {
      labels[i] = label.applyAsInt(i);
    }
  }

  /** Copies image {@code index} to {@code to}. */
  void copy(int index, byte[] to, int offset) {
    byte[] chunk = chunks.get(index / imagesPerChunk);
    System.arraycopy(chunk, index % imagesPerChunk * imageBytes, to, offset, imageBytes);
  }

  /** The number of chunks. */
  int chunks() {
    return chunks.size();
  }

  /** Images in each chunk but the last. */
  int imagesPerChunk() {
    return imagesPerChunk;
  }

  /** The bytes of one chunk, exactly as many as its images have, given away: call once. */
  byte[] takeChunk(int chunk) {
    int images = Math.min(imagesPerChunk, size - chunk * imagesPerChunk);
    byte[] bytes = chunks.set(chunk, new byte[0]);
    return bytes.length == images * imageBytes ? bytes : Arrays.copyOf(bytes, images * imageBytes);
  }

  long[] labels() {
    long[] all = new long[size];
    for (int i = 0; i < size; i++) {
      all[i] = labels[i];
    }
    return all;
  }

  /** The first {@code limit} images of every label, in their order. */
  PixelStore firstPerLabel(int limit) {
    PixelStore kept = new PixelStore(channels, height, width);
    int[] seen = new int[Arrays.stream(labels, 0, size).max().orElse(0) + 2];
    byte[] image = new byte[imageBytes];
    for (int i = 0; i < size; i++) {
      if (seen[labels[i] + 1]++ < limit) {
        copy(i, image, 0);
        kept.add(image, 0, labels[i]);
      }
    }
    return kept;
  }
}
