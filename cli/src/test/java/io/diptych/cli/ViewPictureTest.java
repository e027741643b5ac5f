package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command draws what a recipe makes of images. */
final class ViewPictureTest {
  private static final String RECIPE =
      """
      name: crops
      data: {name: cifar10}
      views:
        - count: 2
          pipeline:
            - rand_augment: {}
            - random_resized_crop: {size: 64}
            - gaussian_blur: {p: 1.0}
            - normalize: {mean: [0.5], std: [0.25]}
        - count: 3
          pipeline:
            - random_resized_crop: {size: 24, scale: [0.05, 0.4]}
            - normalize: {mean: [0.5], std: [0.25]}
      method: {name: twist}
      """;

  @TempDir private Path dir;

  @Test
  void viewsOfAFolderOfImagesOfAllSizesAreDrawn() throws Exception {
    Path images = Files.createDirectories(dir.resolve("images"));
    for (int i = 0; i < 5; i++) {
      write(images.resolve(i + ".png"), 80 + 10 * i, 120 - 12 * i);
    }
    Path recipe = Files.writeString(dir.resolve("crops.yaml"), RECIPE);

    Diptych.Result result =
        Diptych.run(
            dir, "data", "inspect", "images", "--views", recipe.toString(), "--to", "crops.png");

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("crops.png");
    BufferedImage sheet = ImageIO.read(dir.resolve("crops.png").toFile());
    // Two images in a row, each with five views of two epochs, in cells of the largest view.
    assertThat(sheet.getWidth()).isGreaterThanOrEqualTo(2 * 11 * 64);
    assertThat(sheet.getHeight()).isGreaterThanOrEqualTo(3 * 64);
  }

  @Test
  void aRecipeThatIsNotThereIsNamed() throws Exception {
    Files.createDirectories(dir.resolve("images"));
    Diptych.Result result = Diptych.run(dir, "data", "inspect", "images", "--views", "no/such");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.error()).contains("unknown recipe 'no/such'");
    assertThat(dir.resolve("views.png")).doesNotExist();
  }

  @Test
  void augmentationsAndTheirOptionsAreListed() throws Exception {
    assertThat(Diptych.run(dir, "data", "augmentations").out().lines())
        .contains("random_resized_crop", "rand_augment", "normalize");
    assertThat(Diptych.run(dir, "data", "augmentations", "cutout").out())
        .contains("Covers a square")
        .contains("size");
  }

  private static void write(Path file, int height, int width) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0xff000000 | (x * 255 / width) << 16 | (y * 255 / height) << 8);
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }
}
