package io.diptych.backbone;

import io.diptych.nn.BatchNorm;
import io.diptych.nn.Conv2d;
import io.diptych.nn.Dropout;
import io.diptych.nn.Identity;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
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

/**
 * Residual networks (He et al., "Deep residual learning for image recognition", CVPR 2016) with the
 * stride on the 3×3 convolution of a bottleneck, as torchvision has them, and its parameter names:
 * {@code conv1.weight}, {@code layer1.0.bn1.bias}, {@code layer2.0.downsample.0.weight}.
 */
public final class ResNet extends StagedBackbone {
  /**
   * Which ResNet.
   *
   * @param depth layers with weights
   * @param width channels of the first stage; each later one has twice as many
   * @param bottleneckWidth how much wider bottlenecks are
   * @param stem how the image enters
   * @param plainStem whether the first convolution starts as a plain layer
   * @param zeroInitResidual whether blocks start as the identity
   * @param dropout part of the last map that is dropped
   * @param exits sub-networks that branch off between the stages
   */
  @About(
      value =
          "Residual networks: the encoder of most papers. resnet50w2 of the papers is depth 50 and"
              + " width 128, torchvision's wide_resnet50_2 depth 50 and bottleneck_width 2.",
      source =
          "He, Zhang, Ren, Sun: Deep residual learning for image recognition, CVPR 2016; exits:"
              + " Bae et al., AAAI 2023")
  public record Settings(
      @Option(value = "18", doc = "layers: 8, 10 or 14 (light), 18, 34, 50, 101, 152 or 200")
          int depth,
      @Option(
              value = "64",
              range = "[1, 1024]",
              doc = "channels of the first stage; each later stage has twice as many")
          int width,
      @Option(
              value = "1",
              range = "[1, 16]",
              doc =
                  "channels inside of bottlenecks (depth 50 and more), as a multiple of the usual")
          int bottleneckWidth,
      @Option(
              value = "imagenet",
              doc =
                  "imagenet (7x7 stride 2, max-pool), cifar (3x3), stl (3x3, max-pool) or light (4x4"
                      + " stride 3)")
          Stem stem,
      @Option(
              value = "false",
              doc =
                  "start the first convolution as a plain layer of PyTorch, uniform in"
                      + " +-1/sqrt(fan-in), as where it was put into a finished network")
          boolean plainStem,
      @Option(
              value = "false",
              doc =
                  "start the last batch norm of every block at 0, so that blocks start as identity")
          boolean zeroInitResidual,
      @Option(
              value = "0",
              range = "[0, 1)",
              doc = "probability that a value of the last map is dropped in training")
          double dropout,
      @Option(
              value = "{}",
              doc = "sub-networks that branch off between the stages, for methods that use them")
          Exits exits)
      implements BackboneSettings {
    /** Checks the depth, and that there are stages before and behind each exit. */
    public Settings {
      if (stages(depth).isEmpty()) {
        throw new OptionException(
            "depth", "must be 8, 10, 14, 18, 34, 50, 101, 152 or 200, was " + depth);
      }
      if (bottleneckWidth > 1 && depth < BOTTLENECKS) {
        throw new OptionException(
            "bottleneck_width", "depth " + depth + " has no bottlenecks; depth 50 and more have");
      }
      exits.requireBelow(stages(depth).size());
    }

    /** The settings of a network without exits. */
    public Settings(int depth, int width, Stem stem, boolean zeroInitResidual) {
      this(depth, width, stem, zeroInitResidual, Exits.NONE);
    }

    /** The settings of a network of the usual proportions. */
    public Settings(int depth, int width, Stem stem, boolean zeroInitResidual, Exits exits) {
      this(depth, width, 1, stem, false, zeroInitResidual, 0, exits);
    }

    @Override
    public Backbone create(int channels) {
      return new ResNet(this, channels);
    }
  }

  /** How the image enters a network. */
  public enum Stem {
    /** 7×7 convolution with stride 2 and a 3×3 max-pool with stride 2, for 224 pixels. */
    IMAGENET(7, 2, 3, true),
    /** 3×3 convolution with stride 1, for 28, 32 or 64 pixels. */
    CIFAR(3, 1, 1, false),
    /** 3×3 convolution with stride 1 and a 3×3 max-pool with stride 2, for 64 or 96 pixels. */
    STL(3, 1, 1, true),
    /** 4×4 convolution with stride 3, for small images on a processor. */
    LIGHT(4, 3, 1, false);

    private final int kernel;
    private final int stride;
    private final int padding;
    private final boolean pools;

    Stem(int kernel, int stride, int padding, boolean pools) {
      this.kernel = kernel;
      this.stride = stride;
      this.padding = padding;
      this.pools = pools;
    }

    Conv2d convolution(int in, int out, Initializer initializer) {
      return new Conv2d(in, out, kernel, stride, padding, initializer);
    }

    /** Returns the convolution with bias. */
    Conv2d biased(int in, int out, Initializer initializer) {
      return new Conv2d(in, out, kernel, stride, padding, 1, initializer, Initializer.constant(0));
    }

    Layer pool() {
      return pools ? new MaxPool2d(3, 2, 1) : new Identity();
    }
  }

