package io.diptych.option;

import org.jspecify.annotations.Nullable;

/** The kind of value an option holds: how it is read, checked, written and described. */
sealed interface Kind permits ScalarKind, ListKind, RecordKind, ChoiceKind, NullableKind {
  /** Reads a value. What is wrong goes to the site; the result then means nothing. */
  @Nullable Object bind(Tree tree, Site site);

  /** Checks a value that came from code instead of a tree. */
  void check(Object value, Site site);

  /** Writes a value, all of it or only what can affect results. */
  Tree tree(Object value, boolean onlyResults);

  /** What is expected, with its article: {@code a list of numbers}. */
  String expected();

  /** Several of what is expected: {@code numbers}. */
  String plural();

  /** Lays what was given over a default; only sections have parts to keep. */
  default Tree overlay(Tree base, Tree top, Families families) {
    return top;
  }
}
