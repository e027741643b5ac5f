package io.diptych.backbone;

import io.diptych.nn.BatchNorm;
import io.diptych.nn.Conv2d;
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
 * Plain chains of 3×3 convolutions (Simonyan and Zisserman, "Very deep convolutional networks for
 * large-scale image recognition", ICLR 2015), with the mean over each channel in place of the
 * published fully connected layers. Five blocks {@code block1} to {@code block5}, each ended by a
 * max-pool; convolutions, batch norms and activations are numbered within their block.
 */
public final class Vgg extends StagedBackbone {
  /**
   * Which VGG.
   *
   * @param depth layers with weights of the published network
   * @param width channels of the first block
   * @param batchNorm whether a batch norm follows every convolution
   * @param exits sub-networks that branch off between the blocks
   */
  @About(
      value =
          "Plain 3x3 convolutions in five blocks, each halving the image: at least 32 pixels. Slow"
              + " for its size; the yardstick without residual paths.",
      source =
          "Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition,"
              + " ICLR 2015; exits: Bae et al., AAAI 2023")
  public record Settings(
      @Option(value = "16", doc = "layers: 11, 13, 16 or 19, of which three are left out here")
          int depth,
      @Option(
              value = "64",
              range = "[1, 1024]",
              doc = "channels of the first block; later ones have 2, 4, 8 and 8 times as many")
          int width,
      @Option(value = "true", doc = "a batch norm after every convolution") boolean batchNorm,
      @Option(
              value = "{}",
              doc =
                  "sub-networks that branch off between the blocks, for methods that use them;"
                      + " small has one convolution in each block, same as many as the last block")
          Exits exits)
      implements BackboneSettings {
    /** Checks the depth, and that there are blocks before and behind each exit. */
    public Settings {
      if (convolutions(depth).isEmpty()) {
        throw new OptionException("depth", "must be 11, 13, 16 or 19, was " + depth);
      }
      exits.requireBelow(BLOCKS);
    }

    @Override
    public Backbone create(int channels) {
      return new Vgg(this, channels);
    }
  }

  private static final int BLOCKS = 5;

  private final Settings options;
  private final int channels;

  Vgg(Settings options, int channels) {
    super(Options.check(options).exits());
    this.options = options;
    this.channels = channels;
    List<Integer> convolutions = convolutions(options.depth());
    for (int block = 0; block < BLOCKS; block++) {
      stage(
          "block" + (block + 1),
          new Sequential(block(in(block, channels), channels(block), convolutions.get(block))));
    }
    exits(this::exit);
  }

  @Override
  public int width() {
    return channels(BLOCKS - 1);
  }

  @Override
  public Backbone another() {
    return new Vgg(options, channels);
  }

  @Override
  Tensor enter(Tensor images) {
    requireSide(images, "vgg", 1 << BLOCKS); // Every block halves them.
    return images;
  }

  /** Returns the sub-network that branches off after a block, counted from 1. */
  private Layer exit(int after) {
    if (options.exits().size() == Exits.Size.FC) {
      return new Sequential(
          List.of(
              new Linear(
                  channels(after - 1),
                  width(),
                  true,
                  Initializer.normal(0.01),
                  Initializer.constant(0))));
    }
    int last = convolutions(options.depth()).get(BLOCKS - 1);
    List<Layer> chain = new ArrayList<>();
    for (int block = after; block < BLOCKS; block++) {
      chain.addAll(
          block(
              channels(block - 1),
              channels(block),
              options.exits().size() == Exits.Size.SMALL ? 1 : last));
    }
    return new Sequential(chain);
  }

  private List<Layer> block(int in, int out, int convolutions) {
    List<Layer> chain = new ArrayList<>();
    for (int i = 0; i < convolutions; i++) {
      chain.add(
          new Conv2d(
              i == 0 ? in : out, out, 3, 1, 1, 1, Initializer.heFanOut(), Initializer.constant(0)));
      if (options.batchNorm()) {
        chain.add(new BatchNorm(out));
      }
      chain.add(new Relu());
    }
    chain.add(new MaxPool2d(2, 2, 0));
    return chain;
  }

  private int in(int block, int colours) {
    return block == 0 ? colours : channels(block - 1);
  }

  /** Returns the channels that a block, counted from 0, gives. */
  private int channels(int block) {
    return options.width() << Math.min(block, 3);
  }

  /** Returns the number of convolutions in each block, or nothing for a depth that is unknown. */
  private static List<Integer> convolutions(int depth) {
    return switch (depth) {
      case 11 -> List.of(1, 1, 2, 2, 2);
      case 13 -> List.of(2, 2, 2, 2, 2);
      case 16 -> List.of(2, 2, 3, 3, 3);
      case 19 -> List.of(2, 2, 4, 4, 4);
      default -> List.of();
    };
  }
}
