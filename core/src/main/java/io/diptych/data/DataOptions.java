package io.diptych.data;

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
    DatasetName name,
    @Nullable String path,
    @Nullable Integer imageSize,
    @Nullable Integer channels,
    OnError onError,
    int workers,
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
      throw new IllegalArgumentException("channels must be 1 or 3, was " + channels);
    }
    if (name == DatasetName.FOLDER && path == null) {
      throw new IllegalArgumentException("name: folder needs path");
    }
    if (name == DatasetName.FOLDER && imageSize == null) {
      throw new IllegalArgumentException(
          "name: folder needs image_size, as the images of a folder may have any size");
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
