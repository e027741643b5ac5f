package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.data.Datasets;
import io.diptych.data.ImageSet;
import io.diptych.data.Opening;
import io.diptych.data.SplitImages;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Scoped.class)
final class SpriteTest {
  @Test
  void laysPicturesRowByRow() throws IOException {
    byte[] pixels = new byte[8 * 4];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i + 1);
    }
    Sprite sprite = Sprite.of(set(Tensor.of(pixels, 8, 1, 2, 2)), new long[] {0, 1, 3, 5, 7});
    assertThat(sprite.size()).isEqualTo(2);
    assertThat(sprite.columns()).isEqualTo(3);
    BufferedImage image = read(sprite);
    assertThat(image.getWidth()).isEqualTo(6);
    assertThat(image.getHeight()).isEqualTo(4);
    int[][] expected = {{1, 2, 5, 6, 13, 14}, {3, 4, 7, 8, 15, 16}, {21, 22, 29, 30, 0, 0}};
    for (int y = 0; y < expected.length; y++) {
      for (int x = 0; x < 6; x++) {
        assertThat(image.getRaster().getSample(x, y, 0)).isEqualTo(expected[y][x]);
      }
    }
  }

  @Test
  void makesLargeImagesSmall() throws IOException {
    Sprite sprite = Sprite.of(set(Tensor.full(9, DType.UINT8, Device.CPU, 2, 3, 96, 64)), all(2));
    assertThat(sprite.size()).isEqualTo(32);
    assertThat(read(sprite).getRGB(40, 20) & 0xffffff).isEqualTo(0x090909);
  }

  @Test
  void theMoreThereAreTheSmallerTheyBecome() throws IOException {
    int count = 7000;
    Sprite grey =
        Sprite.of(set(Tensor.zeros(DType.UINT8, Device.CPU, count, 1, 32, 32)), all(count));
    assertThat(grey.size()).isEqualTo(29);
    assertThat(grey.columns()).isEqualTo(84);
    BufferedImage image = read(grey);
    assertThat(image.getWidth()).isEqualTo(84 * 29);
    assertThat(image.getHeight()).isEqualTo(84 * 29);
  }

  @Test
  void showsTheMiddleOfStreamedImages(@TempDir Path directory) throws IOException {
    int[] colours = {0x102030, 0x405060, 0x708090};
    for (int i = 0; i < colours.length; i++) {
      BufferedImage image = new BufferedImage(90, 40, BufferedImage.TYPE_INT_RGB);
      for (int x = 25; x < 65; x++) {
        for (int y = 0; y < 40; y++) {
          image.setRGB(x, y, colours[i]);
        }
      }
      ImageIO.write(image, "png", directory.resolve(i + ".png").toFile());
    }
    Map<String, Object> options =
        Map.of("name", "folder", "path", directory.toString(), "storage", "streamed");
    try (SplitImages set = Datasets.openStored(Opening.of(options), report -> {})) {
      Sprite sprite = Sprite.of(set.train(), new long[] {0, 2});
      assertThat(sprite.size()).isEqualTo(32);
      assertThat(sprite.columns()).isEqualTo(2);
      BufferedImage image = read(sprite);
      assertThat(image.getRGB(1, 16) & 0xffffff).isEqualTo(colours[0]);
      assertThat(image.getRGB(62, 16) & 0xffffff).isEqualTo(colours[2]);
    }
  }

  private static long[] all(int count) {
    return LongStream.range(0, count).toArray();
  }

  private static ImageSet set(Tensor pixels) {
    return ImageSet.of(
        "set", pixels, Tensor.of(new long[(int) pixels.size(0)], pixels.size(0)), List.of("a"));
  }

  private static BufferedImage read(Sprite sprite) throws IOException {
    byte[] png = Base64.getDecoder().decode(sprite.uri().substring(sprite.uri().indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
