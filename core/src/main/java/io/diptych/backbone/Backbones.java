package io.diptych.backbone;

import io.diptych.option.Choice;
import io.diptych.option.Family;

/** The backbones that a recipe can name. */
public final class Backbones {
  /** The options of each backbone by its name. */
  public static final Family FAMILY =
      Family.named("backbone").with("resnet", ResNet.Settings.class);

  private Backbones() {}

  /**
   * Creates a backbone, not yet initialised.
   *
   * @param choice a member of {@link #FAMILY}
   * @param channels colours of the images: 1 or 3
   * @throws IllegalArgumentException if there is no such backbone
   */
  public static Backbone create(Choice choice, int channels) {
    if (choice.options() instanceof ResNet.Settings options) {
      return new ResNet(options, channels);
    }
    throw new IllegalArgumentException("unknown backbone '" + choice.name() + "'");
  }
}
