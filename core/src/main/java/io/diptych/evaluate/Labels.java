package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.List;

/** Checks of class numbers. */
final class Labels {
  private Labels() {}

  static void requireInRange(Tensor labels, int classes) {
    if (labels.dtype() != DType.INT64 || labels.rank() != 1) {
      throw new IllegalArgumentException(
          "labels must be int64 [N], were " + labels.dtype() + " " + labels.shape());
    }
    if (labels.numel() == 0) {
      return;
    }
    long least = (long) labels.min().item();
    long most = (long) labels.max().item();
    if (least < 0 || most >= classes) {
      throw new IllegalArgumentException(
          "labels must lie in 0 to "
              + (classes - 1)
              + ", one is "
              + (least < 0 ? least : most)
              + (least == -1 ? " (no label)" : ""));
    }
  }

  /** Checks that all images have labels, of the same named classes in both sets. */
  static void requireClasses(ImageCollection train, ImageCollection test) {
    for (ImageCollection part : List.of(train, test)) {
      if (!part.labelled()) {
        throw new IllegalArgumentException(
            "evaluation needs a label for every image, '"
                + part.name()
                + "' has images without: use a labelled data set, such as a folder with a"
                + " sub-folder for each class");
      }
      if (part.classNames().isEmpty()) {
        throw new IllegalArgumentException(
            "evaluation needs the names of the classes, '" + part.name() + "' has none");
      }
    }
    if (!train.classNames().equals(test.classNames())) {
      throw new IllegalArgumentException(
          "training and test images must have the same classes, have "
              + train.classNames()
              + " and "
              + test.classNames());
    }
  }
}
