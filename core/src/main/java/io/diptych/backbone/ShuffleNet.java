package io.diptych.backbone;

import io.diptych.nn.BatchNorm;
import io.diptych.nn.ChannelShuffle;
import io.diptych.nn.Conv2d;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.MaxPool2d;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ShuffleNet V2 (Ma et al., "ShuffleNet V2: practical guidelines for efficient CNN architecture
 * design", ECCV 2018), named as in torchvision: {@code conv1.0}, {@code stage2.0.branch1.0}, {@code
 * conv5.0}.
 */
public final class ShuffleNet extends StagedBackbone {
  /**
   * Which ShuffleNet.
   *
   * @param width how wide it is
   */
  @About(
      value = "Small and fast on a processor: splits the channels, convolves half, shuffles.",
      source = "Ma, Zhang, Zheng, Sun: ShuffleNet V2, practical guidelines, ECCV 2018")
  public record Settings(
      @Option(value = "1.0", doc = "how wide: 0.5, 1.0, 1.5 or 2.0 times the channels of the first")
          double width)
      implements BackboneSettings {
    /** Checks the width. */
    public Settings {
      if (!CHANNELS.containsKey(width)) {
        throw new OptionException("width", "must be 0.5, 1.0, 1.5 or 2.0, was " + width);
      }
    }

    @Override
    public Backbone create(int channels) {
      return new ShuffleNet(this, channels);
    }
  }

  /** The channels of each stage and of the last map, by width. */
  private static final Map<Double, List<Integer>> CHANNELS =
      Map.of(
          0.5, List.of(48, 96, 192, 1024),
          1.0, List.of(116, 232, 464, 1024),
          1.5, List.of(176, 352, 704, 1024),
          2.0, List.of(244, 488, 976, 2048));

  private static final List<Integer> UNITS = List.of(4, 8, 4);
  private static final int STEM = 24;

  private final Settings options;
  private final int channels;
  private final Layer conv1;
  private final Layer maxpool = new MaxPool2d(3, 2, 1);
  private final Layer conv5;

  ShuffleNet(Settings options, int channels) {
    super(Exits.NONE);
    this.options = Options.check(options);
    this.channels = channels;
    conv1 = child("conv1", new Sequential(convolution(channels, STEM, 3, 2, 1, true)));
    int in = STEM;
    List<Integer> widths = widths();
    for (int stage = 0; stage < UNITS.size(); stage++) {
      stage("stage" + (stage + 2), stage(in, widths.get(stage), UNITS.get(stage)));
      in = widths.get(stage);
    }
    conv5 = child("conv5", new Sequential(convolution(in, width(), 1, 1, 1, true)));
  }

  @Override
  public int width() {
    return widths().get(UNITS.size());
  }

  @Override
  public Backbone another() {
    return new ShuffleNet(options, channels);
  }

  @Override
  Tensor enter(Tensor images) {
    return maxpool.forward(conv1.forward(images));
  }

  @Override
  Tensor leave(Tensor map) {
    return pool(conv5.forward(map));
  }

  private List<Integer> widths() {
    return Objects.requireNonNull(CHANNELS.get(options.width()));
  }

  private static Layer stage(int in, int out, int units) {
    List<Layer> chain = new ArrayList<>();
    chain.add(new Unit(in, out, 2));
    for (int unit = 1; unit < units; unit++) {
      chain.add(new Unit(out, out, 1));
    }
    return new Sequential(chain);
  }

  private static List<Layer> convolution(
      int in, int out, int kernel, int stride, int groups, boolean active) {
    List<Layer> chain = new ArrayList<>();
    chain.add(new Conv2d(in, out, kernel, stride, kernel / 2, groups, Initializer.fanIn(), null));
    chain.add(new BatchNorm(out));
    if (active) {
      chain.add(new Relu());
    }
    return chain;
  }

  /**
   * Two branches whose channels are joined and shuffled. With stride 1 the first takes half of the
   * channels as they are; with stride 2 both take all and halve the image.
   */
  private static final class Unit extends Layer {
    private final @Nullable Layer branch1;
    private final Layer branch2;
    private final Layer shuffle = new ChannelShuffle(2);
    private final long half;

    Unit(int in, int out, int stride) {
      half = out / 2;
      List<Layer> first = new ArrayList<>();
      if (stride > 1) {
        first.addAll(convolution(in, in, 3, stride, in, false));
        first.addAll(convolution(in, out / 2, 1, 1, 1, true));
      }
      branch1 = stride > 1 ? child("branch1", new Sequential(first)) : null;
      int inner = out / 2;
      List<Layer> second = new ArrayList<>();
      second.addAll(convolution(stride > 1 ? in : inner, inner, 1, 1, 1, true));
      second.addAll(convolution(inner, inner, 3, stride, inner, false));
      second.addAll(convolution(inner, inner, 1, 1, 1, true));
      branch2 = child("branch2", new Sequential(second));
    }

    @Override
    public Tensor forward(Tensor input) {
      Tensor first = branch1 == null ? input.narrow(1, 0, half) : branch1.forward(input);
      Tensor second = branch1 == null ? input.narrow(1, half, half) : input;
      return shuffle.forward(Tensor.cat(List.of(first, branch2.forward(second)), 1));
    }
  }
}
