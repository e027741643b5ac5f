package io.diptych.data.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.data.ImageFixtures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every decoder must do. */
final class ImageDecoderTest {

  static Stream<ImageDecoder> decoders() {
    return Stream.of(new OpenCvDecoder(), new ImageIoDecoder());
  }

  static Stream<Arguments> formats() {
    return Stream.concat(
        Stream.of("png", "bmp", "gif", "tif", "ppm", "webp")
            .map(format -> Arguments.of(new OpenCvDecoder(), format)),
        Stream.of("png", "bmp", "gif", "tif")
            .map(format -> Arguments.of(new ImageIoDecoder(), format)));
  }

  private static int at(Image image, int channel, int y, int x) {
    return image.planes()[(channel * image.height() + y) * image.width() + x] & 0xff;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void decodesLosslessFormatsExactly(ImageDecoder decoder, String format) throws IOException {
    Image image = decoder.decode(ImageFixtures.file(format));
    assertThat(image.channels()).isEqualTo(3);
    assertThat(image.height()).isEqualTo(6);
    assertThat(image.width()).isEqualTo(8);
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 8; x++) {
        assertThat(at(image, 0, y, x)).isEqualTo(30 * x);
        assertThat(at(image, 1, y, x)).isEqualTo(40 * y);
        assertThat(at(image, 2, y, x)).isEqualTo(100);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void decodesJpegCloselyAndBothDecodersAgree(ImageDecoder decoder) throws IOException {
    BufferedImage smooth = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 48; i++) {
      int x = i % 64;
      int y = i / 64;
      smooth.setRGB(x, y, 4 * x << 16 | 5 * y << 8 | (x + y));
    }
    byte[] file = ImageFixtures.write(smooth, "jpg");
    Image image = decoder.decode(file);
    Image reference = new ImageIoDecoder().decode(file);
    double error = 0;
    for (int i = 0; i < image.planes().length; i++) {
      error += Math.abs((image.planes()[i] & 0xff) - (reference.planes()[i] & 0xff));
    }
    assertThat(error / image.planes().length).isLessThan(1.5);
    assertThat(at(image, 0, 24, 32)).isBetween(118, 138);
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void keepsGreyValuesAsTheyAreStored(ImageDecoder decoder) throws IOException {
    BufferedImage deep = new BufferedImage(8, 6, BufferedImage.TYPE_USHORT_GRAY);
    BufferedImage bits = new BufferedImage(8, 6, BufferedImage.TYPE_BYTE_BINARY);
    for (int i = 0; i < 48; i++) {
      deep.getRaster().setSample(i % 8, i / 8, 0, 1000 * i);
      bits.getRaster().setSample(i % 8, i / 8, 0, i % 2);
    }
    Image grey = decoder.decode(ImageFixtures.write(ImageFixtures.grey(8, 6), "png"));
    Image of16 = decoder.decode(ImageFixtures.write(deep, "png"));
    Image of1 = decoder.decode(ImageFixtures.write(bits, "png"));
    for (int i = 0; i < 48; i++) {
      assertThat(at(grey, 0, i / 8, i % 8)).isEqualTo(10 * (i % 8) + 20 * (i / 8));
      assertThat(at(of16, 0, i / 8, i % 8)).isEqualTo(1000 * i >> 8);
      assertThat(at(of1, 0, i / 8, i % 8)).isEqualTo(255 * (i % 2));
    }
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void fourInksBecomeThreeColours(ImageDecoder decoder) throws IOException {
    Image image = decoder.decode(ImageFixtures.cmyk());
    for (int y = 1; y < 8; y += 5) {
      for (int x = 2; x < 16; x += 11) {
        assertThat(at(image, 0, y, x)).isCloseTo(x < 8 ? 240 : 20, within(3));
        assertThat(at(image, 1, y, x)).isCloseTo(y < 4 ? 30 : 200, within(3));
        assertThat(at(image, 2, y, x)).isCloseTo(60, within(3));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void aReducedImageKnowsItsSize(ImageDecoder decoder) throws IOException {
    BufferedImage large = new BufferedImage(80, 40, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 80; x++) {
        large.setRGB(x, y, x < 40 ? 0xc80000 : 0x0000c8);
      }
    }
    byte[] turned = ImageFixtures.jpegWithOrientation(large, 6, true);
    Image image =
        decoder.decode(
            turned,
            (height, width) -> {
              assertThat(height).isEqualTo(80);
              assertThat(width).isEqualTo(40);
              return 5;
            });
    assertThat(image.storedHeight()).isEqualTo(80);
    assertThat(image.storedWidth()).isEqualTo(40);
    assertThat(image.height()).isIn(80, 20);
    assertThat(at(image, 0, 0, 0)).isCloseTo(200, within(4));
    assertThat(at(image, 2, image.height() - 1, 0)).isCloseTo(200, within(4));
    Image png = decoder.decode(ImageFixtures.write(large, "png"), (height, width) -> 8);
    assertThat(png.height()).isEqualTo(40);
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void dropsTransparency(ImageDecoder decoder) throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00102030);
    image.setRGB(1, 0, 0x80405060);
    Image decoded = decoder.decode(ImageFixtures.write(image, "png"));
    assertThat(decoded.planes()).containsExactly(0x10, 0x40, 0x20, 0x50, 0x30, 0x60);
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void turnsImagesUprightAsExifSays(ImageDecoder decoder) throws IOException {
    // One dark corner, whose place tells how the image was turned: 16x8 blocks survive JPEG.
    BufferedImage image = new BufferedImage(64, 32, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 32; i++) {
      int x = i % 64;
      int y = i / 64;
      image.setRGB(x, y, x < 16 && y < 8 ? 0x101010 : x >= 48 && y < 8 ? 0x808080 : 0xf0f0f0);
    }
    // Where the dark and the grey corner belong, from 1 to 8: T top, B bottom, L left, R right.
    String[] dark = {"TL", "TR", "BR", "BL", "TL", "TR", "BR", "BL"};
    String[] medium = {"TR", "TL", "BL", "BR", "BL", "BR", "TR", "TL"};
    for (int orientation = 1; orientation <= 8; orientation++) {
      byte[] file = ImageFixtures.jpegWithOrientation(image, orientation, orientation % 2 == 0);
      Image upright = decoder.decode(file);
      assertThat(upright.width())
          .as("orientation %d", orientation)
          .isEqualTo(orientation < 5 ? 64 : 32);
      assertThat(upright.height()).isEqualTo(orientation < 5 ? 32 : 64);
      assertThat(corner(upright, dark[orientation - 1]))
          .as("orientation %d", orientation)
          .isLessThan(50);
      assertThat(corner(upright, medium[orientation - 1]))
          .as("orientation %d", orientation)
          .isBetween(100, 160);
    }
  }

  private static int corner(Image image, String name) {
    int y = name.charAt(0) == 'T' ? 2 : image.height() - 3;
    int x = name.charAt(1) == 'L' ? 2 : image.width() - 3;
    return at(image, 0, y, x);
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void ignoresNonsenseInExif(ImageDecoder decoder) throws IOException {
    byte[] file = ImageFixtures.jpegWithOrientation(ImageFixtures.colour(8, 6), 6, true);
    file[16] = (byte) 0xf0; // the offset of the entries
    file[17] = (byte) 0xff;
    assertThat(decoder.decode(file).width()).isEqualTo(8);
    byte[] other = ImageFixtures.jpegWithOrientation(ImageFixtures.colour(8, 6), 77, true);
    assertThat(decoder.decode(other).width()).isEqualTo(8);
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void refusesWhatIsNoCompleteImage(ImageDecoder decoder) {
    assertRefused(decoder, new byte[0], "the file is empty (0 bytes)");
    assertRefused(decoder, "hello, world".getBytes(StandardCharsets.UTF_8), "not an image");
    byte[] jpeg = ImageFixtures.file("jpg");
    assertRefused(decoder, Arrays.copyOf(jpeg, jpeg.length / 2), "the JPEG is truncated");
    assertRefused(decoder, Arrays.copyOf(jpeg, jpeg.length - 2), "the JPEG is truncated");
    assertRefused(decoder, Arrays.copyOf(jpeg, 3), "");
    byte[] png = ImageFixtures.file("png");
    assertRefused(decoder, Arrays.copyOf(png, png.length / 2), "the PNG is truncated");
    assertRefused(decoder, Arrays.copyOf(png, png.length - 12), "the PNG is truncated");
    png[45] ^= 1;
    assertRefused(decoder, png, "the PNG is damaged: wrong checksum at byte 33");
  }

  @ParameterizedTest
  @MethodSource("formats")
  void refusesFilesOfAllFormatsCutInHalf(ImageDecoder decoder, String format) {
    byte[] file = ImageFixtures.file(format);
    assertRefused(decoder, Arrays.copyOf(file, file.length / 2), "");
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void refusesAHeaderThatAnnouncesMorePixelsThanMemory(ImageDecoder decoder) {
    byte[] png = ImageFixtures.file("png");
    CRC32 crc = new CRC32();
    ByteBuffer header = ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
    crc.update(png, 12, 17);
    header.putInt(29, (int) crc.getValue());
    assertRefused(decoder, png, "its header announces 60000 x 60000 pixels");
    byte[] bmp = ImageFixtures.file("bmp");
    bmp[20] = 1; // 65544 x 65542
    bmp[24] = 1;
    assertRefused(decoder, bmp, "");
  }

  private static void assertRefused(ImageDecoder decoder, byte[] file, String reason) {
    assertThatThrownBy(() -> decoder.decode(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void damagedFilesEndInAnIoExceptionOrAnImage(ImageDecoder decoder) {
    long seed = Long.getLong("test.seed", 20_261_122L);
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int round = 0; round < 300; round++) {
      byte[] file = ImageFixtures.file(new String[] {"jpg", "png", "gif"}[round % 3]);
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(decoder.decode(file).planes()).as("seed %d", seed).isNotEmpty();
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(10, 300);
  }

  @Test
  void openCvIsPreferred() {
    assertThat(ImageDecoder.best()).isInstanceOf(OpenCvDecoder.class).isSameAs(ImageDecoder.best());
  }
}
