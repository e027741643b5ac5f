package io.diptych.backbone;

import io.diptych.nn.BatchNorm;
import io.diptych.nn.Conv2d;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
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
 * Wide residual networks (Zagoruyko and Komodakis, "Wide residual networks", BMVC 2016) of
 * pre-activation blocks in three groups {@code layer1} to {@code layer3}: WRN-d-k has the depth d
 * and the widening k.
 */
public final class WideResNet extends StagedBackbone {
  /**
   * Which wide ResNet.
   *
   * @param depth layers with weights, 6n + 4 for n blocks in each group
   * @param widen channels of the first group, in sixteens
   * @param form of the blocks
   * @param stem how the image enters
   * @param dropout between the convolutions of a block
   * @param exits sub-networks that branch off between the groups
   */
  @About(
      value =
          "Shallow and wide pre-activation networks for small images: WRN-16-8 is depth 16, widen 8.",
      source =
          "Zagoruyko, Komodakis: Wide residual networks, BMVC 2016; exits: Bae et al., AAAI 2023")
  public record Settings(
      @Option(value = "16", range = "[10, 1000]", doc = "layers: 10, 16, 22, 28, 34, 40, …")
          int depth,
      @Option(
              value = "8",
              range = "[1, 64]",
              doc = "channels of the first group in sixteens; each later group has twice as many")
          int widen,
      @Option(
              value = "standard",
              doc =
                  "standard: as published; selfcon: biases, stride on the second convolution and"
                      + " shortcuts from the raw input, as Bae et al. have them")
          Form form,
      @Option(
              value = "cifar",
              doc =
                  "cifar (3x3), stl (3x3, max-pool), imagenet (7x7 stride 2, max-pool) or light (4x4"
                      + " stride 3)")
          ResNet.Stem stem,
      @Option(
              value = "0",
              range = "[0, 1)",
              doc = "probability that a value between the convolutions of a block is dropped")
          double dropout,
      @Option(
              value = "{}",
              doc = "sub-networks that branch off between the groups, for methods that use them")
          Exits exits)
      implements BackboneSettings {
    /** Checks the depth, and that there are groups before and behind each exit. */
    public Settings {
      if ((depth - 4) % 6 != 0) {
        throw new OptionException("depth", "must be 6n + 4, such as 16, 28 or 40, was " + depth);
      }
      exits.requireBelow(GROUPS);
    }

    @Override
    public Backbone create(int channels) {
      return new WideResNet(this, channels);
    }
  }

  /** Of the blocks. */
  public enum Form {
    /** As Zagoruyko and Komodakis have them. */
    STANDARD,
    /** As Bae et al. have them. */
    SELFCON
  }

  private static final int GROUPS = 3;
  private static final int STEM = 16;
  private static final double MOMENTUM = 0.1;
  private static final double SELFCON_LAST_MOMENTUM = 0.9;

  private final Settings options;
  private final int channels;
  private final boolean selfCon;
  private final Initializer initializer;
  private final Layer conv1;
  private final Layer maxpool;
  private final Layer bn1;
  private final Layer relu = new Relu();

  WideResNet(Settings options, int channels) {
    super(Options.check(options).exits());
    this.options = options;
    this.channels = channels;
    selfCon = options.form() == Form.SELFCON;
    initializer = selfCon ? Initializer.glorot(Math.sqrt(2)) : Initializer.heFanOut();
    conv1 = child("conv1", stem(channels));
    maxpool = options.stem().pool();
    int in = STEM;
    for (int group = 0; group < GROUPS; group++) {
      stage("layer" + (group + 1), group(group, blocks(), in));
      in = channels(group);
    }
    bn1 =
        child(
            "bn1",
            new BatchNorm(in, BatchNorm.EPSILON, selfCon ? SELFCON_LAST_MOMENTUM : MOMENTUM));
    exits(this::exit);
  }

  @Override
  public int width() {
    return channels(GROUPS - 1);
  }

  @Override
  public Backbone another() {
    return new WideResNet(options, channels);
  }

  @Override
  Tensor enter(Tensor images) {
    return maxpool.forward(conv1.forward(images));
  }

  @Override
  Tensor leave(Tensor map) {
    return pool(relu.forward(bn1.forward(map)));
  }

  private Conv2d stem(int colours) {
    return selfCon
        ? options.stem().biased(colours, STEM, initializer)
        : options.stem().convolution(colours, STEM, initializer);
  }

  /**
   * Returns the sub-network that branches off after a group, counted from 1; it ends in no norm.
   */
  private Layer exit(int after) {
    int in = channels(after - 1);
    if (options.exits().size() == Exits.Size.FC) {
      return new Linear(in, width(), true);
    }
    List<Layer> chain = new ArrayList<>();
    for (int group = after; group < GROUPS; group++) {
      chain.add(group(group, options.exits().size().of(blocks()), in));
      in = channels(group);
    }
    return new Sequential(chain);
  }

  private Sequential group(int group, int blocks, int channels) {
    PreActivation.Style style =
        new PreActivation.Style(initializer, selfCon, selfCon, false, MOMENTUM, options.dropout());
    int out = channels(group);
    List<Layer> chain = new ArrayList<>();
    int in = channels;
    for (int block = 0; block < blocks; block++) {
      int stride = block == 0 && group > 0 ? 2 : 1;
      chain.add(
          new PreActivation(
              style,
              List.of(
                  new PreActivation.Convolution(in, out, 3, selfCon ? 1 : stride),
                  new PreActivation.Convolution(out, out, 3, selfCon ? stride : 1)),
              stride == 1 && in == out ? null : new PreActivation.Convolution(in, out, 1, stride)));
      in = out;
    }
    return new Sequential(chain);
  }

  private int blocks() {
    return (options.depth() - 4) / 6;
  }

  /** Returns the channels that a group, counted from 0, gives. */
  private int channels(int group) {
    return (STEM * options.widen()) << group;
  }
}
