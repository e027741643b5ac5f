package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.option.Choice;
import io.diptych.option.Family;

/** The methods that a recipe can name. */
public final class Methods {
  /** The options of each method by its name. */
  public static final Family FAMILY = Family.named("method").with("simclr", SimClr.Settings.class);

  private Methods() {}

  /**
   * Creates a method around an encoder; its network is not yet initialised.
   *
   * @param choice a member of {@link #FAMILY}
   * @param encoder the backbone to train
   * @throws IllegalArgumentException if there is no such method
   */
  public static Method create(Choice choice, Backbone encoder) {
    if (choice.options() instanceof SimClr.Settings settings) {
      return new SimClr(settings, encoder);
    }
    throw new IllegalArgumentException("unknown method '" + choice.name() + "'");
  }
}
