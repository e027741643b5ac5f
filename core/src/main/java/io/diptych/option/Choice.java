package io.diptych.option;

/**
 * One member of a {@link Family} with its options, such as the method {@code simclr} with a
 * temperature.
 *
 * <p>In YAML a choice is a section with the key {@code name} beside the member's own keys ({@code
 * {name: simclr, temperature: 0.5}}); in a list of choices it is a section of the single key that
 * is the name ({@code - horizontal_flip: {probability: 0.5}}). The name alone stands for the member
 * with its defaults.
 *
 * @param name the member's name
 * @param options the member's options
 */
public record Choice(String name, Record options) {
  /**
   * The options as the type they have.
   *
   * @param type the options record of the member
   * @param <R> the options record of the member
   * @return the options
   * @throws IllegalArgumentException if the options are of another type
   */
  public <R extends Record> R options(Class<R> type) {
    if (!type.isInstance(options)) {
      throw new IllegalArgumentException(
          "the options of '"
              + name
              + "' are a "
              + options.getClass().getName()
              + ", not a "
              + type.getName());
    }
    return type.cast(options);
  }
}
