package io.diptych.backbone;

/** The options of a backbone, from which it is made. Implemented by one record for each family. */
public interface BackboneSettings {
  /**
   * Creates the backbone, not yet initialised.
   *
   * @param channels colours of the images: 1 or 3
   */
  Backbone create(int channels);
}
