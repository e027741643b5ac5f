package io.diptych.data;

import java.util.Locale;

/** The data sets that can be opened by name. */
public enum DatasetName {
  /** The class-balanced part of Fashion-MNIST that an application carries with it. */
  SAMPLE,
  /** Fashion-MNIST. */
  FASHION_MNIST,
  /** MNIST. */
  MNIST,
  /** Kuzushiji-MNIST. */
  KMNIST,
  /** CIFAR-10. */
  CIFAR10,
  /** CIFAR-100, with its fine labels. */
  CIFAR100,
  /** A folder of image files. */
  FOLDER;

  /**
   * The name as recipes and commands write it.
   *
   * @return such as {@code fashion-mnist}
   */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
