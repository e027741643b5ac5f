package io.diptych.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A checksum by which a file is known.
 *
 * @param algorithm as {@link MessageDigest} names it: {@code SHA-256}, or {@code MD5} where the
 *     publisher gives nothing better
 * @param hex the digest in lower-case hexadecimal
 */
public record Digest(String algorithm, String hex) {

  /** Checks the algorithm and the number of digits. */
  public Digest {
    int digits = 2 * messageDigest(algorithm).getDigestLength();
    if (!hex.matches("[0-9a-f]{" + digits + "}")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s digest must be %d lower-case hexadecimal digits, was '%s'",
              algorithm,
              digits,
              hex));
    }
  }

  /**
   * Makes a SHA-256 digest.
   *
   * @param hex 64 lower-case hexadecimal digits
   * @return the digest
   */
  public static Digest sha256(String hex) {
    return new Digest("SHA-256", hex);
  }

  /**
   * Makes an MD5 digest.
   *
   * @param hex 32 lower-case hexadecimal digits
   * @return the digest
   */
  public static Digest md5(String hex) {
    return new Digest("MD5", hex);
  }

  /** The digest of a file by the same algorithm. */
  Digest of(Path file) throws IOException {
    MessageDigest digest = messageDigest(algorithm);
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return new Digest(algorithm, HexFormat.of().formatHex(digest.digest()));
  }

  static MessageDigest messageDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException("unknown digest algorithm '" + algorithm + "'", e);
    }
  }

  @Override
  public String toString() {
    return algorithm + " " + hex;
  }
}
