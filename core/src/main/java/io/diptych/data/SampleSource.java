package io.diptych.data;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A provider of the small sample set, found by {@link java.util.ServiceLoader}: the library itself
 * carries no images, an application may.
 */
public interface SampleSource {

  /**
   * Opens one of the sample's four gzip-compressed IDX files.
   *
   * @param name {@code train-images-idx3-ubyte.gz}, {@code train-labels-idx1-ubyte.gz}, {@code
   *     t10k-images-idx3-ubyte.gz} or {@code t10k-labels-idx1-ubyte.gz}
   * @return its bytes, or null if this provider has no such file
   * @throws IOException if it cannot be read
   */
  @Nullable InputStream open(String name) throws IOException;
}
