package io.diptych.option;

/**
 * Where a value was written.
 *
 * @param source a file name, or {@code override key=value}; empty where the value came from code
 * @param line the line in the file, counted from 1; 0 where the source has no lines
 */
public record Location(String source, int line) {
  /** The location of values that were made in code. */
  public static final Location NONE = new Location("", 0);

  private static final String OVERRIDE = "override ";

  /**
   * The location of a value given as an override.
   *
   * @param assignment the override as it was typed, {@code key=value}
   * @return the location
   */
  public static Location override(String assignment) {
    return new Location(OVERRIDE + Text.oneLine(assignment), 0);
  }

  /**
   * The beginning of a message about {@code path} here: {@code "recipe.yaml:12: optimizer.lr: "}.
   */
  String prefix(String path) {
    StringBuilder prefix = new StringBuilder();
    if (!source.isEmpty()) {
      prefix.append(source);
      if (line > 0) {
        prefix.append(':').append(line);
      }
      prefix.append(": ");
    }
    boolean said = source.startsWith(OVERRIDE + path + "=");
    if (!path.isEmpty() && !said) {
      prefix.append(path).append(": ");
    }
    return prefix.toString();
  }
}
