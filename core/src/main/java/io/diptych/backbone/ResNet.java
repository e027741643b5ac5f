package io.diptych.backbone;

import io.diptych.nn.BatchNorm;
import io.diptych.nn.Conv2d;
import io.diptych.nn.GlobalAvgPool;
import io.diptych.nn.Identity;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.MaxPool2d;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
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
public final class ResNet extends Backbone {
  /**
   * Which ResNet.
   *
   * @param depth layers with weights
   * @param width channels of the first stage; each later one has twice as many
   * @param stem how the image enters
   * @param zeroInitResidual whether blocks start as the identity
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
          boolean zeroInitResidual) {
    /** Checks the depth. */
    public Settings {
      if (stages(depth).isEmpty()) {
        throw new OptionException(
            "depth", "must be 8, 10, 14, 18, 34, 50, 101 or 152, was " + depth);
      }
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
  private final Layer avgpool = new GlobalAvgPool();
  private final int width;
  private final Settings options;
  private final int channels;

  ResNet(Settings options, int channels) {
    this.options = Options.check(options);
    this.channels = channels;
    boolean bottleneck = options.depth() >= 50;
    int planes = options.width();
    conv1 = child("conv1", stem(options.stem(), channels, planes));
    bn1 = child("bn1", new BatchNorm(planes));
    maxpool = options.stem() == Stem.IMAGENET ? new MaxPool2d(3, 2, 1) : new Identity();
    int in = planes;
    List<Integer> blocks = stages(options.depth());
    for (int stage = 0; stage < blocks.size(); stage++) {
      List<Layer> chain = new ArrayList<>();
      int out = (options.width() << stage) * (bottleneck ? Block.EXPANSION : 1);
      for (int block = 0; block < blocks.get(stage); block++) {
        int stride = block == 0 && stage > 0 ? 2 : 1;
        chain.add(new Block(in, options.width() << stage, out, stride, bottleneck, options));
        in = out;
      }
      stages.add(child("layer" + (stage + 1), new Sequential(chain)));
    }
    width = in;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public Backbone another() {
    return new ResNet(options, channels);
  }

  /**
   * Encodes images.
   *
   * @param images [N, C, H, W]
   * @return the last stage's mean over each channel, [N, width]
   */
  @Override
  public Tensor forward(Tensor images) {
    Tensor x = maxpool.forward(relu.forward(bn1.forward(conv1.forward(images))));
    for (Layer stage : stages) {
      x = stage.forward(x);
    }
    return avgpool.forward(x);
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

    Block(int in, int planes, int out, int stride, boolean bottleneck, Settings options) {
      if (bottleneck) {
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
