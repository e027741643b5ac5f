package io.diptych.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Levels are Pillow's, whether images are made one by one or as tensors. */
final class ViewExactnessTest {
  private static final int COUNT = 24;
  private static final Keyed KEY = Views.key(Keyed.of(11), 3, 1);

  private Scope scope;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker")
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void everyHueIsThatOfPillow() {
    // All colours whose levels are multiples of 5 or near the ends, one image each.
    List<Integer> levels = new ArrayList<>(List.of(1, 2, 3, 254));
    for (int level = 0; level <= 255; level += 5) {
      levels.add(level);
    }
    int side = levels.size();
    int[][][] image = new int[3][side][side * side];
    for (int r = 0; r < side; r++) {
      for (int g = 0; g < side; g++) {
        for (int b = 0; b < side; b++) {
          image[0][r][g * side + b] = levels.get(r);
          image[1][r][g * side + b] = levels.get(g);
          image[2][r][g * side + b] = levels.get(b);
        }
      }
    }
    for (double shift : new double[] {0, 0.03, -0.1, 0.4999, -0.5}) {
      int[][][] expected = Pillow.hue(image, shift);
      Raster raster = raster(image);
      RasterColour.hue(raster, (int) (shift * 255) & 0xff);
      assertThat(flat(raster)).as("raster, %s", shift).isEqualTo(flat(expected));
      Tensor tensor = tensor(image);
      Colour.hue(tensor, ColorJitter.steps(Tensor.of(new float[] {(float) shift}, 1)));
      assertThat(flat(tensor)).as("tensor, %s", shift).isEqualTo(flat(expected));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.31, 0.7, 1.0, 1.3, 1.414, 1.5, 1.7, 2.0, 3.3, 6, 25})
  void everyBlurIsThatOfPillow(double sigma) {
    for (int[] size : new int[][] {{32, 32}, {7, 5}, {1, 9}, {40, 3}}) {
      int[][][] image = noise(3, size[0], size[1]);
      Raster raster = raster(image);
      RasterBlur.blur(raster, (float) sigma);
      assertThat(flat(raster))
          .as("%s of %s", sigma, Arrays.toString(size))
          .isEqualTo(flat(Pillow.blur(image, (float) sigma)));
    }
  }

  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void everyResizingIsThatOfPillow(Interpolation interpolation) {
    int[][][] image = noise(3, 37, 61);
    for (int[] box : new int[][] {{0, 0, 37, 61}, {3, 7, 20, 31}, {36, 60, 1, 1}, {5, 0, 2, 60}}) {
      for (int[] size : new int[][] {{32, 32}, {8, 70}, {1, 1}, {20, 31}}) {
        Box taken = new Box(box[0], box[1], box[2], box[3]);
        int[][][] expected =
            Pillow.resize(
                Pillow.crop(image, box[0], box[1], box[2], box[3]),
                size[0],
                size[1],
                interpolation);
        Raster raster = raster(image);
        raster.frame(Frame.resizing(taken, size[0], size[1], false, interpolation));
        assertThat(flat(raster)).isEqualTo(flat(expected));
        Raster mirrored = raster(image);
        mirrored.frame(Frame.resizing(taken, size[0], size[1], true, interpolation));
        assertThat(flat(mirrored)).isEqualTo(flat(Pillow.flip(expected)));
      }
    }
  }

