package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.DataException;
import io.diptych.data.Datasets;
import io.diptych.data.ImageSet;
import io.diptych.data.LoadReport;
import io.diptych.data.Opening;
import io.diptych.data.SplitImages;
import io.diptych.data.StreamedSet;
import io.diptych.data.decode.Image;
import io.diptych.data.decode.Reduction;
import io.diptych.method.Step;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Augmentation;
import io.diptych.view.Batch;
import io.diptych.view.CenterCrop;
import io.diptych.view.ColorJitter;
import io.diptych.view.HorizontalFlip;
import io.diptych.view.Interpolation;
import io.diptych.view.Normalize;
import io.diptych.view.RandomResizedCrop;
import io.diptych.view.ViewGroup;
import io.diptych.view.ViewPipeline;
import io.diptych.view.Views;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StreamedSourceTest {
  private static final double LEVEL = 1.0 / 255;
  private static final Normalize LEVELS = new Normalize(List.of(0.0), List.of(1.0));

  @TempDir Path dir;
  private final List<LoadReport> reports = new ArrayList<>();

  private static RandomResizedCrop crop(int size) {
    return new RandomResizedCrop(
        size, List.of(0.2, 1.0), List.of(0.75, 4.0 / 3), Interpolation.BICUBIC);
  }

  private static Views views(Augmentation... steps) {
    return new Views(List.of(new ViewGroup(2, new ViewPipeline(List.of(steps)))));
  }

  private static Views simple() {
    return views(crop(16), new HorizontalFlip(0.5), LEVELS);
  }

  /** A picture that differs from place to place and from image to image. */
  private static BufferedImage picture(int number, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = (int) (127 + 120 * Math.sin(0.002 * number + 6.0 * x / width));
        int green = (int) (127 + 120 * Math.cos(number + 5.0 * y / height));
        int blue = (x * 255 / width + number * 40) % 256;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  private void write(int count, int width, int height) throws IOException {
    for (int i = 0; i < count; i++) {
      Path file = dir.resolve(String.format("%03d.png", i));
      ImageIO.write(picture(i, width, height), "png", file.toFile());
    }
  }

  private SplitImages open(Object... options) {
    Map<String, Object> values =
        new HashMap<>(
            Map.of("name", "folder", "path", dir.toString(), "storage", "streamed", "workers", 3));
    for (int i = 0; i < options.length; i += 2) {
      values.put((String) options[i], options[i + 1]);
    }
    return Datasets.openStored(Opening.of(values), reports::add);
  }

  private static StreamedSource source(SplitImages set, Views views, int batch) {
    return new StreamedSource((StreamedSet) set.train(), views, batch, 7, Device.CPU);
  }

  private static Step step(BatchSource source, long number) {
    return new Step(number, 50 * source.stepsPerEpoch(), source.stepsPerEpoch());
  }

  /** Both views of each image, by its number. */
  private static Map<Long, float[]> byIndex(BatchSource source, int steps) {
    Map<Long, float[]> views = new HashMap<>();
    for (int i = 0; i < steps; i++) {
      try (Scope scope = Scope.open()) {
        Batch batch = source.batch(step(source, i));
        long[] index = batch.index().toLongArray();
        for (int row = 0; row < index.length; row++) {
          float[] first = batch.views().get(0).select(0, row).toFloatArray();
          float[] second = batch.views().get(1).select(0, row).toFloatArray();
          float[] both = Arrays.copyOf(first, first.length + second.length);
          System.arraycopy(second, 0, both, first.length, second.length);
          views.put(index[row], both);
        }
      }
    }
    return views;
  }

  private static double farthest(Map<Long, float[]> some, Map<Long, float[]> others) {
    assertThat(some.keySet()).isEqualTo(others.keySet());
    double farthest = 0;
    for (Map.Entry<Long, float[]> entry : some.entrySet()) {
      float[] other = others.get(entry.getKey());
      for (int i = 0; i < other.length; i++) {
        farthest = Math.max(farthest, Math.abs(other[i] - entry.getValue()[i]));
      }
    }
    return farthest;
  }

  @Test
  void viewsAreThoseOfResidentImages() throws IOException {
    write(12, 48, 40);
    List<Views> moving =
        List.of(
            simple(),
            views(new ColorJitter(0.8, 0.4, 0.4, 0.4, 0.1), crop(16), LEVELS),
            views(new CenterCrop(24), LEVELS),
            views(new HorizontalFlip(0.5), LEVELS));
    for (Views views : moving) {
      compare(
          views,
          (streamed, resident) ->
              assertThat(farthest(streamed, resident)).isLessThan(1.001 * LEVEL));
    }
    // What differs by a level before a change of colours may differ by more after it.
    compare(
        views(crop(16), new HorizontalFlip(0.5), new ColorJitter(0.8, 0.4, 0.4, 0.4, 0.1), LEVELS),
        (streamed, resident) ->
            assertThat(meanDistance(streamed, resident)).isLessThan(0.3 * LEVEL));
  }

  private void compare(Views views, BiConsumer<Map<Long, float[]>, Map<Long, float[]>> check) {
    try (SplitImages streamed = open();
        SplitImages resident = open("storage", "resident");
        StreamedSource source = source(streamed, views, 4)) {
      BatchSource other = new ResidentSource((ImageSet) resident.train(), views, 4, 7);
      check.accept(byIndex(source, 3), byIndex(other, 3));
    }
  }

  private static double meanDistance(Map<Long, float[]> some, Map<Long, float[]> others) {
    double sum = 0;
    long values = 0;
    for (Map.Entry<Long, float[]> entry : some.entrySet()) {
      float[] other = others.get(entry.getKey());
      for (int i = 0; i < other.length; i++) {
        sum += Math.abs(other[i] - entry.getValue()[i]);
      }
      values += other.length;
    }
    return sum / values;
  }

  @Test
  void neitherWorkersNorBatchesNorTurnChangeAView() throws IOException {
    write(12, 40, 30);
    Map<Long, float[]> expected;
    try (SplitImages set = open("workers", 1);
        StreamedSource source = source(set, simple(), 4)) {
      expected = byIndex(source, 3);
    }
    try (SplitImages set = open("workers", 4);
        StreamedSource source = source(set, simple(), 12)) {
      assertThat(farthest(byIndex(source, 1), expected)).isZero();
    }
    try (SplitImages set = open();
        StreamedSource source = source(set, simple(), 4);
        Scope scope = Scope.open()) {
      Batch ninth = source.batch(step(source, 9));
      Batch third = source.batch(step(source, 3));
      source.batch(step(source, 4));
      assertThat(source.batch(step(source, 9)).views().get(0).toFloatArray())
          .isEqualTo(ninth.views().get(0).toFloatArray());
      assertThat(source.batch(step(source, 3)).index().toLongArray())
          .isEqualTo(third.index().toLongArray());
    }
  }

  @Test
  void largePhotographsAreDecodedSmallerWithHardlyAnyTrace() throws IOException {
    ImageIO.write(picture(3, 1000, 800), "jpg", dir.resolve("large.jpg").toFile());
    ImageFrames frames = new ImageFrames(simple(), Keyed.of(7));
    try (SplitImages set = open()) {
      StreamedSet images = (StreamedSet) set.train();
      double sum = 0;
      for (int epoch = 0; epoch < 4; epoch++) {
        int e = epoch;
        assertThat(frames.reduction(800, 1000, 0, epoch)).isGreaterThanOrEqualTo(8);
        Image small =
            images.read(0, (rows, columns) -> frames.reduction(rows, columns, 0, e)).orElseThrow();
        Image full = images.read(0, Reduction.NONE).orElseThrow();
        assertThat(small.height()).isEqualTo(100);
        assertThat(small.storedHeight()).isEqualTo(800);
        try (Scope scope = Scope.open()) {
          Tensor one = frames.of(small, 0, epoch).get(0).to(DType.FLOAT64);
          Tensor other = frames.of(full, 0, epoch).get(0).to(DType.FLOAT64);
          sum += one.sub(other).abs().mean().item();
        }
      }
      assertThat(sum / 4).isLessThan(2);
    }
  }

  @Test
  void brokenImagesAreReplacedAndReportedOnce() throws IOException {
    write(12, 20, 30);
    Files.writeString(dir.resolve("003.png"), "no image");
    Files.write(dir.resolve("005.png"), new byte[0]);
    List<long[]> taken = new ArrayList<>();
    for (int workers = 1; workers <= 3; workers += 2) {
      try (SplitImages set = open("on_error", "skip", "workers", workers);
          StreamedSource source = source(set, simple(), 6)) {
        for (int i = 0; i < 6; i++) {
          try (Scope scope = Scope.open()) {
            Batch batch = source.batch(step(source, i));
            taken.add(batch.index().toLongArray());
            assertThat(batch.index().toLongArray()).doesNotContain(3, 5).hasSize(6);
          }
        }
        assertThat(((StreamedSet) set.train()).skipped())
            .containsExactly(
                dir.resolve("003.png")
                    + ": cannot be read as an image: not an image of a known format, or damaged",
                dir.resolve("005.png")
                    + ": cannot be read as an image: the file is empty (0 bytes)");
        assertThat(set.train().readable().size()).isEqualTo(10);
        assertThat(set.train().readable()).isSameAs(set.train().readable());
        assertThat(set.train().readable().whole()).isSameAs(set.train());
      }
    }
    assertThat(taken.subList(0, 6)).usingRecursiveComparison().isEqualTo(taken.subList(6, 12));
    assertThat(reports).hasSize(4);
    assertThat(reports.get(1).images()).isEqualTo(10);
    assertThat(reports.get(1).skipped()).hasSize(2);
  }

  @Test
  void aBrokenImageStopsTheRunIfItShall() throws IOException {
    write(8, 20, 30);
    Files.writeString(dir.resolve("003.png"), "no image");
    try (SplitImages set = open();
        StreamedSource source = source(set, simple(), 8)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> source.batch(step(source, 0)))
            .isInstanceOf(DataException.class)
            .hasMessageStartingWith(dir.resolve("003.png") + ": cannot be read as an image: ");
      }
    }
  }

  @Test
  void nothingButBrokenImagesIsAnError() throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.writeString(dir.resolve(i + ".png"), "no image");
    }
    try (SplitImages set = open("on_error", "skip");
        StreamedSource source = source(set, simple(), 8)) {
      assertThatThrownBy(() -> source.batch(step(source, 0)))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("folder: of 100 images none can be read; first: ")
          .hasMessageContaining("0.png");
    }
  }

  @Test
  void failuresOfWorkersReachTheLoop() throws IOException {
    write(4, 20, 30);
    try (SplitImages set = open();
        StreamedSource source = source(set, views(new CenterCrop(25), LEVELS), 4)) {
      assertThatThrownBy(() -> source.batch(step(source, 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("center_crop.size: 25 does not fit into images of 20 x 30 pixels");
    }
    ImageIO.write(picture(1, 21, 30), "png", dir.resolve("other.png").toFile());
    try (SplitImages set = open();
        StreamedSource source = source(set, views(LEVELS), 5)) {
      assertThatThrownBy(() -> source.batch(step(source, 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("images have different sizes")
          .hasMessageContaining("or give data.image_size");
    }
  }

  @Test
  void anInterruptEndsTheWait() throws IOException {
    write(8, 20, 30);
    try (SplitImages set = open();
        StreamedSource source = source(set, simple(), 8)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> source.batch(step(source, 0)))
          .isInstanceOf(DataException.class)
          .hasMessage("reading images was interrupted");
      assertThat(Thread.interrupted()).isTrue();
      try (Scope scope = Scope.open()) {
        assertThat(source.batch(step(source, 0)).size()).isEqualTo(8);
      }
    }
  }

  @Test
  void closingEarlyEndsTheWorkers() throws IOException {
    write(64, 200, 200);
    for (int i = 0; i < 5; i++) {
      try (SplitImages set = open();
          StreamedSource source = source(set, simple(), 16);
          Scope scope = Scope.open()) {
        source.batch(step(source, 0));
      }
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("diptych-load"));
  }

  @Test
  void memoryIsFlatOverFiftyEpochs() throws IOException {
    write(16, 60, 60);
    try (SplitImages set = open();
        StreamedSource source = source(set, simple(), 8)) {
      long handles = 0;
      long bytes = 0;
      for (int i = 0; i < 100; i++) {
        try (Scope scope = Scope.open()) {
          source.batch(step(source, i));
        }
        if (i == 20) {
          handles = Backend.handleCount();
          bytes = Backend.residentBytes();
        }
      }
      assertThat(Backend.handleCount()).isLessThan(handles + 100);
      assertThat(Backend.residentBytes()).isLessThan(bytes + (64 << 20));
    }
  }

  @Test
  void itsClassesAreThoseOfLabelledImagesAlone() throws IOException {
    for (String name : List.of("cat", "dog")) {
      Path file = Files.createDirectories(dir.resolve(name)).resolve("1.png");
      ImageIO.write(picture(1, 20, 20), "png", file.toFile());
    }
    try (SplitImages set = open();
        StreamedSource source = source(set, simple(), 2)) {
      assertThat(source.classes()).isEqualTo(2);
    }
    Files.move(dir.resolve("cat/1.png"), dir.resolve("1.png"));
    Files.move(dir.resolve("dog/1.png"), dir.resolve("2.png"));
    Files.delete(dir.resolve("cat"));
    Files.delete(dir.resolve("dog"));
    try (SplitImages set = open();
        StreamedSource source = source(set, simple(), 2)) {
      assertThat(source.classes()).isZero();
    }
  }

  @Test
  void aBatchMustNotBeLargerThanTheSet() throws IOException {
    write(3, 20, 20);
    try (SplitImages set = open()) {
      assertThatThrownBy(() -> source(set, simple(), 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("train.batch_size: 4 is more than the 3 training images of 'folder'");
    }
  }

  @Test
  void orderedBatchesLeaveOutWhatCannotBeRead() throws IOException {
    write(7, 30, 20);
    Files.writeString(dir.resolve("002.png"), "no image");
    ViewPipeline pipeline = new ViewPipeline(List.of(new CenterCrop(16), LEVELS));
    List<Long> seen = new ArrayList<>();
    try (SplitImages set = open("on_error", "skip");
        OrderedBatches batches =
            OrderedBatches.fixed((StreamedSet) set.train(), pipeline, 3, Device.CPU)) {
      while (batches.hasNext()) {
        try (Scope scope = Scope.open()) {
          OrderedBatches.Rows rows = batches.next();
          assertThat(rows.pixels().size(0)).isEqualTo(rows.index().length);
          LongStream.of(rows.index()).forEach(seen::add);
        }
      }
      assertThat(seen).containsExactly(0L, 1L, 3L, 4L, 5L, 6L);
      assertThat(set.train().readable().size()).isEqualTo(6);
    }
  }

  @Test
  void shuffledBatchesMakeTheSameNewViewsInEveryOrder() throws IOException {
    write(6, 30, 20);
    ViewPipeline pipeline =
        new ViewPipeline(
            List.of(
                new RandomResizedCrop(
                    8, List.of(0.3, 1.0), List.of(0.75, 1.5), Interpolation.BILINEAR),
                new HorizontalFlip(0.5),
                LEVELS));
    try (SplitImages set = open()) {
      StreamedSet images = (StreamedSet) set.train();
      Map<Long, float[]> views = new HashMap<>();
      collect(images, pipeline, new long[] {4, 1, 5, 0, 3, 2}, 2, 7, views);
      Map<Long, float[]> again = new HashMap<>();
      collect(images, pipeline, new long[] {0, 5, 2, 4}, 3, 7, again);
      again.forEach((index, view) -> assertThat(view).isEqualTo(views.get(index)));
      assertThat(again.keySet()).containsExactlyInAnyOrder(0L, 2L, 4L, 5L);
      Map<Long, float[]> next = new HashMap<>();
      collect(images, pipeline, new long[] {0, 5, 2, 4}, 3, 8, next);
      next.forEach((index, view) -> assertThat(view).isNotEqualTo(views.get(index)));
    }
  }

  private static void collect(
      StreamedSet images,
      ViewPipeline pipeline,
      long[] order,
      int batchSize,
      long epoch,
      Map<Long, float[]> views) {
    List<Long> seen = new ArrayList<>();
    try (OrderedBatches batches =
        OrderedBatches.shuffled(
            images, order, epoch, pipeline, Keyed.of(1), batchSize, Device.CPU)) {
      while (batches.hasNext()) {
        try (Scope scope = Scope.open()) {
          OrderedBatches.Rows rows = batches.next();
          for (int i = 0; i < rows.index().length; i++) {
            seen.add(rows.index()[i]);
            views.put(rows.index()[i], rows.pixels().select(0, i).contiguous().toFloatArray());
          }
        }
      }
    }
    assertThat(seen).containsExactlyElementsOf(LongStream.of(order).boxed().toList());
  }
}
