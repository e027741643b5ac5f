package io.diptych.bench;

import io.diptych.data.DataOptions;
import io.diptych.data.Datasets;
import io.diptych.data.SplitImages;
import io.diptych.data.StreamedSet;
import io.diptych.method.Step;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.recipe.Recipe;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.train.StreamedSource;
import io.diptych.view.Views;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Views per second of streamed photographs: JPEGs of 500×375 pixels become two views of 224 each.
 * Makes the photographs first, for whatever else is measured on them. The number for a second of
 * one core tells more on a machine that has other work.
 *
 * <pre>{@code
 * java -cp 'bench/target/classes:bench/target/lib/*' io.diptych.bench.StreamedViews DIR [workers]
 * }</pre>
 */
public final class StreamedViews {
  private static final int IMAGES = 512;
  private static final int BATCH = 64;
  private static final String CROP =
      "{random_resized_crop: {size: 224, scale: [0.08, 1.0]}}, {horizontal_flip: {p: 0.5}}";
  private static final String COLOUR =
      ", {color_jitter: {p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1}},"
          + " {grayscale: {p: 0.2}}, {gaussian_blur: {p: 0.5, sigma: [0.1, 2.0]}}";
  private static final String NORMALIZE =
      ", {normalize: {mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}}";

  private StreamedViews() {}

  /** Measures. */
  public static void main(String[] args) throws IOException {
    Path dir = Path.of(args[0]);
    int workers =
        args.length > 1 ? Integer.parseInt(args[1]) : Runtime.getRuntime().availableProcessors();
    if (!Files.isDirectory(dir)) {
      Files.createDirectories(dir);
      for (int i = 0; i < IMAGES; i++) {
        write(picture(i), dir.resolve(String.format(Locale.ROOT, "%04d.jpg", i)));
      }
    }
    Backend.threads(workers);
    measure("crop", dir, workers, CROP + NORMALIZE);
    measure("simclr", dir, workers, CROP + COLOUR + NORMALIZE);
  }

  private static void measure(String what, Path dir, int workers, String pipeline) {
    String text =
        "{name: bench, data: {name: folder, path: x}, views: [{count: 2, pipeline: ["
            + pipeline
            + "]}], method: {name: simclr}, train: {epochs: 1, batch_size: 64}}";
    Recipe recipe =
        Recipe.FORMAT.bind(Yaml.read(text.getBytes(StandardCharsets.UTF_8), "bench"), List.of());
    Map<String, Object> options =
        Map.of("name", "folder", "path", dir.toString(), "workers", workers);
    DataOptions data = Options.defaults(DataOptions.class, options);
    try (SplitImages set = Datasets.openStored(data, report -> {});
        StreamedSource source =
            new StreamedSource(
                (StreamedSet) set.train(), Views.of(recipe.views()), BATCH, 1, Device.CPU)) {
      long perEpoch = source.stepsPerEpoch();
      long begin = 0;
      double used = 0;
      long steps = 6 * perEpoch;
      for (long i = 0; i < steps; i++) {
        if (i == 2 * perEpoch) {
          begin = System.nanoTime();
          used = cpuSeconds();
        }
        try (Scope scope = Scope.open()) {
          source.batch(new Step(i, steps, perEpoch));
        }
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      double views = 2.0 * 4 * perEpoch * BATCH;
      System.out.printf(
          Locale.ROOT,
          "%-8s %,8.0f views/s, %,6.0f for a second of one core (%d workers)%n",
          what,
          views / seconds,
          views / (cpuSeconds() - used),
          workers);
    }
  }

  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /**
   * Something with edges, gradients and grain, which a JPEG of quality 0.9 keeps in about 50 KB.
   */
  private static BufferedImage picture(int number) {
    BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
    long grain = number * 0x9E3779B97F4A7C15L + 1;
    for (int y = 0; y < 375; y++) {
      for (int x = 0; x < 500; x++) {
        grain = grain * 6364136223846793005L + 1442695040888963407L;
        int noise = (int) (grain >>> 59) - 16;
        int edge = (x / 37 + y / 53 + number) % 3 * 40;
        int red = clamp(x * 200 / 500 + edge + noise);
        int green = clamp(y * 200 / 375 + edge + noise);
        int blue = clamp((x + y + 31 * number) % 256 * 3 / 4 + noise);
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  private static int clamp(int level) {
    return Math.max(0, Math.min(255, level));
  }

  private static void write(BufferedImage image, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(0.9f);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
  }
}
