package io.diptych.backbone;

import io.diptych.nn.AdaptiveAvgPool2d;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Branches;
import io.diptych.nn.Conv2d;
import io.diptych.nn.Layer;
import io.diptych.nn.MaxPool2d;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * AlexNet (Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional
 * neural networks", NeurIPS 2012) with batch norm and without its fully connected layers, as
 * instance discrimination used it. Its blocks are numbered from {@code _feature_blocks.0} on, pools
 * among them; the features are the last map laid out in a row.
 */
public final class AlexNet extends Backbone {
  /**
   * Which AlexNet.
   *
   * @param stem how the image enters
   */
  @About(
      value =
          "Five convolutions: the first of the deep encoders, for comparison with early papers."
              + " Features are a map of 6x6 (cifar: 4x4) cells, not their mean.",
      source =
          "Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural"
              + " networks, NeurIPS 2012")
  public record Settings(
      @Option(
              value = "imagenet",
              doc = "imagenet: 11x11 stride 4, for 224 pixels; cifar: 3x3 throughout, for 32")
          Stem stem)
      implements BackboneSettings {
    @Override
    public Backbone create(int channels) {
      return new AlexNet(this, channels);
    }
  }

  /** How the image enters. */
  public enum Stem {
    /** 11×11 convolution with stride 4, 5×5 after it, overlapping pools. */
    IMAGENET,
    /** 3×3 convolutions with stride 1, pools that halve. */
    CIFAR
  }

  private static final int LAST = 256;

  private final Settings options;
  private final int channels;
  private final List<Layer> blocks;
  private final Layer grid;

  AlexNet(Settings options, int channels) {
    this.options = Options.check(options);
    this.channels = channels;
    boolean small = options.stem() == Stem.CIFAR;
    blocks =
        List.of(
            small ? block(channels, 96, 3, 1, 1) : block(channels, 96, 11, 4, 2),
            maxPool(small),
            small ? block(96, 256, 3, 1, 1) : block(96, 256, 5, 1, 2),
            maxPool(small),
            block(256, 384, 3, 1, 1),
            block(384, 384, 3, 1, 1),
            block(384, LAST, 3, 1, 1),
            maxPool(small));
    child("_feature_blocks", Branches.numbered(blocks));
    grid = new AdaptiveAvgPool2d(cells());
  }

  private static Layer block(int in, int out, int kernel, int stride, int padding) {
    return new Sequential(
        List.of(Conv2d.biased(in, out, kernel, stride, padding), new BatchNorm(out), new Relu()));
  }

  private static Layer maxPool(boolean small) {
    return small ? new MaxPool2d(2, 2, 0) : new MaxPool2d(3, 2, 0);
  }

  /** Returns how many cells the last map has along each side, for images of the natural size. */
  private int cells() {
    return options.stem() == Stem.CIFAR ? 4 : 6;
  }

  /** The last pool must have a window: 3 cells after two such pools and a stride of 4, or 2³. */
  private void requireSide(Tensor images) {
    requireSide(images, "alexnet", options.stem() == Stem.CIFAR ? 8 : 63);
  }

  @Override
  public int width() {
    return LAST * cells() * cells();
  }

  @Override
  public Backbone another() {
    return new AlexNet(options, channels);
  }

  /**
   * Encodes images.
   *
   * @param images [N, C, H, W]; the last map of images of another size than the natural one is
   *     averaged over the same number of cells
   */
  @Override
  public Tensor forward(Tensor images) {
    requireSide(images);
    Tensor x = images;
    for (Layer block : blocks) {
      x = block.forward(x);
    }
    return grid.forward(x).flatten(1);
  }

  /**
   * Returns what each convolution gives, after norm and activation; with the imagenet stem the last
   * one's after its pool.
   */
  @Override
  public List<Tensor> featureMaps(Tensor images) {
    requireSide(images);
    List<Tensor> maps = new ArrayList<>();
    Tensor x = images;
    for (Layer block : blocks) {
      x = block.forward(x);
      if (!(block instanceof MaxPool2d)) {
        maps.add(x);
      }
    }
    if (options.stem() == Stem.IMAGENET) {
      maps.set(maps.size() - 1, x);
    }
    return maps;
  }

  /** Returns {@code conv1} to {@code conv5}: the {@link #featureMaps}. */
  @Override
  public List<String> layers() {
    return List.of("conv1", "conv2", "conv3", "conv4", "conv5");
  }

  @Override
  Tensor forwardTo(int layer, Tensor images) {
    return featureMaps(images).get(layer).mean(2, 3);
  }
}
