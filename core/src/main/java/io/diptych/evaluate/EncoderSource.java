package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.data.ImageCollection;
import io.diptych.nn.Layer;
import io.diptych.tensor.Device;
import io.diptych.view.Normalize;
import io.diptych.view.ViewPipeline;
import io.diptych.weights.EncoderInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Where the encoder under evaluation comes from. It is made anew whenever it is asked for, so what
 * is done to one does not change another.
 */
public interface EncoderSource {
  /** Among {@link #provenance}: the SHA-256 of the file that holds the weights. */
  String CHECKPOINT = "checkpoint";

  /** Among {@link #provenance}: a hash of what of the recipe decides how the encoder is used. */
  String USE = "use";

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

  /** Returns what training made of each image; none if that is not known. */
  List<ViewPipeline> views();

  /**
   * Returns the part of the network that gives the encoder's features [N, F] a score for each class
   * that the method itself names, in evaluation mode.
   *
   * @param channels colours of the images: 1 or 3
   * @throws io.diptych.option.OptionException if there is none
   * @throws IOException if the weights cannot be read
   */
  Layer classifier(int channels, Device device) throws IOException;

  /**
   * Returns texts that say where the encoder comes from: {@link #CHECKPOINT}, {@link #USE}, {@code
   * recipe_hash}, and what result files shall say of it besides.
   *
   * @throws IOException if the weights cannot be read
   */
  Map<String, String> provenance() throws IOException;
}
