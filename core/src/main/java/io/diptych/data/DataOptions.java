package io.diptych.data;

import io.diptych.option.Option;
import io.diptych.option.OptionException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which data set to open, and how.
 *
 * @param name which data set
 * @param path where its files are; null looks in {@code $DIPTYCH_DATA}, in {@code
 *     ~/.cache/diptych/data} and where the system keeps data sets
 * @param imageSize side in pixels that images are resized and centre-cropped to; null keeps the
 *     set's own size (a folder needs it)
 * @param channels 1 for grey, 3 for colour, null for what the set has (colour for a folder)
 * @param onError what to do with an image file that cannot be read
 * @param workers threads that decode image files; 0 takes one for each processor
 * @param limit keeps the first images of every class only, this many; null keeps all
 */
public record DataOptions(
    @Option(
            value = "sample",
            doc =
                "data set: sample, fashion-mnist, mnist, kmnist, cifar10, cifar100, or folder for"
                    + " image files")
        DatasetName name,
    @Option(
            value = "null",
            doc =
                "where the files are; null looks in $DIPTYCH_DATA, ~/.cache/diptych/data and where"
                    + " the system keeps data sets")
        @Nullable String path,
    @Option(
            value = "null",
            range = "[1, 4096]",
            doc =
                "side in pixels that images are resized and centre-cropped to; null keeps the set's"
                    + " own size (a folder needs it)")
        @Nullable Integer imageSize,
    @Option(
            value = "null",
            range = "[1, 3]",
            doc = "1 for grey, 3 for colour, null for what the set has (colour for a folder)")
        @Nullable Integer channels,
    @Option(
            value = "fail",
            doc = "what to do with an image file that cannot be read: fail, or skip and report it")
        OnError onError,
    @Option(
            value = "0",
            range = "[0, 1024]",
            doc = "threads that decode image files; 0 takes one for each processor",
            affectsResult = false)
        int workers,
    @Option(
            value = "null",
            range = "[1, inf)",
            doc = "keeps the first images of every class only, this many; null keeps all")
        @Nullable Integer limit) {

  /** What to do with an image file that cannot be read. */
  public enum OnError {
    /** Stop with an error that names the file. */
    FAIL,
    /** Leave the image out, count and report it. */
    SKIP
  }

  /** Checks what depends on several options. */
  public DataOptions {
    if (channels != null && channels != 1 && channels != 3) {
      throw new OptionException("channels", "must be 1 or 3, was " + channels);
    }
    if (name == DatasetName.FOLDER && path == null) {
      throw new OptionException("path", "must be given for name: folder");
    }
    if (name == DatasetName.FOLDER && imageSize == null) {
      throw new OptionException(
          "image_size",
          "must be given for name: folder, as the images of a folder may have any size");
    }
  }

  /**
   * Options that open a data set as it is.
   *
   * @param name which data set
   * @param path where its files are, or null for the usual places
   * @return the options
   */
  public static DataOptions of(DatasetName name, @Nullable Path path) {
    String text = path == null ? null : path.toString();
    return new DataOptions(name, text, null, null, OnError.FAIL, 0, null);
  }
}
