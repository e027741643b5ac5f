package io.diptych.evaluate;

import io.diptych.data.ImageSet;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Images of three classes, which differ in how bright they are, under noise. */
final class BrightImages {
  static final List<String> NAMES = List.of("dark", "grey", "bright");
  static final int CLASSES = NAMES.size();

  private BrightImages() {}

  private static int level(int image, int pixel, long seed) {
    return (int) (image % CLASSES * 90 + 60 * Keyed.of(seed).uniform(image, pixel));
  }

  /** Returns grey images in memory, of class 0, 1, 2, 0, 1, 2, … moved on by a number. */
  static ImageSet resident(int count, int side, long seed, int moved) {
    int area = side * side;
    byte[] pixels = new byte[count * area];
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (i + moved) % CLASSES;
      for (int p = 0; p < area; p++) {
        pixels[i * area + p] = (byte) level(i, p, seed);
      }
    }
    return ImageSet.of(
        "brightness", Tensor.of(pixels, count, 1, side, side), Tensor.of(labels, count), NAMES);
  }

  /** Writes {@code train} and {@code test} with a folder of colour images for each class. */
  static Path folder(Path root, int train, int test, int side) throws IOException {
    write(root.resolve("train"), train, side, 1);
    write(root.resolve("test"), test, side, 2);
    return root;
  }

  private static void write(Path part, int count, int side, long seed) throws IOException {
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < side * side; p++) {
        int level = level(i, p, seed);
        image.setRGB(p % side, p / side, level << 16 | level << 8 | level);
      }
      Path folder = Files.createDirectories(part.resolve(NAMES.get(i % CLASSES)));
      ImageIO.write(image, "png", folder.resolve((100 + i) + ".png").toFile());
    }
  }
}
