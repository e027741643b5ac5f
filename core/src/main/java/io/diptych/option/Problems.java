package io.diptych.option;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The problems found in one set of options, of which the first in the file is told. */
final class Problems {
  private record Problem(Location location, String path, String text) {
    /** Lines of the file first, then overrides, then what was never written. */
    int order() {
      return location.line() > 0 ? location.line() : Integer.MAX_VALUE;
    }
  }

  private final List<Problem> found = new ArrayList<>();

  void add(Location location, String path, String problem) {
    found.add(new Problem(location, path, problem));
  }

  int count() {
    return found.size();
  }

  /** Throws the first problem, if there is one, with the number of the others. */
  void raise() {
    found.stream()
        .min(Comparator.comparingInt(Problem::order))
        .ifPresent(
            first -> {
              String others = count() == 1 ? "" : " (and " + (count() - 1) + " more)";
              throw new OptionException(first.location(), first.path(), first.text() + others);
            });
  }
}
