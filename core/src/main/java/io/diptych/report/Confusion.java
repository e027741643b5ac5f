package io.diptych.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which classes are taken for which.
 *
 * @param classes the classes' names
 * @param counts images of the row's class that were given the column's class
 */
record Confusion(List<String> classes, List<List<Long>> counts) {

  /** Images of one class that were given another. */
  record Mistake(int from, int to, long count, double share) {}

  long total(int row) {
    return counts.get(row).stream().mapToLong(Long::longValue).sum();
  }

  /** The share of a class's images that were given a class; 0 where there are no images. */
  double share(int row, int column) {
    long total = total(row);
    return total == 0 ? 0 : (double) counts.get(row).get(column) / total;
  }

  /** All mistakes that occurred, largest share first. */
  List<Mistake> mistakes() {
    List<Mistake> mistakes = new ArrayList<>();
    for (int row = 0; row < counts.size(); row++) {
      mistakes.addAll(mistakes(row));
    }
    mistakes.sort(Comparator.comparingDouble(Mistake::share).reversed());
    return mistakes;
  }

  /** The mistakes made with one class, largest first. */
  List<Mistake> mistakes(int row) {
    List<Mistake> mistakes = new ArrayList<>();
    for (int column = 0; column < counts.size(); column++) {
      long count = counts.get(row).get(column);
      if (column != row && count > 0) {
        mistakes.add(new Mistake(row, column, count, share(row, column)));
      }
    }
    mistakes.sort(Comparator.comparingLong(Mistake::count).reversed());
    return mistakes;
  }

  /** The step of a colour scale a share belongs to: 0 for none, then 1 to {@code limits} + 1. */
  static int step(double share, double[] limits) {
    if (share <= 0) {
      return 0;
    }
    int step = 1;
    for (double limit : limits) {
      step += share > limit ? 1 : 0;
    }
    return step;
  }
}
