package io.diptych.report;

import io.diptych.data.DataException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/** A PNG picture ready for embedding: its address as a data URI and its size in pixels. */
record Png(String uri, int width, int height) {
  private static final String PREFIX = "data:image/png;base64,";
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  /** Signature, length and name of the header chunk, then width and height. */
  private static final int HEADER = 24;

  static Png of(byte[] file, Path source) {
    if (file.length < HEADER || !Arrays.equals(file, 0, 8, SIGNATURE, 0, 8)) {
      throw new DataException(
          source
              + ": not a PNG picture (signature expected at offset 0); delete it or write again");
    }
    ByteBuffer header = ByteBuffer.wrap(file);
    int width = header.getInt(16);
    int height = header.getInt(20);
    if (width <= 0 || height <= 0) {
      throw new DataException(
          source + ": damaged PNG, width and height at offset 16 are " + width + " × " + height);
    }
    return new Png(PREFIX + Base64.getEncoder().encodeToString(file), width, height);
  }

  /** Reads a data URI; anything but an embedded PNG is refused, as a report loads nothing. */
  static Png ofUri(Json json) {
    String uri = json.string();
    if (!uri.startsWith(PREFIX)) {
      throw json.damaged("expected \"" + PREFIX + "…\"");
    }
    try {
      byte[] file = Base64.getDecoder().decode(uri.substring(PREFIX.length()));
      return of(file, json.file());
    } catch (IllegalArgumentException e) {
      throw json.damaged("not base64: " + e.getMessage());
    }
  }
}
