package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class ThumbnailTest {
  private static final String PREFIX = "data:image/png;base64,";

  @Test
  void showsEveryPixelOfASmallImage() throws IOException {
    byte[] levels = {0, 10, 100, (byte) 200, (byte) 255, 7};
    BufferedImage image = read(Thumbnail.dataUri(Tensor.of(levels, 1, 2, 3)));
    assertThat(image.getWidth()).isEqualTo(3);
    assertThat(image.getHeight()).isEqualTo(2);
    for (int i = 0; i < levels.length; i++) {
      assertThat(image.getRaster().getSample(i % 3, i / 3, 0)).isEqualTo(levels[i] & 0xff);
    }
  }

  @Test
  void showsColours() throws IOException {
    BufferedImage image =
        read(Thumbnail.dataUri(Tensor.of(new byte[] {(byte) 255, 0, 3}, 3, 1, 1)));
    assertThat(image.getRGB(0, 0) & 0xffffff).isEqualTo(0xff0003);
  }

  @Test
  void makesALargeImageSmall() throws IOException {
    Tensor large = Tensor.full(77, DType.UINT8, Device.CPU, 3, 300, 200);
    BufferedImage image = read(Thumbnail.dataUri(large));
    assertThat(image.getHeight()).isEqualTo(75);
    assertThat(image.getWidth()).isEqualTo(50);
    assertThat(image.getRGB(10, 10) & 0xffffff).isEqualTo(0x4d4d4d);
  }

  private static BufferedImage read(String uri) throws IOException {
    assertThat(uri).startsWith(PREFIX);
    byte[] png = Base64.getDecoder().decode(uri.substring(PREFIX.length()));
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
