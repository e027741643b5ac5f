package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.nn.Layer;
import io.diptych.tensor.Tensor;
import io.diptych.view.ViewPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is evaluated: the features of labelled images by a trained encoder and its exits and, as
 * baselines, by the same encoder untrained and by the pixels themselves.
 *
 * @param train the training images
 * @param test the test images
 * @param kinds the features, the trained encoder's first
 * @param provenance texts that say where the encoder comes from: {@code checkpoint}, {@code
 *     recipe_hash}
 * @param versions of the programs that took part
 * @param source where the trained encoder's features come from, or null if only they are there
 */
public record Subject(
    ImageCollection train,
    ImageCollection test,
    List<Kind> kinds,
    Map<String, String> provenance,
    Map<String, String> versions,
    @Nullable Source source) {
  /** The name of the trained encoder's features. */
  public static final String ENCODER = "encoder";

  static final String UNTRAINED = "untrained";
  static final String PIXELS = "pixels";

  /** What the names of its exits' features begin with, before their numbers from 1 on. */
  static final String EXIT = "exit";

  /**
   * The features of one kind.
   *
   * @param name {@code encoder}, {@code exit1} and so on, {@code untrained} or {@code pixels}
   * @param train float32 [N, F]
   * @param test float32 [M, F]
   */
  public record Kind(String name, Tensor train, Tensor test) {
    /** Whether the trained encoder gives them, at its end or at an exit. */
    boolean isTrained() {
      return name.equals(ENCODER) || name.startsWith(EXIT);
    }
  }

  /** Copies the collections. */
  public Subject {
    kinds = List.copyOf(kinds);
    provenance = Map.copyOf(provenance);
    versions = Map.copyOf(versions);
  }

  /** Features whose source is not there. */
  public Subject(
      ImageCollection train,
      ImageCollection test,
      List<Kind> kinds,
      Map<String, String> provenance,
      Map<String, String> versions) {
    this(train, test, kinds, provenance, versions, null);
  }

  /** The same features, and where they come from. */
  public Subject from(Source source) {
    return new Subject(train, test, kinds, provenance, versions, source);
  }

  /** Which features are computed. */
  public enum Rows {
    /** Those of the training and the test images. */
    ALL,
    /** Those of the test images alone, for protocols that look at no others: no training rows. */
    TEST;

    private Tensor train(Tensor test, Supplier<Tensor> train) {
      return this == ALL ? train.get() : test.narrow(0, 0, 0);
    }
  }

  /**
   * Computes features. Streamed images have no pixels as features, for want of a common number;
   * those that cannot be read, if such are to be skipped, are no part of it.
   *
   * @param rows which
   * @param features how
   * @param encoder the trained encoder, or a part of it
   * @param untrained the same before training
   * @param transform what is made of each image; null for whole images in memory
   * @throws IllegalArgumentException if labels are missing, or the classes of the two sets differ
   */
  public static Subject of(
      Rows rows,
      Features features,
      Layer encoder,
      Layer untrained,
      ImageCollection train,
      ImageCollection test,
      @Nullable ViewPipeline transform,
      Map<String, String> provenance,
      Map<String, String> versions) {
    Labels.requireClasses(train, test);
    Tensor tests = features.encode(encoder, test, transform);
    List<Kind> kinds =
        trained(
            encoder, rows.train(tests, () -> features.encode(encoder, train, transform)), tests);
    Tensor before = features.encode(untrained, test, transform);
    kinds.add(
        new Kind(
            UNTRAINED,
            rows.train(before, () -> features.encode(untrained, train, transform)),
            before));
    if (test instanceof ImageSet resident) {
      Tensor pixels = features.pixels(resident);
      kinds.add(
          new Kind(PIXELS, rows.train(pixels, () -> features.pixels((ImageSet) train)), pixels));
    }
    return new Subject(train.readable(), test.readable(), kinds, provenance, versions);
  }

  /** The features of an encoder and of its exits, out of rows that hold them side by side. */
  private static List<Kind> trained(Layer encoder, Tensor train, Tensor test) {
    List<String> names = Source.parts(encoder);
    List<Kind> kinds = new ArrayList<>();
    for (int part = 0; part < names.size(); part++) {
      kinds.add(
          new Kind(
              names.get(part),
              Source.part(train, part, names.size()),
              Source.part(test, part, names.size())));
    }
    return kinds;
  }

  /** Returns the number of classes. */
  public int classes() {
    return train.classNames().size();
  }
}
