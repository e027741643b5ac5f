package io.diptych.recipe;

import java.util.List;
import java.util.function.Consumer;

/**
 * How a run is started.
 *
 * @param resume whether to go on with the run that is there
 * @param allowed keys of the recipe that may differ from those of the run that is resumed, such as
 *     {@code train.epochs}; a section stands for all keys in it
 * @param command what was typed, kept with every checkpoint; "" if it was not typed
 * @param notice is told in a line what is unusual about the start
 */
public record StartOptions(
    boolean resume, List<String> allowed, String command, Consumer<String> notice) {
  /** A new run, or the one that is there. */
  public static StartOptions of(boolean resume) {
    return new StartOptions(resume, List.of(), "", line -> {});
  }

  /** Copies the list. */
  public StartOptions {
    allowed = List.copyOf(allowed);
  }

  /** Returns whether a difference such as {@code train.epochs: 3 → 5} is allowed. */
  boolean allows(String difference) {
    String key = difference.substring(0, difference.indexOf(':'));
    return allowed.stream().anyMatch(each -> key.equals(each) || key.startsWith(each + "."));
  }
}
