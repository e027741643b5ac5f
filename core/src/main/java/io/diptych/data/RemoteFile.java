package io.diptych.data;

import java.net.URI;
import java.util.List;

/**
 * A file that can be downloaded.
 *
 * @param name its name on disk
 * @param size its length in bytes, or -1 where the publisher does not say
 * @param digest its checksum
 * @param sources where it is, in the order to try
 */
public record RemoteFile(String name, long size, Digest digest, List<URI> sources) {

  /** Checks that there is a source and that the name is a plain file name. */
  public RemoteFile {
    sources = List.copyOf(sources);
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("file '" + name + "' has no source");
    }
    if (name.isEmpty() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
      throw new IllegalArgumentException("'" + name + "' is not a plain file name");
    }
  }
}
