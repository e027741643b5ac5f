package io.diptych.data;

import io.diptych.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;

/** The images of one part of a data set, all in memory or read as they are needed. */
public sealed interface ImageCollection extends AutoCloseable permits ImageSet, StreamedSet {
  /**
   * What the set is called.
   *
   * @return such as {@code fashion-mnist}
   */
  String name();

  /**
   * How many images there are.
   *
   * @return at least 1
   */
  int size();

  /**
   * How many channels each image has.
   *
   * @return 1 (grey) or 3 (colour)
   */
  int channels();

  /**
   * The labels; not to be changed or closed.
   *
   * @return int64 [N], -1 where an image has none
   */
  Tensor labels();

  /**
   * The names of the classes.
   *
   * @return the name of label i at i; empty if the set has no classes
   */
  List<String> classNames();

  /**
   * Whether every image has a label.
   *
   * @return false if any has none
   */
  boolean labelled();

  /**
   * How many classes the labels tell apart.
   *
   * @return 0 unless every image has a label and the classes have names
   */
  default int labelledClasses() {
    return labelled() ? classNames().size() : 0;
  }

  /**
   * Identifies the content.
   *
   * @return a hash that other images or labels, or others in number or order, do not have
   */
  String fingerprint();

  /**
   * Finds the images that a text file lists, one a line: by their numbers from 0, or, where images
   * are streamed and have names, as {@code FILE} or {@code CLASS/FILE}.
   *
   * @param list the file
   * @return their numbers, rising
   * @throws DataException if the file cannot be read, or a line says no image of this set
   */
  long[] listed(Path list);

  /**
   * Some of the images, in the given order.
   *
   * @param indices positions in this set, at least one; may repeat
   * @return a new set with the same name and classes; close it
   * @throws IllegalArgumentException if there is no index, or one is out of range
   */
  ImageCollection subset(long[] indices);

  /**
   * The images that have not turned out to be unreadable so far.
   *
   * @return this set if there are no others, else one without them, in the same order, which closes
   *     with this one
   */
  ImageCollection readable();

  /**
   * The images that this is the {@link #readable} part of.
   *
   * @return this set, unless it is such a part
   */
  default ImageCollection whole() {
    return this;
  }

  /** Frees what it holds. */
  @Override
  void close();
}
