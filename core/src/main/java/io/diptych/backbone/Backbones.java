package io.diptych.backbone;

import io.diptych.option.Choice;
import io.diptych.option.Family;

/** The backbones that a recipe can name. */
public final class Backbones {
  /** The options of each backbone by its name. */
  public static final Family FAMILY =
      Family.named("backbone")
          .with("resnet", ResNet.Settings.class)
          .with("pre-resnet", PreResNet.Settings.class)
          .with("wide-resnet", WideResNet.Settings.class)
          .with("vgg", Vgg.Settings.class)
          .with("efficientnet", EfficientNet.Settings.class)
          .with("shufflenet", ShuffleNet.Settings.class)
          .with("alexnet", AlexNet.Settings.class)
          .with("vit", VisionTransformer.Settings.class);

  private Backbones() {}

  /**
   * Creates a backbone, not yet initialised.
   *
   * @param choice a member of {@link #FAMILY}
   * @param channels colours of the images: 1 or 3
   * @throws IllegalArgumentException if there is no such backbone
   */
  public static Backbone create(Choice choice, int channels) {
    if (choice.options() instanceof BackboneSettings settings) {
      return settings.create(channels);
    }
    throw new IllegalArgumentException("unknown backbone '" + choice.name() + "'");
  }
}
