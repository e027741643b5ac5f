package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResamplerTest {

  private static byte[] pattern(int height, int width) {
    byte[] image = new byte[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image[y * width + x] = (byte) (y * 37 + x * 91 + x * y % 53 * 5);
      }
    }
    return image;
  }

  /** What Pillow gives for resize(BILINEAR), columns first, and a crop of the middle. */
  @Test
  void equalsPillow() {
    assertThat(Resampler.square(pattern(9, 13), 1, 9, 13, 4))
        .asHexString()
        .isEqualTo(
            hex(103, 115, 107, 130, 120, 121, 128, 121, 119, 133, 144, 126, 121, 149, 147, 136));
    assertThat(Resampler.square(pattern(13, 9), 1, 13, 9, 4))
        .asHexString()
        .isEqualTo(
            hex(104, 117, 108, 119, 114, 122, 135, 118, 127, 137, 149, 137, 128, 141, 150, 151));
  }

  private static String hex(int... values) {
    StringBuilder hex = new StringBuilder();
    for (int value : values) {
      hex.append(HexFormat.of().withUpperCase().toHexDigits((byte) value));
    }
    return hex.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "5, 7, 12, e8574b69213bd0ab044d8c09321ac0c9eb70df021e2e469e34b85d7379e69fd1",
    "240, 100, 32, 0689f33f437961eb3d65fb0e2c523ad044fffc743b68c5308544a72dd3aef059",
    "64, 64, 64, 6a9fa0e273a4c4b1aa4df7e70ed2216f00a387497e82b11bd020bb6dbf25f27d",
    "17, 300, 16, b5307f0dde38ea082d62a97d378fa1562b08cc531a956d5f8f5437857a47b6e8",
    "33, 32, 32, 52c64319edfde637d1c83b575c71cf3d579fb7304025282882f0f8200902e240"
  })
  void equalsPillowForOtherSizesToo(int height, int width, int side, String sha256)
      throws Exception {
    byte[] square = Resampler.square(pattern(height, width), 1, height, width, side);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(square);
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
  }

  @Test
  void treatsEveryPlaneAlone() {
    byte[] one = pattern(20, 30);
    byte[] two = new byte[1200];
    System.arraycopy(one, 0, two, 600, 600);
    byte[] resized = Resampler.square(two, 2, 20, 30, 8);
    byte[] expected = new byte[128];
    System.arraycopy(Resampler.square(one, 1, 20, 30, 8), 0, expected, 64, 64);
    assertThat(resized).isEqualTo(expected);
  }

  @Test
  void greyIsPillowsLuma() {
    byte[] planes = {(byte) 255, 0, 0, 10, 0, (byte) 255, 0, 20, 0, 0, (byte) 255, 30};
    assertThat(Fit.channels(planes, 3, 1)).containsExactly(0x4c, 0x96, 0x1d, 0x12);
    assertThat(Fit.channels(new byte[] {7, 8}, 1, 3)).containsExactly(7, 8, 7, 8, 7, 8);
  }
}
