package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.StreamedSet;
import io.diptych.nn.Layer;
import io.diptych.tensor.Tensor;
import io.diptych.view.ViewPipeline;
import java.util.List;
import java.util.Map;

/**
 * What is evaluated: the features of labelled images by a trained encoder and, as baselines, by the
 * same encoder untrained and by the pixels themselves.
 *
 * @param train the training images
 * @param test the test images
 * @param kinds the features, the trained encoder's first
 * @param provenance texts that say where the encoder comes from: {@code checkpoint}, {@code
 *     recipe_hash}
 * @param versions of the programs that took part
 */
public record Subject(
    ImageCollection train,
    ImageCollection test,
    List<Kind> kinds,
    Map<String, String> provenance,
    Map<String, String> versions) {
  /** The name of the trained encoder's features. */
  public static final String ENCODER = "encoder";

  private static final String UNTRAINED = "untrained";
  private static final String PIXELS = "pixels";

  /**
   * The features of one kind.
   *
   * @param name {@code encoder}, {@code untrained} or {@code pixels}
   * @param train float32 [N, F]
   * @param test float32 [M, F]
   */
  public record Kind(String name, Tensor train, Tensor test) {
    private static Kind ofTest(String name, Tensor test) {
      return new Kind(name, test.narrow(0, 0, 0), test);
    }
  }

  /** Copies the collections. */
  public Subject {
    kinds = List.copyOf(kinds);
    provenance = Map.copyOf(provenance);
    versions = Map.copyOf(versions);
  }

  /**
   * Computes all features.
   *
   * @param features how
   * @param encoder the trained encoder
   * @param untrained the same before training
   * @throws IllegalArgumentException if labels are missing, or the classes of the two sets differ
   */
  public static Subject of(
      Features features,
      Layer encoder,
      Layer untrained,
      ImageSet train,
      ImageSet test,
      Map<String, String> provenance,
      Map<String, String> versions) {
    Labels.requireClasses(train, test);
    List<Kind> kinds =
        List.of(
            new Kind(ENCODER, features.encode(encoder, train), features.encode(encoder, test)),
            new Kind(
                UNTRAINED, features.encode(untrained, train), features.encode(untrained, test)),
            new Kind(PIXELS, features.pixels(train), features.pixels(test)));
    return new Subject(train, test, kinds, provenance, versions);
  }

  /**
   * Computes the features of the test images alone, for protocols that look at no others: {@link
   * Protocol#needsTrainingImages}. The kinds have no training rows.
   *
   * @param features how
   * @param encoder the trained encoder, or a part of it
   * @param untrained the same before training
   */
  public static Subject ofTest(
      Features features,
      Layer encoder,
      Layer untrained,
      ImageSet train,
      ImageSet test,
      Map<String, String> provenance,
      Map<String, String> versions) {
    Labels.requireClasses(train, test);
    List<Kind> kinds =
        List.of(
            Kind.ofTest(ENCODER, features.encode(encoder, test)),
            Kind.ofTest(UNTRAINED, features.encode(untrained, test)),
            Kind.ofTest(PIXELS, features.pixels(test)));
    return new Subject(train, test, kinds, provenance, versions);
  }

  /**
   * Computes the features of streamed test images alone.
   *
   * @param transform what is made of each image
   */
  public static Subject ofTest(
      Features features,
      Layer encoder,
      Layer untrained,
      StreamedSet train,
      StreamedSet test,
      ViewPipeline transform,
      Map<String, String> provenance,
      Map<String, String> versions) {
    Labels.requireClasses(train, test);
    List<Kind> kinds =
        List.of(
            Kind.ofTest(ENCODER, features.encode(encoder, test, transform)),
            Kind.ofTest(UNTRAINED, features.encode(untrained, test, transform)));
    return new Subject(train.readable(), test.readable(), kinds, provenance, versions);
  }

  /**
   * Computes the features of streamed images, without the pixels, which have no common number.
   * Images that cannot be read, if such are to be skipped, are no part of it.
   *
   * @param transform what is made of each image
   */
  public static Subject of(
      Features features,
      Layer encoder,
      Layer untrained,
      StreamedSet train,
      StreamedSet test,
      ViewPipeline transform,
      Map<String, String> provenance,
      Map<String, String> versions) {
    Labels.requireClasses(train, test);
    Tensor trainRows = features.encode(encoder, train, transform);
    Tensor testRows = features.encode(encoder, test, transform);
    List<Kind> kinds =
        List.of(
            new Kind(ENCODER, trainRows, testRows),
            new Kind(
                UNTRAINED,
                features.encode(untrained, train, transform),
                features.encode(untrained, test, transform)));
    return new Subject(train.readable(), test.readable(), kinds, provenance, versions);
  }

  /** Returns the number of classes. */
  public int classes() {
    return train.classNames().size();
  }
}
