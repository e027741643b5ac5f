package io.diptych.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A data file to read, on disk or inside a jar.
 *
 * @param name what messages call it
 * @param length bytes it holds as stored, or -1 where that is unknown
 * @param opener gives its bytes from the beginning
 */
record DataFile(String name, long length, Opener opener) {

  /** Gives a new stream over the file's bytes. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  static DataFile of(Path path) {
    try {
      if (Files.isDirectory(path)) {
        throw new DataException(path + ": is a directory, expected a file");
      }
      return new DataFile(path.toString(), Files.size(path), () -> Files.newInputStream(path));
    } catch (IOException e) {
      throw new DataException(path + ": cannot be read: " + Failures.reason(e), e);
    }
  }
}
