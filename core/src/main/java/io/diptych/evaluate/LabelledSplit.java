package io.diptych.evaluate;

import io.diptych.data.DataException;
import io.diptych.data.DataOptions;
import io.diptych.data.Datasets;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.LoadReport;
import io.diptych.data.SplitImages;
import io.diptych.option.OptionException;
import java.util.function.Consumer;

/**
 * Images to learn from and to test on: all have labels, of the same classes. Of images in memory,
 * those to learn from are the ones that have a label.
 */
final class LabelledSplit implements AutoCloseable {
  private final SplitImages opened;
  private final ImageCollection train;
  private final ImageCollection test;

  private LabelledSplit(SplitImages opened, ImageCollection train, ImageCollection test) {
    this.opened = opened;
    this.train = train;
    this.test = test;
  }

  /**
   * Opens images.
   *
   * @param key where a recipe describes them, with which errors begin
   * @param name what to call them
   * @param report is told what was read, and what was left out
   * @throws OptionException if there are no test images, labels are missing, or the classes of the
   *     two parts differ
   * @throws DataException if files are missing or damaged
   */
  static LabelledSplit open(
      String key, String name, DataOptions options, Consumer<LoadReport> report) {
    SplitImages opened = opened(key, options, report);
    ImageCollection train = opened.train();
    try {
      ImageCollection test = opened.test();
      if (test == null) {
        throw new IllegalArgumentException("'" + name + "' has no test images to evaluate on");
      }
      if (train instanceof ImageSet resident) {
        train = resident.labelledPart();
      }
      Labels.requireClasses(train, test);
      return new LabelledSplit(opened, train, test);
    } catch (IllegalArgumentException e) {
      close(opened, train);
      throw new OptionException(key, String.valueOf(e.getMessage()));
    }
  }

  private static SplitImages opened(String key, DataOptions options, Consumer<LoadReport> report) {
    try {
      return Datasets.openStored(options, report);
    } catch (DataException e) {
      throw new DataException(key + ": " + e.getMessage(), e);
    }
  }

  ImageCollection train() {
    return train;
  }

  ImageCollection test() {
    return test;
  }

  /** Frees the images. */
  @Override
  public void close() {
    close(opened, train);
  }

  private static void close(SplitImages opened, ImageCollection train) {
    if (train != opened.train()) {
      train.close();
    }
    opened.close();
  }
}
