package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;

/**
 * Takes the colour out of an image, which keeps its three channels. Leaves grey images as they are.
 *
 * @param p the probability
 */
@About("Takes the colour out of the image.")
public record Grayscale(@Option(value = "0.2", range = "[0, 1]", doc = "probability") double p)
    implements Augmentation {
  @Override
  public int draws() {
    return 1;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    if (images.channels() == 1) {
      return images;
    }
    return Subset.withProbability(p, images, draws, (some, rows) -> some.copy_(Colour.luma(some)));
  }

  void apply(Raster image, Draws draws) {
    if (image.channels() == 3 && draws.happens(0, p)) {
      RasterColour.grayscale(image);
    }
  }
}
