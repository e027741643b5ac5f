package io.diptych.evaluate;

import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Draws a few labelled samples of each class. A draw depends on the seed, its number and the labels
 * alone; one with fewer samples per class is part of the one with more.
 */
public final class FewLabels {
  private final List<long[]> members;
  private final List<String> classNames;
  private final Keyed randomness;

  private FewLabels(List<long[]> members, List<String> classNames, Keyed randomness) {
    this.members = members;
    this.classNames = classNames;
    this.randomness = randomness;
  }

  /**
   * Draws from these samples.
   *
   * @param labels the class of each sample, int64 [N]; -1 where unknown, which is never drawn
   * @param classNames a name for each class
   * @param seed of the draws
   * @return the source of draws
   * @throws IllegalArgumentException if a label is no class
   */
  public static FewLabels of(Tensor labels, List<String> classNames, long seed) {
    List<List<Long>> members = new ArrayList<>();
    classNames.forEach(name -> members.add(new ArrayList<>()));
    long[] values = labels.toLongArray();
    for (int i = 0; i < values.length; i++) {
      if (values[i] < -1 || values[i] >= classNames.size()) {
        throw new IllegalArgumentException(
            "label " + values[i] + " is not one of " + classNames.size() + " classes, nor -1");
      }
      if (values[i] >= 0) {
        members.get((int) values[i]).add((long) i);
      }
    }
    return new FewLabels(
        members.stream().map(list -> list.stream().mapToLong(i -> i).toArray()).toList(),
        List.copyOf(classNames),
        Keyed.of(seed).fold("few labels"));
  }

  /**
   * Draws samples.
   *
   * @param perClass how many of each class, at least 1
   * @param draw the number of the draw, from 0
   * @return the places of the samples, class by class
   * @throws IllegalArgumentException if a class has fewer samples
   */
  public long[] draw(int perClass, int draw) {
    long[] drawn = new long[Math.multiplyExact(perClass, members.size())];
    for (int c = 0; c < members.size(); c++) {
      long[] all = members.get(c);
      if (all.length < perClass) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "labels_per_class: %d asked for, but class '%s' has %d labelled samples",
                perClass,
                classNames.get(c),
                all.length));
      }
      long[] order = randomness.fold(draw).fold(c).permutation(all.length);
      for (int i = 0; i < perClass; i++) {
        drawn[c * perClass + i] = all[(int) order[i]];
      }
    }
    return drawn;
  }

  /**
   * Draws the same part of each class, to the nearest number, but at least one sample. A smaller
   * part belongs to a larger one.
   *
   * @param part of each class, in (0, 1]
   * @return the places of the samples, rising
   */
  public long[] share(double part) {
    return IntStream.range(0, members.size())
        .filter(c -> members.get(c).length > 0)
        .mapToObj(c -> share(part, c))
        .flatMapToLong(LongStream::of)
        .sorted()
        .toArray();
  }

  private long[] share(double part, int c) {
    long[] all = members.get(c);
    long count = Math.max(1, Math.round(part * all.length));
    return LongStream.of(randomness.fold(0).fold(c).permutation(all.length))
        .limit(count)
        .map(place -> all[(int) place])
        .toArray();
  }
}
