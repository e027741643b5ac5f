package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.data.ImageCollection;
import io.diptych.tensor.Device;
import io.diptych.view.Normalize;
import io.diptych.view.ViewPipeline;
import io.diptych.weights.EncoderInfo;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * Where the encoder under evaluation comes from. It is made anew whenever it is asked for, so what
 * is done to one does not change another.
 */
public interface EncoderSource {
  /**
   * Returns the encoder with its weights, in evaluation mode.
   *
   * @param channels colours of the images: 1 or 3
   * @throws IllegalArgumentException if the weights do not fit
   * @throws IOException if they cannot be read
   */
  Backbone trained(int channels, Device device) throws IOException;

  /**
   * Returns the encoder as it was before training, in evaluation mode.
   *
   * @param channels colours of the images: 1 or 3
   */
  Backbone untrained(int channels, Device device);

  /** Returns what one has to know to use the encoder. */
  EncoderInfo info();

  /** Returns the side of the images that training showed the encoder; empty if it is not known. */
  OptionalInt side();

  /** Returns how training normalised its first view. */
  Normalize normalize();

  /**
   * Returns what is made of each image before the encoder sees it.
   *
   * @throws io.diptych.option.OptionException if images have sizes of their own, and there is no
   *     size to bring them to
   */
  ViewPipeline transform(ImageCollection images);

  /**
   * Returns the SHA-256 of the file that holds the weights.
   *
   * @throws IOException if it cannot be read
   */
  String sha256() throws IOException;
}
