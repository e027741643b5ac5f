package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.data.ImageSet;
import io.diptych.nn.Layer;
import io.diptych.nn.Module;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Normalize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class FeaturesTest {
  private static final int IMAGES = 11;

  @Test
  void doNotDependOnTheSizeOfTheBatches() {
    ImageSet images = images(3);
    Backbone encoder = encoder(3);
    float[] whole = features(64).encode(encoder, images).toFloatArray();
    for (int batch : new int[] {1, 4, 11}) {
      float[] parts = features(batch).encode(encoder, images).toFloatArray();
      for (int i = 0; i < whole.length; i++) {
        assertThat(parts[i]).isCloseTo(whole[i], within(1e-4f));
      }
    }
  }

  @Test
  void areTheSameEveryTime() {
    ImageSet images = images(1);
    Backbone encoder = encoder(1);
    assertThat(features(4).encode(encoder, images).toFloatArray())
        .isEqualTo(features(4).encode(encoder, images).toFloatArray());
  }

  @Test
  void leaveTheEncoderAsItWas() {
    Backbone encoder = encoder(1);
    Module frozen = encoder.children().values().iterator().next();
    encoder.train(true);
    frozen.train(false);
    List<float[]> before = values(encoder);
    Tensor rows = features(4).encode(encoder, images(1));
    assertThat(rows.requiresGrad()).isFalse();
    assertThat(encoder.isTraining()).isTrue();
    assertThat(frozen.isTraining()).isFalse();
    assertThat(encoder.modules().stream().filter(Module::isTraining)).hasSizeGreaterThan(5);
    assertThat(values(encoder)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void leaveTheEncoderAsItWasWhenTheyFail() {
    Layer broken = layer(input -> input);
    assertThatThrownBy(() -> features(4).encode(broken, images(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the encoder must give [N, F] features, gave [4, 1, 6, 6] for 4 images");
    assertThat(broken.isTraining()).isTrue();
  }

  @Test
  void seeEachChannelNormalised() {
    Features features =
        Features.of(new Normalize(List.of(0.5, 0.25, 0.0), List.of(0.5, 0.25, 2.0)), Device.CPU, 4);
    Tensor rows = features.encode(layer(input -> input.select(3, 0).select(2, 0)), flat(3, 51));
    assertThat(rows.toFloatArray())
        .containsExactly(new float[] {-0.6f, -0.2f, 0.1f}, within(1e-6f));
  }

  @Test
  void ofPixelsAreTheirLevels() {
    Tensor rows = features(2).pixels(flat(3, 51));
    assertThat(rows.shape().sizes()).containsExactly(1, 3 * 36);
    float[] levels = new float[3 * 36];
    Arrays.fill(levels, 0.2f);
    assertThat(rows.toFloatArray()).containsExactly(levels, within(1e-7f));
  }

  @Test
  void refuseAnEncoderWhoseNumbersAreNone() {
    Layer diverged = layer(input -> input.flatten(1).div(0));
    assertThatThrownBy(() -> features(4).encode(diverged, images(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "the encoder gives features that are not finite (in images 0 to 3)");
  }

  @Test
  void refuseStatisticsOfOtherChannels() {
    Features features =
        Features.of(new Normalize(List.of(0.5, 0.5, 0.5), List.of(1.0)), Device.CPU, 4);
    assertThatThrownBy(() -> features.encode(encoder(1), images(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one for each of the 1 channels")
        .hasMessageContaining("[0.5, 0.5, 0.5]");
    assertThatThrownBy(() -> Features.of(new Normalize(List.of(0.5), List.of(0.0)), Device.CPU, 4))
        .hasMessage("std: must be above 0, was [0.0]");
    assertThatThrownBy(() -> Features.of(new Normalize(List.of(0.5), List.of(1.0)), Device.CPU, 0))
        .hasMessage("batch size must be at least 1, was 0");
  }

  @Test
  void tellHowFarTheyAreAndStopWhenAsked() {
    List<Double> fractions = new ArrayList<>();
    Features watched =
        features(4).watched((what, part) -> fractions.add(part), () -> fractions.size() == 2);
    assertThatThrownBy(() -> watched.pixels(images(1))).isInstanceOf(CancellationException.class);
    assertThat(fractions).containsExactly(0.0, 4.0 / IMAGES);
  }

  private static Features features(int batch) {
    return Features.of(new Normalize(List.of(0.3), List.of(0.2)), Device.CPU, batch);
  }

  private static Backbone encoder(int channels) {
    ResNet.Settings settings =
        Options.defaults(ResNet.Settings.class, Map.of("depth", 8, "width", 4, "stem", "cifar"));
    Backbone encoder = Backbones.create(new Choice("resnet", settings), channels);
    encoder.initialize(3);
    return encoder;
  }

  private interface Function {
    Tensor of(Tensor input);
  }

  private static Layer layer(Function function) {
    return new Layer() {
      @Override
      public Tensor forward(Tensor input) {
        return function.of(input);
      }
    };
  }

  private static List<float[]> values(Module module) {
    return module.state().values().stream().map(Tensor::toFloatArray).toList();
  }

  private static ImageSet images(int channels) {
    byte[] pixels = new byte[IMAGES * channels * 36];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Keyed.of(5).bits(i, 0);
    }
    return ImageSet.of(
        "noise",
        Tensor.of(pixels, IMAGES, channels, 6, 6),
        Tensor.of(new long[IMAGES], IMAGES),
        List.of("noise"));
  }

  private static ImageSet flat(int channels, int level) {
    byte[] pixels = new byte[channels * 36];
    Arrays.fill(pixels, (byte) level);
    return ImageSet.of(
        "flat", Tensor.of(pixels, 1, channels, 6, 6), Tensor.of(new long[] {0}, 1), List.of("a"));
  }
}
