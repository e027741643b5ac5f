package io.diptych.report;

import io.diptych.data.DataException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/** A PNG picture ready for embedding: its address as a data URI and its size in pixels. */
record Png(String uri, int width, int height) {
  private static final String PREFIX = "data:image/png;base64,";
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  /** Signature, length and name of the header chunk, then width and height. */
  private static final int HEADER = 24;

  static Png ofFile(byte[] content, Path file) {
    try {
      return of(content);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          file + ": " + e.getMessage() + "; delete it, or let pretraining write it again");
    }
  }

  /** Reads a data URI; anything but an embedded PNG is refused, as a report loads nothing. */
  static Png ofUri(Json json) {
    String uri = json.string();
    if (!uri.startsWith(PREFIX)) {
      throw json.damaged("expected \"" + PREFIX + "…\"");
    }
    byte[] content;
    try {
      content = Base64.getDecoder().decode(uri.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      throw json.damaged("not base64: " + e.getMessage());
    }
    try {
      return of(content);
    } catch (IllegalArgumentException e) {
      throw json.damaged(Objects.requireNonNullElse(e.getMessage(), ""));
    }
  }

  private static Png of(byte[] content) {
    if (content.length < HEADER || !Arrays.equals(content, 0, 8, SIGNATURE, 0, 8)) {
      throw new IllegalArgumentException("not a PNG picture");
    }
    ByteBuffer header = ByteBuffer.wrap(content);
    int width = header.getInt(16);
    int height = header.getInt(20);
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException("a PNG picture of " + width + " × " + height + " pixels");
    }
    return new Png(PREFIX + Base64.getEncoder().encodeToString(content), width, height);
  }
}
