package io.diptych.view;

import io.diptych.tensor.Tensor;

/** Images in an order in which those of one group follow each other. */
final class Groups {
  private final int[] first;
  private final long[] rows;
  private final long[] inverse;

  private Groups(int[] first, long[] rows, long[] inverse) {
    this.first = first;
    this.rows = rows;
    this.inverse = inverse;
  }

  /**
   * Sorts images by their group.
   *
   * @param group of each image, from 0
   * @param groups how many there are
   */
  static Groups of(int[] group, int groups) {
    int[] first = new int[groups + 1];
    for (int one : group) {
      first[one + 1]++;
    }
    for (int i = 0; i < groups; i++) {
      first[i + 1] += first[i];
    }
    int[] next = first.clone();
    long[] rows = new long[group.length];
    long[] inverse = new long[group.length];
    for (int i = 0; i < group.length; i++) {
      int place = next[group[i]]++;
      rows[place] = i;
      inverse[i] = place;
    }
    return new Groups(first, rows, inverse);
  }

  /** Returns where a group begins; for the number of groups, how many images there are. */
  int first(int group) {
    return first[group];
  }

  /** Returns the images in sorted order, int64 [B]. */
  Tensor rows() {
    return Tensor.of(rows, rows.length);
  }

  /** Returns the place of each image in the sorted order, int64 [B]. */
  Tensor inverse() {
    return Tensor.of(inverse, inverse.length);
  }
}
