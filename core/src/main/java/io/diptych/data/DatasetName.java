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
  /** STL-10. */
  STL10,
  /** Tiny-ImageNet. */
  TINY_IMAGENET,
  /** ImageNet (ILSVRC 2012) in class folders. */
  IMAGENET,
  /** 100 classes of ImageNet. */
  IMAGENET_100,
  /** The Describable Textures Dataset. */
  DTD,
  /** Caltech-UCSD Birds-200-2011. */
  CUB_200,
  /** Oxford's 102 flowers. */
  FLOWERS_102,
  /** The traffic signs of the German Traffic Sign Detection Benchmark. */
  TRAFFIC_SIGNS,
  /** FGVC-Aircraft. */
  AIRCRAFT,
  /** A folder of image files. */
  FOLDER,
  /** Tar archives of images, in WebDataset's layout. */
  WEBDATASET,
  /** Parquet files with a column of images. */
  PARQUET,
  /** LMDB databases of images. */
  LMDB;

  /**
   * Whether it is a format for images of the user's own, of which nothing is known before.
   *
   * @return such as {@code folder}
   */
  public boolean isYours() {
    return this == FOLDER || this == WEBDATASET || this == PARQUET || this == LMDB;
  }

  /** Returns whether its archives are unpacked; others are read as they are. */
  boolean isUnpacked() {
    return switch (this) {
      case TINY_IMAGENET, DTD, CUB_200, FLOWERS_102 -> true;
      default -> false;
    };
  }

  /** Returns whether its images lie in a folder for each class. */
  boolean hasClassFolders() {
    return this == FOLDER || this == IMAGENET || this == IMAGENET_100;
  }

  /**
   * The name as recipes and commands write it.
   *
   * @return such as {@code fashion-mnist}
   */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
