package io.diptych.option;

import org.jspecify.annotations.Nullable;

/** A value that may be left null. */
record NullableKind(Kind kind) implements Kind {
  @Override
  public @Nullable Object bind(Tree tree, Site site) {
    return isNull(tree) ? null : kind.bind(tree, site);
  }

  @Override
  public void check(Object value, Site site) {
    kind.check(value, site);
  }

  @Override
  public Tree tree(Object value, boolean onlyResults) {
    return kind.tree(value, onlyResults);
  }

  @Override
  public String expected() {
    return kind.expected() + " or null";
  }

  @Override
  public String plural() {
    return kind.plural();
  }

  @Override
  public Tree overlay(Tree base, Tree top, Families families) {
    return isNull(top) ? top : kind.overlay(base, top, families);
  }

  private static boolean isNull(Tree tree) {
    return tree instanceof Tree.Scalar scalar && scalar.value() == null;
  }
}
