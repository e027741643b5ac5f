package io.diptych.backbone;

import io.diptych.nn.BatchNorm;
import io.diptych.nn.Conv2d;
import io.diptych.nn.DropPath;
import io.diptych.nn.Dropout;
import io.diptych.nn.GlobalAvgPool;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.nn.Padding;
import io.diptych.nn.Sequential;
import io.diptych.nn.Silu;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * EfficientNet-B0 (Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural
 * networks", ICML 2019), named as in lukemelas/EfficientNet-PyTorch where stages are numbered:
 * {@code _conv_stem}, {@code block_layers.2.0._depthwise_conv}, {@code _conv_head}.
 */
public final class EfficientNet extends StagedBackbone {
  /**
   * Which EfficientNet.
   *
   * @param stem how fast the image shrinks
   * @param features of one image
   * @param dropout of the features
   * @param dropConnect probability that the last block is skipped
   * @param exits a sub-network that branches off after stage 4
   */
  @About(
      value =
          "Depthwise convolutions with squeeze and excitation: few parameters and multiplications,"
              + " slow on a processor. Wants images whose side is even before each halving.",
      source =
          "Tan, Le: EfficientNet, rethinking model scaling for convolutional neural networks, ICML"
              + " 2019; small form and exit: Bae et al., AAAI 2023")
  public record Settings(
      @Option(
              value = "cifar",
              doc =
                  "cifar: stem and second stage keep the size of the image, for 32 or 64 pixels;"
                      + " imagenet: as published, for 224")
          Stem stem,
      @Option(
              value = "512",
              range = "[1, 65536]",
              doc = "features of one image; 1280 in the published network")
          int features,
      @Option(
              value = "0.2",
              range = "[0, 1)",
              doc = "probability that a feature is dropped in training")
          double dropout,
      @Option(
              value = "0.2",
              range = "[0, 1)",
              doc =
                  "probability that a residual block is skipped in training, growing to this from"
                      + " the first to the last")
          double dropConnect,
      @Option(
              value = "{}",
              doc = "a sub-network that branches off after stage 4, whose size is always the same")
          Exits exits)
      implements BackboneSettings {
    /** Checks where the exit is. */
    public Settings {
      if (!exits.after().isEmpty() && !exits.after().equals(List.of(EXIT))) {
        throw new OptionException(
            "exits.after", "the only exit is after stage " + EXIT + " here, not " + exits.after());
      }
    }

    @Override
    public Backbone create(int channels) {
      return new EfficientNet(this, channels);
    }
  }

  /** How fast the image shrinks. */
  public enum Stem {
    /** By 8. */
    CIFAR,
    /** By 32. */
    IMAGENET
  }

  /** A stage of blocks that are alike but for the first. */
  private record Stage(int kernel, int stride, int expand, int out, int blocks) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(3, 1, 1, 16, 1),
          new Stage(3, 2, 6, 24, 2),
          new Stage(5, 2, 6, 40, 2),
          new Stage(3, 2, 6, 80, 3),
          new Stage(5, 1, 6, 112, 3),
          new Stage(5, 2, 6, 192, 4),
          new Stage(3, 1, 6, 320, 1));
  private static final int EXIT = 4;
  private static final int STEM = 32;
  private static final double EPSILON = 1e-3;
  private static final double MOMENTUM = 0.01;

  private final Settings options;
  private final int channels;
  private final Layer pad;
  private final Layer stem;
  private final Layer bn0;
  private final Layer head;
  private final Layer bn1;
  private final Layer silu = new Silu();
  private final Layer dropout;

  EfficientNet(Settings options, int channels) {
    super(Options.check(options).exits());
    this.options = options;
    this.channels = channels;
    int stride = options.stem() == Stem.IMAGENET ? 2 : 1;
    pad = padding(3, stride);
    stem = child("_conv_stem", convolution(channels, STEM, 3, stride, 1));
    bn0 = child("_bn0", norm(STEM));
    stages("block_layers", stages());
    head = child("_conv_head", convolution(last().out(), width(), 1, 1, 1));
    bn1 = child("_bn1", norm(width()));
    dropout = child("dropout", new Dropout(options.dropout()));
    if (!options.exits().after().isEmpty()) {
      onlyExit(EXIT, new Exit(STAGES.get(EXIT - 1).out(), width(), options.dropout()));
    }
  }

  @Override
  public int width() {
    return options.features();
  }

  @Override
  public Backbone another() {
    return new EfficientNet(options, channels);
  }

  @Override
  Tensor enter(Tensor images) {
    return silu.forward(bn0.forward(stem.forward(pad.forward(images))));
  }

  @Override
  Tensor leave(Tensor map) {
    return dropout.forward(pool(silu.forward(bn1.forward(head.forward(map)))));
  }

  @Override
  Tensor leave(Layer exit, Tensor map) {
    return exit.forward(map);
  }

  private List<Layer> stages() {
    List<Layer> stages = new ArrayList<>();
    int blocks = STAGES.stream().mapToInt(Stage::blocks).sum();
    int in = STEM;
    int index = 0;
    for (Stage stage : STAGES) {
      List<Layer> chain = new ArrayList<>();
      for (int i = 0; i < stage.blocks(); i++) {
        // The small form keeps the size of the image in its second stage too.
        boolean shrinks = i == 0 && (stages.size() != 1 || options.stem() == Stem.IMAGENET);
        int stride = shrinks ? stage.stride() : 1;
        double skipped = options.dropConnect() * index / blocks;
        chain.add(new InvertedBottleneck(stage, in, stride, skipped));
        in = stage.out();
        index++;
      }
      stages.add(new Sequential(chain));
    }
    return stages;
  }

  private static Stage last() {
    return STAGES.get(STAGES.size() - 1);
  }

  /** Returns the border that halves an even image exactly: one more behind than before. */
  private static Layer padding(int kernel, int stride) {
    int total = kernel - stride;
    return new Padding(total / 2, total - total / 2);
  }

  private static Conv2d convolution(int in, int out, int kernel, int stride, int groups) {
    return new Conv2d(in, out, kernel, stride, 0, groups, Initializer.fanIn(), null);
  }

  private static BatchNorm norm(int channels) {
    return new BatchNorm(channels, EPSILON, MOMENTUM);
  }

  /** Widens, convolves each channel alone, weighs the channels, narrows. */
  private static final class InvertedBottleneck extends Layer {
    private final List<Layer> chain = new ArrayList<>();
    private final Layer squeeze;
    private final Layer excite;
    private final Layer project;
    private final Layer norm;
    private final Layer silu = new Silu();
    private final @Nullable DropPath skip;

    InvertedBottleneck(Stage stage, int in, int stride, double skipped) {
      int inner = in * stage.expand();
      if (stage.expand() > 1) {
        chain.add(child("_expand_conv", convolution(in, inner, 1, 1, 1)));
        chain.add(child("_bn0", norm(inner)));
        chain.add(silu);
      }
      chain.add(padding(stage.kernel(), stride));
      chain.add(child("_depthwise_conv", convolution(inner, inner, stage.kernel(), stride, inner)));
      chain.add(child("_bn1", norm(inner)));
      chain.add(silu);
      int few = Math.max(1, in / 4);
      squeeze = child("_se_reduce", Conv2d.biased(inner, few, 1, 1, 0));
      excite = child("_se_expand", Conv2d.biased(few, inner, 1, 1, 0));
      project = child("_project_conv", convolution(inner, stage.out(), 1, 1, 1));
      norm = child("_bn2", norm(stage.out()));
      skip = stride == 1 && in == stage.out() ? child("drop_connect", new DropPath(skipped)) : null;
    }

    @Override
    public Tensor forward(Tensor input) {
      Tensor x = input;
      for (Layer layer : chain) {
        x = layer.forward(x);
      }
      Tensor gate = excite.forward(silu.forward(squeeze.forward(x.meanKeep(2, 3)))).sigmoid();
      Tensor output = norm.forward(project.forward(x.mul(gate)));
      return skip == null ? output : skip.forward(output).add(input);
    }
  }

  /** The sub-network that leaves early. */
  private static final class Exit extends Layer {
    private final Layer map;
    private final Layer silu = new Silu();
    private final Layer pool = new GlobalAvgPool();
    private final Layer dropout;
    private final Layer linear;

    Exit(int in, int out, double probability) {
      map = child("0", new Sequential(List.of(convolution(in, out, 1, 1, 1), norm(out))));
      linear = child("1", new Linear(out, out, true));
      dropout = child("dropout", new Dropout(probability));
    }

    @Override
    public Tensor forward(Tensor input) {
      return linear.forward(dropout.forward(pool.forward(silu.forward(map.forward(input)))));
    }
  }
}