  /** The least depth whose blocks are bottlenecks. */
  static final int BOTTLENECKS = 50;

  /** How many times as many channels a bottleneck gives as it has inside. */
  static final int EXPANSION = 4;

  private final Settings options;
  private final int channels;
  private final Layer conv1;
  private final Layer bn1;
  private final Layer relu = new Relu();
  private final Layer maxpool;
  private final Layer dropout;

  ResNet(Settings options, int channels) {
    super(Options.check(options).exits());
    this.options = options;
    this.channels = channels;
    int planes = options.width();
    Initializer start = options.plainStem() ? Initializer.fanIn() : Initializer.heFanOut();
    conv1 = child("conv1", options.stem().convolution(channels, planes, start));
    bn1 = child("bn1", new BatchNorm(planes));
    maxpool = options.stem().pool();
    int in = planes;
    List<Integer> blocks = stages(options.depth());
    for (int stage = 0; stage < blocks.size(); stage++) {
      stage("layer" + (stage + 1), stage(stage, blocks.get(stage), in));
      in = channels(stage);
    }
    dropout = child("dropout", new Dropout(options.dropout()));
    exits(after -> exit(after, blocks));
  }

  @Override
  public int width() {
    return channels(stages(options.depth()).size() - 1);
  }

  @Override
  public Backbone another() {
    return new ResNet(options, channels);
  }

  @Override
  Tensor enter(Tensor images) {
    return maxpool.forward(relu.forward(bn1.forward(conv1.forward(images))));
  }

  @Override
  Tensor leave(Tensor map) {
    return pool(dropout.forward(map));
  }

  /** Returns the sub-network that branches off after a stage, counted from 1. */
  private Layer exit(int after, List<Integer> blocks) {
    int in = channels(after - 1);
    if (options.exits().size() == Exits.Size.FC) {
      return new Linear(in, width(), true);
    }
    List<Layer> chain = new ArrayList<>();
    for (int stage = after; stage < blocks.size(); stage++) {
      chain.add(stage(stage, options.exits().size().of(blocks.get(stage)), in));
      in = channels(stage);
    }
    return new Sequential(chain);
  }

  /** Returns the blocks of a stage, counted from 0. */
  private Sequential stage(int stage, int blocks, int channels) {
    List<Layer> chain = new ArrayList<>();
    int in = channels;
    for (int block = 0; block < blocks; block++) {
      int stride = block == 0 && stage > 0 ? 2 : 1;
      chain.add(new Block(in, options.width() << stage, channels(stage), stride, options));
      in = channels(stage);
    }
    return new Sequential(chain);
  }

  /** Returns the channels that a stage, counted from 0, gives. */
  private int channels(int stage) {
    return (options.width() << stage) * (bottleneck(options) ? EXPANSION : 1);
  }

  private static boolean bottleneck(Settings options) {
    return options.depth() >= BOTTLENECKS;
  }

  /** Returns the number of blocks in each stage, or nothing for a depth that does not exist. */
  static List<Integer> stages(int depth) {
    return switch (depth) {
      case 8 -> List.of(1, 1, 1);
      case 10 -> List.of(1, 1, 1, 1);
      case 14 -> List.of(2, 2, 2);
      case 18 -> List.of(2, 2, 2, 2);
      case 34, 50 -> List.of(3, 4, 6, 3);
      case 101 -> List.of(3, 4, 23, 3);
      case 152 -> List.of(3, 8, 36, 3);
      case 200 -> List.of(3, 24, 36, 3);
      default -> List.of();
    };
  }

  /** A residual block: the sum of a short chain of convolutions and its input. */
  private static final class Block extends Layer {
    private final List<Layer> chain = new ArrayList<>();
    private final Layer downsample;

    Block(int in, int planes, int out, int stride, Settings options) {
      if (bottleneck(options)) {
        int inner = planes * options.bottleneckWidth();
        convolution(1, in, inner, 1, 1, false);
        convolution(2, inner, inner, 3, stride, false);
        convolution(3, inner, out, 1, 1, options.zeroInitResidual());
      } else {
        convolution(1, in, planes, 3, stride, false);
        convolution(2, planes, out, 3, 1, options.zeroInitResidual());
      }
      downsample =
          stride == 1 && in == out
              ? new Identity()
              : child(
                  "downsample",
                  new Sequential(
                      List.of(
                          new Conv2d(in, out, 1, stride, 0, Initializer.heFanOut()),
                          new BatchNorm(out))));
    }

    private void convolution(int number, int in, int out, int kernel, int stride, boolean zero) {
      if (number > 1) {
        chain.add(new Relu());
      }
      chain.add(
          child(
              "conv" + number,
              new Conv2d(in, out, kernel, stride, kernel / 2, Initializer.heFanOut())));
      chain.add(child("bn" + number, new BatchNorm(out, true, Initializer.constant(zero ? 0 : 1))));
    }

    @Override
    public Tensor forward(Tensor input) {
      Tensor x = input;
      for (Layer layer : chain) {
        x = layer.forward(x);
      }
      // The addition may not overwrite its operands, but nothing else needs its result.
      return x.add(downsample.forward(input)).relu_();
    }
  }
}
