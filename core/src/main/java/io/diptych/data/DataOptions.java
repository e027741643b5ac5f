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
 * @param imageSize side in pixels that images are resized and centre-cropped to before anything
 *     else; null keeps their own sizes
 * @param channels 1 for grey, 3 for colour, null for what the set has (colour for a folder)
 * @param onError what to do with an image file that cannot be read
 * @param workers threads that decode image files; 0 takes one for each processor
 * @param limit keeps the first images of every class only, this many; null keeps all
 * @param testLimit the same for test images alone
 * @param subset a text file that lists the training images to use, one a line; null uses all
 * @param classes a text file that lists the class folders to use, one a line; null uses all
 * @param unlabelled whether training images without label take part, which STL-10 has beside others
 * @param storage where images of files are between epochs
 * @param residentLimit how much memory images of files may take, in MiB, for them to stay in it
 */
public record DataOptions(
    @Option(
            value = "sample",
            doc =
                "data set: its name ('diptych data list' lists them), or folder, webdataset,"
                    + " parquet or lmdb for images of your own")
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
                "side in pixels that images are resized and centre-cropped to before anything else;"
                    + " null keeps their own sizes")
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
        @Nullable Integer limit,
    @Option(value = "null", range = "[1, inf)", doc = "the same for test images alone")
        @Nullable Integer testLimit,
    @Option(
            value = "null",
            doc =
                "text file that lists the training images to use, one a line: FILE or CLASS/FILE;"
                    + " null uses all")
        @Nullable String subset,
    @Option(
            value = "null",
            doc = "text file that lists the class folders to use, one a line; null uses all")
        @Nullable String classes,
    @Option(
            value = "true",
            doc = "whether training images without label take part, which stl10 has beside others")
        boolean unlabelled,
    @Option(
            value = "auto",
            doc =
                "where images of files are: resident (all in memory), streamed (read in every"
                    + " epoch), or auto (resident if they have one size and fit resident_limit)")
        Storage storage,
    @Option(
            value = "2048",
            range = "[0, inf)",
            doc = "memory that images of files may take to be resident, in MiB")
        int residentLimit) {

  /** Where images of files are between epochs. */
  public enum Storage {
    /** In memory if they have one size and fit, else in their files. */
    AUTO,
    /** All in memory, on the device. */
    RESIDENT,
    /** In their files, read when they are needed. */
    STREAMED
  }

  /** What to do with an image file that cannot be read. */
  public enum OnError {
    /** Stop with an error that names the file. */
    FAIL,
    /** Leave the image out, count and report it. */
    SKIP;

    /** Returns the error of a run that an image stops: what is wrong with it, and what to do. */
    static DataException stopping(DataException broken) {
      return new DataException(
          broken.getMessage()
              + "; repair or remove it, or leave such images out by data.on_error: skip",
          broken);
    }
  }

  /** Checks what depends on several options. */
  public DataOptions {
    if (channels != null && channels != 1 && channels != 3) {
      throw new OptionException("channels", "must be 1 or 3, was " + channels);
    }
    if (name.isYours() && path == null) {
      throw new OptionException("path", "must be given for name: " + name.key());
    }
    if (classes != null && !name.hasClassFolders()) {
      throw new OptionException(
          "classes", "is for sets with class folders, name: " + name.key() + " has none");
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
    return new DataOptions(
        name, text, null, null, OnError.FAIL, 0, null, null, null, null, true, Storage.AUTO, 2048);
  }

  /**
   * The same set with images of other channels: grey ones are repeated, colour is turned into grey.
   *
   * @param wanted 1 for grey, 3 for colour
   * @return the options
   */
  public DataOptions withChannels(int wanted) {
    return new DataOptions(
        name,
        path,
        imageSize,
        wanted,
        onError,
        workers,
        limit,
        testLimit,
        subset,
        classes,
        unlabelled,
        storage,
        residentLimit);
  }
}
