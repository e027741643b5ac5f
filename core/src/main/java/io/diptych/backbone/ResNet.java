package io.diptych.backbone;

import io.diptych.nn.BatchNorm;
import io.diptych.nn.Branches;
import io.diptych.nn.Conv2d;
import io.diptych.nn.GlobalAvgPool;
import io.diptych.nn.Identity;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.nn.MaxPool2d;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Residual networks (He et al., "Deep residual learning for image recognition", CVPR 2016) with the
 * stride on the 3×3 convolution of a bottleneck, as torchvision has them, and its parameter names:
 * {@code conv1.weight}, {@code layer1.0.bn1.bias}, {@code layer2.0.downsample.0.weight}. Exits have
 * the names that Bae et al. gave them: {@code selfcon_layer.0.…} branches off after {@code layer1}.
 */
public final class ResNet extends Backbone {
  /**
   * Which ResNet.
   *
   * @param depth layers with weights
   * @param width channels of the first stage; each later one has twice as many
   * @param stem how the image enters
   * @param zeroInitResidual whether blocks start as the identity
   * @param exits sub-networks that branch off between the stages
   */
  public record Settings(
      @Option(value = "18", doc = "layers: 8, 10 or 14 (light), 18, 34, 50, 101 or 152") int depth,
      @Option(
              value = "64",
              range = "[1, 1024]",
              doc = "channels of the first stage; each later stage has twice as many")
          int width,
      @Option(
              value = "imagenet",
              doc =
                  "imagenet (7x7 stride 2, max-pool), cifar (3x3 stride 1) or light (4x4 stride 3)")
          Stem stem,
      @Option(
              value = "false",
              doc =
                  "start the last batch norm of every block at 0, so that blocks start as identity")
          boolean zeroInitResidual,
      @Option(
              value = "{}",
              doc = "sub-networks that branch off between the stages, for methods that use them")
          Exits exits) {
    /** Checks the depth, and that there are stages before and behind each exit. */
    public Settings {
      if (stages(depth).isEmpty()) {
        throw new OptionException(
            "depth", "must be 8, 10, 14, 18, 34, 50, 101 or 152, was " + depth);
      }
      exits.requireBelow(stages(depth).size());
    }

    /** The settings of a network without exits. */
    public Settings(int depth, int width, Stem stem, boolean zeroInitResidual) {
      this(depth, width, stem, zeroInitResidual, Exits.NONE);
    }
  }

  /** How the image enters the network. */
  public enum Stem {
    /** 7×7 convolution with stride 2 and a 3×3 max-pool with stride 2, for 224 pixels. */
    IMAGENET,
    /** 3×3 convolution with stride 1, for 32 pixels. */
    CIFAR,
    /** 4×4 convolution with stride 3, for small images on a processor. */
    LIGHT
  }

  private final Layer conv1;
  private final Layer bn1;
  private final Layer relu = new Relu();
  private final Layer maxpool;
  private final List<Layer> stages = new ArrayList<>();
  private final Map<Integer, Layer> exits = new LinkedHashMap<>();
  private final Layer avgpool = new GlobalAvgPool();
  private final Settings options;
  private final int width;
  private final int channels;

  ResNet(Settings options, int channels) {
    this.options = Options.check(options);
    this.channels = channels;
    int planes = options.width();
    conv1 = child("conv1", stem(options.stem(), channels, planes));
    bn1 = child("bn1", new BatchNorm(planes));
    maxpool = options.stem() == Stem.IMAGENET ? new MaxPool2d(3, 2, 1) : new Identity();
    int in = planes;
    List<Integer> blocks = stages(options.depth());
    for (int stage = 0; stage < blocks.size(); stage++) {
      stages.add(child("layer" + (stage + 1), stage(stage, blocks.get(stage), in)));
      in = channels(stage);
    }
    width = in;
    Map<String, Layer> named = new LinkedHashMap<>();
    for (int after : options.exits().after()) {
      Layer exit = exit(after, blocks);
      exits.put(after, exit);
      named.put(Integer.toString(after - 1), exit);
    }
    child("selfcon_layer", new Branches(named));
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public Backbone another() {
    return new ResNet(options, channels);
  }

  @Override
  public int exits() {
    return exits.size();
  }

  /**
   * Encodes images.
   *
   * @param images [N, C, H, W]
   * @return the last stage's mean over each channel, [N, width]
   */
  @Override
  public Tensor forward(Tensor images) {
    Tensor x = enter(images);
    for (Layer stage : stages) {
      x = stage.forward(x);
    }
    return avgpool.forward(x);
  }

  @Override
  public List<Tensor> forwardExits(Tensor images) {
    List<Tensor> features = new ArrayList<>();
    Tensor x = enter(images);
    for (int stage = 0; stage < stages.size(); stage++) {
      x = stages.get(stage).forward(x);
      Layer exit = exits.get(stage + 1);
      if (exit != null) {
        features.add(leave(exit, x));
      }
    }
    features.add(avgpool.forward(x));
    return features;
  }

  private Tensor enter(Tensor images) {
    return maxpool.forward(relu.forward(bn1.forward(conv1.forward(images))));
  }

  private Tensor leave(Layer exit, Tensor x) {
    return options.exits().size() == Exits.Size.FC
        ? exit.forward(avgpool.forward(x))
        : avgpool.forward(exit.forward(x));
  }

  /** Returns the sub-network that branches off after a stage, counted from 1. */
  private Layer exit(int after, List<Integer> blocks) {
    int in = channels(after - 1);
    if (options.exits().size() == Exits.Size.FC) {
      return new Linear(in, width, true);
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
    return (options.width() << stage) * (bottleneck(options) ? Block.EXPANSION : 1);
  }

  private static boolean bottleneck(Settings options) {
    return options.depth() >= 50;
  }

  private static Conv2d stem(Stem stem, int channels, int planes) {
    return switch (stem) {
      case IMAGENET -> new Conv2d(channels, planes, 7, 2, 3, Initializer.heFanOut());
      case CIFAR -> new Conv2d(channels, planes, 3, 1, 1, Initializer.heFanOut());
      case LIGHT -> new Conv2d(channels, planes, 4, 3, 1, Initializer.heFanOut());
    };
  }

  /** Returns the number of blocks in each stage, or nothing for a depth that does not exist. */
  private static List<Integer> stages(int depth) {
    return switch (depth) {
      case 8 -> List.of(1, 1, 1);
      case 10 -> List.of(1, 1, 1, 1);
      case 14 -> List.of(2, 2, 2);
      case 18 -> List.of(2, 2, 2, 2);
      case 34, 50 -> List.of(3, 4, 6, 3);
      case 101 -> List.of(3, 4, 23, 3);
      case 152 -> List.of(3, 8, 36, 3);
      default -> List.of();
    };
  }

  /** A residual block: the sum of a short chain of convolutions and its input. */
  private static final class Block extends Layer {
    private static final int EXPANSION = 4;

    private final List<Layer> chain = new ArrayList<>();
    private final Layer downsample;

    Block(int in, int planes, int out, int stride, Settings options) {
      if (bottleneck(options)) {
        convolution(1, in, planes, 1, 1, false);
        convolution(2, planes, planes, 3, stride, false);
        convolution(3, planes, out, 1, 1, options.zeroInitResidual());
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
