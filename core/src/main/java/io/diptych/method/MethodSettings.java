package io.diptych.method;

import io.diptych.backbone.Backbone;

/** The options of a method, from which it is made. Implemented by one record for each method. */
public interface MethodSettings {
  /** Returns what the method with these options asks of its data. */
  Requirements requirements();

  /**
   * Creates the method around an encoder; its network is not yet initialised.
   *
   * @param encoder the backbone to train
   * @param context the run
   * @throws io.diptych.option.OptionException if the options do not fit the encoder or the run
   */
  Method create(Backbone encoder, MethodContext context);
}