  @Test
  void blendsAndGreysAreThoseOfPillow() {
    int[][][] image = noise(3, 21, 17);
    for (float factor : new float[] {0, 0.2f, 0.61f, 1, 1.0001f, 1.4f, 2.7f}) {
      Raster bright = raster(image);
      RasterColour.brightness(bright, factor);
      assertThat(flat(bright)).isEqualTo(flat(Pillow.brightness(image, factor)));
      Raster contrast = raster(image);
      RasterColour.contrast(contrast, factor);
      assertThat(flat(contrast)).isEqualTo(flat(Pillow.contrast(image, factor)));
      Raster saturated = raster(image);
      RasterColour.saturation(saturated, factor);
      assertThat(flat(saturated)).isEqualTo(flat(Pillow.saturation(image, factor)));
    }
    Raster grey = raster(image);
    RasterColour.grayscale(grey);
    assertThat(flat(grey)).isEqualTo(flat(Pillow.grayscale(image)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void imageByImageAndAsTensorsViewsAreTheSame(int channels) {
    List<Augmentation> steps = simClr(channels);
    ViewPipeline pipeline = new ViewPipeline(steps);
    Tensor pixels = Tensor.of(Pictures.noise(5, COUNT, channels, 40, 30), COUNT, channels, 40, 30);
    Tensor index = Tensor.of(java.util.stream.LongStream.range(100, 100 + COUNT).toArray(), COUNT);

    float[] oneByOne = pipeline.apply(pixels, index, KEY).toFloatArray();

    assertThat(oneByOne).isEqualTo(asTensors(steps, pixels, index));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatIsFramedBeforeHasTheSameViews(int channels) {
    for (List<Augmentation> steps : List.of(simClr(channels), colourFirst(channels))) {
      ViewPipeline pipeline = new ViewPipeline(steps);
      Tensor pixels =
          Tensor.of(Pictures.noise(5, COUNT, channels, 40, 30), COUNT, channels, 40, 30);
      List<Tensor> frames = new ArrayList<>();
      long[] indices = new long[COUNT];
      for (int i = 0; i < COUNT; i++) {
        indices[i] = 7L * i;
        Tensor one = pixels.narrow(0, i, 1);
        if (pipeline.isFrame()) {
          Raster raster = new Raster();
          raster.load(one.toBytes(), 0, channels, 40, 30);
          raster.frame(pipeline.frame(40, 30, indices[i], KEY));
          byte[] bytes = new byte[raster.size()];
          for (int p = 0; p < bytes.length; p++) {
            bytes[p] = (byte) raster.levels()[p];
          }
          frames.add(Tensor.of(bytes, 1, channels, raster.height(), raster.width()));
        } else {
          frames.add(pipeline.framed(one, Tensor.of(new long[] {indices[i]}, 1), KEY));
        }
      }
      Tensor index = Tensor.of(indices, COUNT);
      assertThat(frames.get(0).size(2)).isEqualTo(pipeline.frameSide().orElseThrow());
      assertThat(pipeline.applyFramed(Tensor.cat(frames, 0), index, KEY).toFloatArray())
          .isEqualTo(pipeline.apply(pixels, index, KEY).toFloatArray());
    }
  }

  @Test
  void theBoxOfOneImageIsThatOfTheBatch() {
    int draws = 20000;
    long[] indices = java.util.stream.LongStream.range(0, draws).toArray();
    for (int[] size : new int[][] {{32, 32}, {375, 500}, {20, 400}, {400, 20}, {1, 1}}) {
      RandomResizedCrop crop =
          new RandomResizedCrop(
              32, List.of(0.08, 1.0), List.of(0.75, 4 / 3.0), Interpolation.BILINEAR);
      Tensor uniform = KEY.uniform(Tensor.of(indices, draws), crop.draws());
      RandomResizedCrop.Boxes boxes = crop.boxes(uniform, size[0], size[1]);
      long[] top = boxes.top().toLongArray();
      long[] left = boxes.left().toLongArray();
      long[] height = boxes.height().toLongArray();
      long[] width = boxes.width().toLongArray();
      for (int i = 0; i < draws; i++) {
        assertThat(crop.box(new Draws(KEY, i, 0), size[0], size[1]))
            .isEqualTo(new Box((int) top[i], (int) left[i], (int) height[i], (int) width[i]));
      }
    }
  }

  /** Each augmentation as a tensor operation on the whole batch. */
  private static float[] asTensors(List<Augmentation> steps, Tensor pixels, Tensor index) {
    int slots = steps.stream().mapToInt(Augmentation::draws).sum();
    Tensor uniform = KEY.uniform(index, slots);
    Images images = Images.of(pixels);
    int slot = 0;
    for (Augmentation step : steps) {
      images = step.apply(images, uniform.narrow(1, slot, step.draws()));
      slot += step.draws();
    }
    return images.levels().toFloatArray();
  }

  private static List<Augmentation> simClr(int channels) {
    return List.of(
        new RandomResizedCrop(
            24, List.of(0.08, 1.0), List.of(0.75, 4 / 3.0), Interpolation.BICUBIC),
        new HorizontalFlip(0.5),
        new ColorJitter(0.8, 0.4, 0.4, 0.2, 0.1),
        new Grayscale(0.2),
        new GaussianBlur(0.5, List.of(0.1, 2.0)),
        new Solarize(0.2, 128),
        normalize(channels));
  }

  private static List<Augmentation> colourFirst(int channels) {
    return List.of(
        new ColorJitter(0.8, 0.4, 0.4, 0.4, 0.1),
        new Grayscale(0.1),
        new RandomResizedCrop(16, List.of(0.2, 1.0), List.of(0.75, 4 / 3.0), Interpolation.BICUBIC),
        new HorizontalFlip(0.5),
        normalize(channels));
  }

  private static Normalize normalize(int channels) {
    return channels == 1
        ? new Normalize(List.of(0.286), List.of(0.353))
        : new Normalize(List.of(0.4914, 0.4822, 0.4465), List.of(0.2023, 0.1994, 0.2010));
  }

  private static int[][][] noise(int channels, int height, int width) {
    byte[] bytes = Pictures.noise(height + width, 1, channels, height, width);
    int[][][] image = new int[channels][height][width];
    for (int i = 0; i < bytes.length; i++) {
      image[i / (height * width)][i / width % height][i % width] = bytes[i] & 0xff;
    }
    return image;
  }

  private static byte[] bytes(int[][][] image) {
    int[] levels = flat(image);
    byte[] bytes = new byte[levels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) levels[i];
    }
    return bytes;
  }

  private static Raster raster(int[][][] image) {
    Raster raster = new Raster();
    raster.load(bytes(image), 0, image.length, image[0].length, image[0][0].length);
    return raster;
  }

  private static Tensor tensor(int[][][] image) {
    return Images.of(Tensor.of(bytes(image), 1, image.length, image[0].length, image[0][0].length))
        .levels();
  }

  private static int[] flat(int[][][] image) {
    return Arrays.stream(image).flatMap(Arrays::stream).flatMapToInt(Arrays::stream).toArray();
  }

  private static int[] flat(Raster raster) {
    return Arrays.copyOf(raster.levels(), raster.size());
  }

  private static int[] flat(Tensor tensor) {
    float[] values = tensor.toFloatArray();
    int[] levels = new int[values.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (int) values[i];
    }
    return levels;
  }
}
