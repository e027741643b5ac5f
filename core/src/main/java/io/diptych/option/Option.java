package io.diptych.option;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The single source of truth for one option: a component of an options record.
 *
 * <p>The component's type says what is accepted: {@code int}, {@code long}, {@code double}, {@code
 * boolean}, {@code String}, an enum (written in kebab-case), another options record (a section), a
 * {@link Choice}, or a {@code List} of these. A component marked {@code @Nullable} also accepts
 * {@code null}. In YAML the key is the component's name in snake_case: {@code weightDecay} is
 * {@code weight_decay}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
  /** The {@link #value()} of an option that has no default and must be given. */
  String REQUIRED = "<required>";

  /**
   * The default, as YAML: {@code "0.5"}, {@code "[0.2, 1.0]"}, {@code "null"}, {@code "{}"} for a
   * section with its own defaults. A section's default may set some keys ({@code "{layers: 3}"});
   * keys the user sets are laid over it. Left out, the option is required.
   *
   * @return the default in YAML
   */
  String value() default REQUIRED;

  /**
   * The interval a number must lie in, {@code "(0, inf)"} or {@code "[0, 1]"}; for a list, each of
   * its numbers. A square bracket includes the bound. Infinity is accepted only where a square
   * bracket includes it, NaN never. Left out, every finite number is accepted.
   *
   * @return the interval, or an empty text for no limit
   */
  String range() default "";

  /**
   * One sentence for the user: what the option does, with its unit.
   *
   * @return the documentation
   */
  String doc();

  /**
   * The {@link Family} a {@link Choice} is made from.
   *
   * @return the family's name, or an empty text where the component is no choice
   */
  String family() default "";

  /**
   * Whether another value can lead to other results. Options that cannot (how often to log) are
   * left out of {@link Options#resultTree}.
   *
   * @return true unless the results are the same for all values
   */
  boolean affectsResult() default true;
}
