package io.diptych.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One image, changed as a tensor and as a raster at once; the two must stay equal. Where there is
 * no kernel for a raster, only the tensor is.
 */
final class Picture {
  private final int[] levels;
  private final int channels;
  private final int height;
  private final int width;

  private Picture(int[] levels, int channels, int height, int width) {
    this.levels = levels;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /** Returns the image of a recorded tensor [row][column][channel]. */
  static Picture of(Tensor rows) {
    return of(rows.permute(2, 0, 1).unsqueeze(0).to(DType.FLOAT32).contiguous(), null);
  }

  /** Returns the image of levels [1, C, H, W], and checks that the raster has the same. */
  static Picture of(Tensor levels, @Nullable Raster raster) {
    float[] values = levels.toFloatArray();
    int[] whole = new int[values.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (int) values[i];
      assertThat((float) whole[i]).as("a level").isEqualTo(values[i]).isBetween(0f, 255f);
    }
    if (raster != null) {
      assertThat(raster.size()).isEqualTo(whole.length);
      assertThat(java.util.Arrays.copyOf(raster.levels(), raster.size()))
          .as("levels of the raster and of the tensor")
          .isEqualTo(whole);
    }
    return new Picture(whole, (int) levels.size(1), (int) levels.size(2), (int) levels.size(3));
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  int size() {
    return levels.length;
  }

  Tensor pixels() {
    byte[] bytes = new byte[levels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) levels[i];
    }
    return Tensor.of(bytes, 1, channels, height, width);
  }

  Tensor levels() {
    return pixels().to(DType.FLOAT32);
  }

  Raster raster() {
    Raster raster = new Raster();
    raster.load(pixels().toBytes(), 0, channels, height, width);
    return raster;
  }

  private Picture both(UnaryOperator<Tensor> asTensor, Consumer<Raster> asRaster) {
    Raster raster = raster();
    asRaster.accept(raster);
    return of(asTensor.apply(levels()), raster);
  }

  Picture blurred(double sigma) {
    return both(t -> BoxBlur.blur(t, number(sigma), sigma), r -> RasterBlur.blur(r, (float) sigma));
  }

  Picture brighter(double factor) {
    return both(
        t -> blend(t, Tensor.zeros(1, 1, 1, 1), factor),
        r -> RasterColour.brightness(r, (float) factor));
  }

  Picture contrasted(double factor) {
    return both(
        t -> blend(t, Colour.mean(Colour.luma(t)), factor),
        r -> RasterColour.contrast(r, (float) factor));
  }

  Picture saturated(double factor) {
    return both(
        t -> blend(t, Colour.luma(t), factor), r -> RasterColour.saturation(r, (float) factor));
  }

  private static Tensor blend(Tensor levels, Tensor base, double factor) {
    Colour.blend(levels, base, number(factor));
    return levels;
  }

  Picture hued(double shift) {
    return both(
        t -> {
          Colour.hue(t, ColorJitter.steps(number(shift)));
          return t;
        },
        r -> RasterColour.hue(r, (int) (shift * 255) & 0xff));
  }

  Picture grey() {
    return both(t -> t.copy_(Colour.luma(t)), RasterColour::grayscale);
  }

  Picture solarized(int threshold) {
    Solarize solarize = new Solarize(1, threshold);
    return both(
        t -> Solarize.solarize(t, threshold),
        r -> solarize.apply(r, new Draws(io.diptych.tensor.Keyed.of(0), 0, 0)));
  }

  Picture mirrored() {
    return both(t -> t.flip(3), r -> r.frame(Frame.unchanged(height, width).mirrored(true)));
  }

  Picture cropped(Box box, int side, Interpolation interpolation) {
    return resized(box, side, side, interpolation);
  }

  Picture resized(int toHeight, int toWidth, Interpolation interpolation) {
    return resized(Box.whole(height, width), toHeight, toWidth, interpolation);
  }

  private Picture resized(Box box, int toHeight, int toWidth, Interpolation interpolation) {
    Taps.Intervals down = new Taps.Intervals(whole(box.top()), whole(box.height()), null);
    Taps.Intervals across = new Taps.Intervals(whole(box.left()), whole(box.width()), null);
    return both(
        t ->
            Resampling.resize(Images.holding(t), down, across, toHeight, toWidth, interpolation)
                .levels(),
        r -> r.frame(Frame.resizing(box, toHeight, toWidth, false, interpolation)));
  }

  /** Resizes the shorter side and cuts a square out of the middle. */
  Picture centred(int resize, int crop, Interpolation interpolation) {
    Resize resizing = new Resize(resize, Resize.Side.SHORTER, interpolation);
    CenterCrop cutting = new CenterCrop(crop);
    Tensor none = Tensor.zeros(1, 1);
    Frame frame = resizing.frame(height, width);
    Box kept = cutting.box(frame.height(), frame.width());
    return both(
        t -> cutting.apply(resizing.apply(Images.holding(t), none), none).levels(),
        r -> r.frame(frame.keeping(kept)));
  }

  Picture taken(Frame frame) {
    Raster raster = raster();
    raster.frame(frame);
    int[] result = java.util.Arrays.copyOf(raster.levels(), raster.size());
    return new Picture(result, channels, raster.height(), raster.width());
  }

  Picture rotated(double degrees) {
    Tensor maps = Warp.rotation(number(degrees), height, width);
    return of(Warp.apply(levels(), maps, Sampling.NEAREST, java.util.List.of(0)), null);
  }

  private static Tensor number(double value) {
    return Tensor.of(new float[] {(float) value}, 1);
  }

  private static Tensor whole(long value) {
    return Tensor.full(value, DType.INT64, Device.CPU, 1);
  }

  /** Checks against a recorded image [row][column][channel]; some values may be wrong. */
  void check(Golden golden, String key, JsonNode expected, double tolerance, double wrong) {
    double[] differences = differences(golden, key, expected);
    long found = java.util.Arrays.stream(differences).filter(d -> d > tolerance).count();
    assertThat((double) found)
        .as("%s %s: levels that differ by more than %s", golden, key, tolerance)
        .isLessThanOrEqualTo(wrong);
  }

  void checkMean(Golden golden, String key, JsonNode expected, double limit) {
    assertThat(java.util.Arrays.stream(differences(golden, key, expected)).average().orElseThrow())
        .as("%s %s: mean difference", golden, key)
        .isLessThan(limit);
  }

  private double[] differences(Golden golden, String key, JsonNode expected) {
    Tensor rows = Golden.tensor(expected);
    assertThat(rows.shape().sizes())
        .as("%s %s", golden, key)
        .containsExactly(height, width, channels);
    double[] wanted = rows.permute(2, 0, 1).toDoubleArray();
    double[] differences = new double[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      differences[i] = Math.abs(wanted[i] - levels[i]);
    }
    return differences;
  }

  static void close(String what, float[] got, double[] expected, double tolerance) {
    assertThat(got).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(got[i] - expected[i]))
          .as("%s [%s]: %s, expected %s", what, i, got[i], expected[i])
          .isLessThanOrEqualTo(tolerance);
    }
  }
}
