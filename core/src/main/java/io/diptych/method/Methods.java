package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.option.Choice;
import io.diptych.option.Family;

/** The methods that a recipe can name. */
public final class Methods {
  /** The options of each method by its name. */
  public static final Family FAMILY =
      Family.named("method")
          .with("instance-discrimination", InstanceDiscrimination.Settings.class)
          .with("simclr", SimClr.Settings.class)
          .with("byol", Byol.Settings.class)
          .with("supcon", SupCon.Settings.class)
          .with("selfcon", SelfCon.Settings.class)
          .with("barlow-twins", BarlowTwins.Settings.class)
          .with("mixed-barlow-twins", MixedBarlowTwins.Settings.class)
          .with("w-mse", WhitenedMse.Settings.class)
          .with("corinfomax", CorInfoMax.Settings.class)
          .with("twist", Twist.Settings.class)
          .with("vicreg", VicReg.Settings.class)
          .with("one-stage", OneStage.Settings.class);

  private Methods() {}

  /**
   * Creates a method around an encoder; its network is not yet initialised.
   *
   * @param choice a member of {@link #FAMILY}
   * @param encoder the backbone to train
   * @param context the run
   * @throws IllegalArgumentException if there is no such method
   * @throws io.diptych.option.OptionException if its options do not fit the encoder or the run
   */
  public static Method create(Choice choice, Backbone encoder, MethodContext context) {
    return settings(choice).create(encoder, context);
  }

  /**
   * Returns the options of a chosen method.
   *
   * @throws IllegalArgumentException if there is no such method
   */
  public static MethodSettings settings(Choice choice) {
    if (choice.options() instanceof MethodSettings settings) {
      return settings;
    }
    throw new IllegalArgumentException("unknown method '" + choice.name() + "'");
  }
}
