package io.diptych.cli;

import io.diptych.data.SampleSource;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The part of Fashion-MNIST that the command carries with it, so that it works offline. */
public final class EmbeddedSample implements SampleSource {

  /** Found by the service loader. */
  public EmbeddedSample() {}

  @Override
  public @Nullable InputStream open(String name) {
    return EmbeddedSample.class.getResourceAsStream("sample/" + name);
  }
}
