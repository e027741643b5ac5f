package io.diptych.option;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list of values of one kind. */
record ListKind(Kind element) implements Kind {
  @Override
  public @Nullable Object bind(Tree tree, Site site) {
    if (!(tree instanceof Tree.Sequence sequence)) {
      site.mismatch(expected(), tree);
      return null;
    }
    int before = site.problems().count();
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Tree item = sequence.items().get(i);
      Object value = element.bind(item, site.child(i, item));
      if (value != null) {
        values.add(value);
      }
    }
    return site.problems().count() == before ? List.copyOf(values) : null;
  }

  @Override
  public void check(Object value, Site site) {
    List<?> values = (List<?>) value;
    for (int i = 0; i < values.size(); i++) {
      site.child(i).check(element, values.get(i));
    }
  }

  @Override
  public Tree tree(Object value, boolean onlyResults) {
    List<Tree> items = new ArrayList<>();
    for (Object item : (List<?>) value) {
      items.add(element.tree(item, onlyResults));
    }
    return new Tree.Sequence(items, Location.NONE);
  }

  @Override
  public String expected() {
    return "a list of " + element.plural();
  }

  @Override
  public String plural() {
    return "lists of " + element.plural();
  }
}
