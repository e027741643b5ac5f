package io.diptych.data.decode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * Walks the outline of a file before it is decoded: decoders fill what a cut JPEG or PNG lacks with
 * grey and call it an image. Finds the orientation that a camera noted on the way.
 *
 * @param orientation 1 to 8 as EXIF counts, 1 where nothing is noted
 * @param jpeg whether it is a JPEG
 * @param height rows of a JPEG as stored, else 0
 * @param width its columns
 * @param adobeTransform how a JPEG of four inks stores them, as Adobe counts: 2 after a change of
 *     colours, else 0
 */
record FileCheck(int orientation, boolean jpeg, int height, int width, int adobeTransform) {
  /** More pixels than any photograph has: a header that announces them is damaged or hostile. */
  static final long MAX_PIXELS = 1L << 27;

  private static final long PNG_MAGIC = 0x89504e470d0a1a0aL;
  private static final int EXIF = 0x45786966;
  private static final int ADOBE = 0x41646f62;
  private static final int ORIENTATION_TAG = 0x0112;

  /** Checks a file of any format. */
  static FileCheck of(byte[] file) throws IOException {
    if (file.length == 0) {
      throw new IOException("the file is empty (0 bytes)");
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (file.length >= 4 && (bytes.getShort(0) & 0xffff) == 0xffd8) {
      return jpeg(file, bytes);
    }
    if (file.length >= 8 && bytes.getLong(0) == PNG_MAGIC) {
      return png(bytes);
    }
    return other(1);
  }

  private static FileCheck other(int orientation) {
    return new FileCheck(orientation, false, 0, 0, 0);
  }

  static void checkSize(long width, long height) throws IOException {
    if (width < 1 || height < 1 || width * height > MAX_PIXELS) {
      throw new IOException(
          String.format(Locale.ROOT, "its header announces %d x %d pixels", width, height));
    }
  }

  private static IOException truncated(String format) {
    return new IOException("the " + format + " is truncated");
  }

  private static FileCheck jpeg(byte[] file, ByteBuffer b) throws IOException {
    int orientation = 1;
    int height = 0;
    int width = 0;
    int transform = 0;
    int at = 2;
    while (at + 4 <= b.limit()) {
      if (b.get(at) != (byte) 0xff) {
        throw new IOException("the JPEG has no marker at byte " + at + " where one must be");
      }
      int marker = b.get(at + 1) & 0xff;
      if (marker == 0xff) {
        at++;
        continue;
      }
      int length = b.getShort(at + 2) & 0xffff;
      if (length < 2 || at + 2 + length > b.limit()) {
        throw truncated("JPEG");
      }
      boolean frame = marker == 0xc0 || (marker > 0xc0 && marker <= 0xcf && marker % 4 != 0);
      if (frame && length >= 7) {
        height = b.getShort(at + 5) & 0xffff;
        width = b.getShort(at + 7) & 0xffff;
        checkSize(width, height);
      } else if (marker == 0xe1 && length >= 10 && b.getInt(at + 4) == EXIF) {
        orientation = orientation(b.slice(at + 10, length - 8));
      } else if (marker == 0xee && length >= 14 && b.getInt(at + 4) == ADOBE) {
        transform = b.get(at + 15);
      } else if (marker == 0xda) {
        int end = scanEnd(file, at + 2 + length);
        if (b.get(end + 1) == (byte) 0xd9) {
          return new FileCheck(orientation, true, height, width, transform);
        }
        at = end;
        continue;
      }
      at += 2 + length;
    }
    throw truncated("JPEG");
  }

  /** Where the entropy-coded data that start at {@code at} end: the next marker but a restart. */
  private static int scanEnd(byte[] file, int at) throws IOException {
    for (int i = at; i + 1 < file.length; i++) {
      if (file[i] == -1) {
        int next = file[i + 1] & 0xff;
        if (next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
          return i;
        }
      }
    }
    throw truncated("JPEG");
  }

  private static FileCheck png(ByteBuffer b) throws IOException {
    int orientation = 1;
    int at = 8;
    while (at + 12L <= b.limit()) {
      long length = b.getInt(at) & 0xffffffffL;
      int type = b.getInt(at + 4);
      if (at + 12 + length > b.limit()) {
        throw truncated("PNG");
      }
      // The decoders check this too, but tell the user's terminal about it. Lower case: optional.
      boolean critical = (type >> 24 & 0x20) == 0;
      if (critical && crc(b, at + 4, (int) length + 4) != b.getInt(at + 8 + (int) length)) {
        throw new IOException("the PNG is damaged: wrong checksum at byte " + at);
      }
      if (type == 0x49484452 && length >= 8) { // IHDR
        checkSize(b.getInt(at + 8) & 0xffffffffL, b.getInt(at + 12) & 0xffffffffL);
      } else if (type == 0x65584966) { // eXIf
        orientation = orientation(b.slice(at + 8, (int) length));
      } else if (type == 0x49454e44) { // IEND
        return other(orientation);
      }
      at += 12 + (int) length;
    }
    throw truncated("PNG");
  }

  private static int crc(ByteBuffer b, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(b.slice(from, length));
    return (int) crc.getValue();
  }

  /** Reads the tag from EXIF's TIFF structure; damaged metadata is no reason to refuse an image. */
  private static int orientation(ByteBuffer tiff) {
    if (tiff.limit() < 8) {
      return 1;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long entries = tiff.getInt(4) & 0xffffffffL;
    if (entries + 2 > tiff.limit()) {
      return 1;
    }
    int count = tiff.getShort((int) entries) & 0xffff;
    for (int i = 0; i < count; i++) {
      long at = entries + 2 + 12L * i;
      if (at + 12 > tiff.limit()) {
        return 1;
      }
      if ((tiff.getShort((int) at) & 0xffff) == ORIENTATION_TAG) {
        return tiff.getShort((int) at + 8) & 0xffff;
      }
    }
    return 1;
  }
}
