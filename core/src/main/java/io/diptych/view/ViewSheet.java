package io.diptych.view;

import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A picture of originals with their views beside them, two images in a row. */
public final class ViewSheet {
  private static final int GAP = 2;
  private static final int GROUP_GAP = 10;
  private static final int SMALLEST = 56;
  private static final int ROWS_BESIDE = 2;

  private ViewSheet() {}

  /**
   * Writes a PNG: each original with the views of the first two epochs beside it.
   *
   * @param views the pipelines
   * @param pixels the originals, uint8 [N, C, H, W]
   * @param seed randomness of the run
   * @param file where to
   * @throws IOException if it cannot be written
   */
  public static void write(Views views, Tensor pixels, Keyed seed, Path file) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      if (!ImageIO.write(draw(views, pixels, seed), "png", beside.toFile())) {
        throw new IOException(file + ": this Java cannot write PNG");
      }
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  static BufferedImage draw(Views views, Tensor pixels, Keyed seed) {
    try (Scope scope = Scope.open()) {
      Tensor index = Tensor.arange(pixels.size(0), pixels.device());
      List<Tensor> columns = new ArrayList<>(List.of(pixels));
      for (long epoch = 0; epoch < 2; epoch++) {
        columns.addAll(views.pictures(pixels, index, seed, epoch));
      }
      long longest =
          columns.stream().mapToLong(c -> Math.max(c.size(2), c.size(3))).max().orElseThrow();
      int cell = (int) (longest * Math.max(1, SMALLEST / longest));
      int count = (int) pixels.size(0);
      int rows = (count + ROWS_BESIDE - 1) / ROWS_BESIDE;
      int group = columns.size() * (cell + GAP) - GAP;
      BufferedImage sheet =
          new BufferedImage(
              ROWS_BESIDE * (group + GROUP_GAP) - GROUP_GAP,
              rows * (cell + GAP) - GAP,
              BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = sheet.createGraphics();
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
      for (int image = 0; image < count; image++) {
        int left = image % ROWS_BESIDE * (group + GROUP_GAP);
        int top = image / ROWS_BESIDE * (cell + GAP);
        for (Tensor column : columns) {
          // Without a rendering hint Graphics2D repeats pixels, which shows tiny images as they
          // are.
          graphics.drawImage(picture(column.select(0, image)), left, top, cell, cell, null);
          left += cell + GAP;
        }
      }
      graphics.dispose();
      return sheet;
    }
  }

  private static BufferedImage picture(Tensor levels) {
    int channels = (int) levels.size(0);
    int height = (int) levels.size(1);
    int width = (int) levels.size(2);
    byte[] values = levels.toBytes();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = width * height;
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < 3; c++) {
        int level = values[Math.min(c, channels - 1) * plane + i] & 0xff;
        image.getRaster().setSample(i % width, i / width, c, level);
      }
    }
    return image;
  }
}
