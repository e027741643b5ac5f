package io.diptych.option;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that an options record has named settings, of which a section takes one by the key {@code
 * preset}: {@code {preset: twist-resnet, epochs: 50}} is what the preset {@code twist-resnet} says,
 * but with 50 epochs. The preset is replaced by its settings when options are bound.
 *
 * <p>Presets stand in a YAML resource beside the record: for each its name, and below {@code
 * about}, a sentence for the user, and {@code set}, the keys of the options that it sets.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Presets {
  /**
   * The resource.
   *
   * @return its file name, in the package of the record
   */
  String value();
}
