package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.data.ImageCollection;
import io.diptych.nn.Layer;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Device;
import io.diptych.view.Normalize;
import io.diptych.view.ViewPipeline;
import io.diptych.weights.EncoderInfo;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A small residual network that was never trained, in the place of one that was. */
record TinyEncoders(int channels, int imageSize) implements EncoderSource {
  private static final Choice BACKBONE =
      new Choice(
          "resnet",
          Options.defaults(ResNet.Settings.class, Map.of("depth", 8, "width", 4, "stem", "light")));

  @Override
  public Backbone trained(int channels, Device device) {
    return initialized(channels, 3);
  }

  @Override
  public Backbone untrained(int channels, Device device) {
    return initialized(channels, 4);
  }

  private static Backbone initialized(int channels, long seed) {
    Backbone encoder = Backbones.create(BACKBONE, channels);
    encoder.initialize(seed);
    encoder.train(false);
    return encoder;
  }

  @Override
  public EncoderInfo info() {
    return new EncoderInfo(
        BACKBONE,
        channels,
        imageSize,
        normalize().mean(),
        normalize().std(),
        "simclr",
        "def",
        List.of(),
        "tiny");
  }

  @Override
  public OptionalInt side() {
    return imageSize == 0 ? OptionalInt.empty() : OptionalInt.of(imageSize);
  }

  @Override
  public Normalize normalize() {
    return new Normalize(List.of(0.4), List.of(0.3));
  }

  @Override
  public ViewPipeline transform(ImageCollection images) {
    return new ViewPipeline(List.of(normalize()));
  }

  @Override
  public List<ViewPipeline> views() {
    return List.of();
  }

  @Override
  public Layer classifier(int channels, Device device) {
    throw new OptionException("evaluate.cluster.assign", "this network names no classes");
  }

  @Override
  public Map<String, String> provenance() {
    return Map.of(CHECKPOINT, "abc", "recipe_hash", "def");
  }
}
