package io.diptych.option;

/**
 * An option, a recipe or an override that cannot be used. The message is one line: the file and
 * line where known, the dotted path of the key, what is wrong and what was expected.
 */
public final class OptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String problem;

  /**
   * A problem whose place in a file is not known.
   *
   * @param path the dotted path of the key, empty for the whole
   * @param problem what is wrong, in one line
   */
  public OptionException(String path, String problem) {
    this(Location.NONE, path, problem);
  }

  /**
   * A problem at a place in a file.
   *
   * @param location where the value was written
   * @param path the dotted path of the key, empty for the whole
   * @param problem what is wrong, in one line
   */
  public OptionException(Location location, String path, String problem) {
    super(location.prefix(path) + problem);
    this.path = path;
    this.problem = problem;
  }

  /**
   * The key that is wrong.
   *
   * @return its dotted path, empty for the whole
   */
  public String path() {
    return path;
  }

  /**
   * What is wrong, without the place.
   *
   * @return one line
   */
  public String problem() {
    return problem;
  }

  /**
   * The same problem, said of the place where the tree has the key.
   *
   * @param tree the tree the options were bound from
   * @return an exception with the file and line in its message, where the tree knows them
   */
  public OptionException in(Tree tree) {
    OptionException located = new OptionException(tree.locate(path), path, problem);
    located.initCause(this);
    return located;
  }
}
