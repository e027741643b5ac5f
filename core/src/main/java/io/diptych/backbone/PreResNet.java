package io.diptych.backbone;

import io.diptych.nn.BatchNorm;
import io.diptych.nn.Conv2d;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.MaxPool2d;
import io.diptych.nn.Padding;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Pre-activation ResNets (He et al., "Identity mappings in deep residual networks", ECCV 2016) in
 * the form that instance discrimination used: batch norm with momentum 0.003, and a max-pool that
 * pads on the right and below alone.
 */
public final class PreResNet extends StagedBackbone {
  /**
   * Which pre-activation ResNet.
   *
   * @param depth layers with weights
   * @param width channels of the first stage; each later one has twice as many
   */
  @About(
      value =
          "ResNets with norm and activation before each convolution, for images of 64 pixels and"
              + " more.",
      source = "He, Zhang, Ren, Sun: Identity mappings in deep residual networks, ECCV 2016")
  public record Settings(
      @Option(value = "18", doc = "layers: 18, 34, 50, 101, 152 or 200") int depth,
      @Option(
              value = "64",
              range = "[1, 1024]",
              doc = "channels of the first stage; each later stage has twice as many")
          int width)
      implements BackboneSettings {
    /** Checks the depth. */
    public Settings {
      if (depth < 18 || ResNet.stages(depth).isEmpty()) {
        throw new OptionException("depth", "must be 18, 34, 50, 101, 152 or 200, was " + depth);
      }
    }

    @Override
    public Backbone create(int channels) {
      return new PreResNet(this, channels);
    }
  }

  private static final double MOMENTUM = 0.003;

  private final Settings options;
  private final int channels;
  private final boolean bottleneck;
  private final Layer conv1;
  private final Layer padding = new Padding(0, 1);
  private final Layer maxpool = new MaxPool2d(3, 2, 0);
  private final Layer bn;
  private final Layer relu = new Relu();

  PreResNet(Settings options, int channels) {
    super(Exits.NONE);
    this.options = Options.check(options);
    this.channels = channels;
    bottleneck = options.depth() >= ResNet.BOTTLENECKS;
    conv1 = child("conv1", new Conv2d(channels, options.width(), 7, 2, 3, Initializer.heFanIn()));
    int in = options.width();
    List<Integer> blocks = ResNet.stages(options.depth());
    for (int stage = 0; stage < blocks.size(); stage++) {
      stage("layer" + (stage + 1), stage(stage, blocks.get(stage), in));
      in = channels(stage);
    }
    bn = child("bn", new BatchNorm(in, BatchNorm.EPSILON, MOMENTUM));
  }

  @Override
  public int width() {
    return channels(ResNet.stages(options.depth()).size() - 1);
  }

  @Override
  public Backbone another() {
    return new PreResNet(options, channels);
  }

  @Override
  Tensor enter(Tensor images) {
    return maxpool.forward(padding.forward(conv1.forward(images)));
  }

  @Override
  Tensor leave(Tensor map) {
    return pool(relu.forward(bn.forward(map)));
  }

  private Sequential stage(int stage, int blocks, int channels) {
    PreActivation.Style style =
        new PreActivation.Style(Initializer.heFanIn(), false, false, !bottleneck, MOMENTUM, 0);
    int planes = options.width() << stage;
    int out = channels(stage);
    List<Layer> chain = new ArrayList<>();
    int in = channels;
    for (int block = 0; block < blocks; block++) {
      int stride = block == 0 && stage > 0 ? 2 : 1;
      // Basic blocks map the input of every stage, also where its shape stays.
      boolean mapped = bottleneck ? stride != 1 || in != out : block == 0;
      chain.add(
          new PreActivation(
              style,
              bottleneck
                  ? List.of(
                      new PreActivation.Convolution(in, planes, 1, 1),
                      new PreActivation.Convolution(planes, planes, 3, stride),
                      new PreActivation.Convolution(planes, out, 1, 1))
                  : List.of(
                      new PreActivation.Convolution(in, out, 3, stride),
                      new PreActivation.Convolution(out, out, 3, 1)),
              mapped ? new PreActivation.Convolution(in, out, 1, stride) : null));
      in = out;
    }
    return new Sequential(chain);
  }

  /** Returns the channels that a stage, counted from 0, gives. */
  private int channels(int stage) {
    return (options.width() << stage) * (bottleneck ? ResNet.EXPANSION : 1);
  }
}
