package io.diptych.weights;

import java.io.IOException;
import java.nio.file.Path;

/** A file format that encoders are handed on in. {@link WeightsFormats} lists them. */
public interface WeightsFormat {
  /** Returns what users call it, in lower case: {@code safetensors}. */
  String name();

  /** Returns the ending that its files must have, with the dot: {@code .safetensors}. */
  String extension();

  /** Returns in one line what is written and who reads it. */
  String about();

  /**
   * Returns this format for networks that take such images.
   *
   * @throws IllegalArgumentException if the format holds weights alone, as by default
   */
  default WeightsFormat taking(ImageInput images) {
    throw new IllegalArgumentException(
        "format " + name() + " holds weights without a network, which would take images");
  }

  /**
   * Writes an encoder. The bytes depend on the encoder alone.
   *
   * @param file where to write; {@link WeightsFormats#write} gives a new file beside the target, so
   *     that a failure leaves no half file
   * @throws IllegalArgumentException if the format cannot hold this encoder, saying why
   * @throws IOException if the file cannot be written
   */
  void write(Path file, Encoder encoder) throws IOException;
}
