package io.diptych.train;

import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch of images that are decoded and have one size; it owns its memory.
 *
 * @param frames for each view what {@link ImageFrames#finish} goes on with, uint8 [B, C, h, w];
 *     empty if every row is missing
 * @param index the number of the image in each row
 * @param missing which rows are empty, as their images cannot be read
 */
record LoadedBatch(List<Tensor> frames, long[] index, boolean[] missing) implements AutoCloseable {

  /** Returns the rows that are not missing, in order. */
  long[] rows() {
    return IntStream.range(0, index.length).filter(row -> !missing[row]).asLongStream().toArray();
  }

  /** Frees the images. */
  @Override
  public void close() {
    frames.forEach(Tensor::close);
  }
}
