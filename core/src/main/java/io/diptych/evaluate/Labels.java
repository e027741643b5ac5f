package io.diptych.evaluate;

import io.diptych.data.ImageSet;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;

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

  /** The number of classes of two sets that belong together. */
  static int classes(ImageSet train, ImageSet test) {
    requireLabelled(train);
    requireLabelled(test);
    if (!train.classNames().equals(test.classNames())) {
      throw new IllegalArgumentException(
          "training and test images must have the same classes, have "
              + train.classNames()
              + " and "
              + test.classNames());
    }
    long most = (long) Math.max(train.labels().max().item(), test.labels().max().item());
    return Math.max(train.classNames().size(), (int) most + 1);
  }

  private static void requireLabelled(ImageSet images) {
    if (!images.labelled()) {
      throw new IllegalArgumentException(
          "data set '"
              + images.name()
              + "' has images without a label; evaluation needs a label for every image, such as"
              + " a folder with one sub-folder per class");
    }
  }
}
