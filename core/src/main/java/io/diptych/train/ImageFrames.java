package io.diptych.train;

import io.diptych.data.decode.Image;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import io.diptych.view.Box;
import io.diptych.view.Frame;
import io.diptych.view.Interpolation;
import io.diptych.view.ViewPipeline;
import io.diptych.view.Views;
import java.util.ArrayList;
import java.util.List;

/**
 * Views of images that are decoded one by one, in two parts: each image alone is brought to one
 * size, the rest is done with whole batches. Up to one level of a pixel the views are those that
 * {@link Views#apply} makes of images of one size.
 *
 * @param views what is made
 * @param seed randomness of the run
 */
record ImageFrames(Views views, Keyed seed) {

  /**
   * Brings an image to the size of each view. May be called on many threads.
   *
   * @return for each view uint8 [1, C, h, w], in the open scope
   */
  List<Tensor> of(Image image, long index, long epoch) {
    Tensor pixels =
        Tensor.of(image.samples(), 1, image.height(), image.width(), image.channels())
            .permute(0, 3, 1, 2);
    List<Tensor> frames = new ArrayList<>();
    for (int view = 0; view < views.count(); view++) {
      ViewPipeline pipeline = views.pipelines().get(view);
      Keyed key = Views.key(seed, epoch, view);
      if (pipeline.isFrame()) {
        int height = image.storedHeight();
        int width = image.storedWidth();
        frames.add(framed(pixels, height, width, pipeline.frame(height, width, index, key)));
      } else if (pipeline.frameSide().isPresent()) {
        frames.add(pipeline.framed(pixels, Tensor.of(new long[] {index}, 1), key));
      } else {
        frames.add(pixels);
      }
    }
    return frames;
  }

  /**
   * Does to one image what a frame says.
   *
   * @param height rows of the image in full size, of which the pixels may be a reduction
   * @param width its columns
   */
  private static Tensor framed(Tensor pixels, int height, int width, Frame frame) {
    Box box = frame.taken();
    int top = scaled(box.top(), pixels.size(2), height);
    int left = scaled(box.left(), pixels.size(3), width);
    int rows = scaled(box.top() + box.height(), pixels.size(2), height) - top;
    int columns = scaled(box.left() + box.width(), pixels.size(3), width) - left;
    Tensor taken = pixels.narrow(2, top, rows).narrow(3, left, columns);
    Tensor resized = taken;
    if (rows != frame.height() || columns != frame.width()) {
      boolean bicubic = frame.interpolation() == Interpolation.BICUBIC;
      resized =
          Functional.resizeAntialiased(
              taken.channelsLast(), frame.height(), frame.width(), bicubic);
    }
    Box kept = frame.kept();
    Tensor part = resized.narrow(2, kept.top(), kept.height()).narrow(3, kept.left(), kept.width());
    return frame.mirrored() ? part.flip(3) : part;
  }

  private static int scaled(int at, long length, int fullLength) {
    return length == fullLength ? at : (int) Math.round((double) at * length / fullLength);
  }

  /**
   * Returns by how much an image of this size may shrink before it comes to {@link #of}: so much
   * that for each pixel of a view there are at least two, which keeps what is lost below what the
   * filter takes away.
   */
  int reduction(int height, int width, long index, long epoch) {
    int least = Integer.MAX_VALUE;
    for (int view = 0; view < views.count(); view++) {
      ViewPipeline pipeline = views.pipelines().get(view);
      if (!pipeline.isFrame()) {
        return 1;
      }
      Frame frame = pipeline.frame(height, width, index, Views.key(seed, epoch, view));
      least = Math.min(least, frame.taken().height() / (2 * frame.height()));
      least = Math.min(least, frame.taken().width() / (2 * frame.width()));
    }
    return Math.max(1, least);
  }

  /**
   * Finishes the views of a batch.
   *
   * @param frames for each view uint8 [B, C, h, w]
   * @param index the number of each image in its data set, int64 [B], on the same device
   * @param label the class of each image, int64 [B]; −1 where it is unknown
   */
  Batch finish(List<Tensor> frames, Tensor index, Tensor label, long epoch) {
    try (Scope scope = Scope.open()) {
      List<Tensor> finished = new ArrayList<>();
      for (int view = 0; view < views.count(); view++) {
        ViewPipeline pipeline = views.pipelines().get(view);
        Keyed key = Views.key(seed, epoch, view);
        finished.add(scope.escape(pipeline.applyFramed(frames.get(view), index, key)));
      }
      return new Batch(finished, index, label);
    }
  }
}
