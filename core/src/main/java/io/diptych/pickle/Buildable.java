package io.diptych.pickle;

/** What a pickle makes first and gives its content afterwards. */
public interface Buildable {
  /**
   * Takes the content.
   *
   * @param state whatever the pickle says
   */
  void build(Object state);
}
