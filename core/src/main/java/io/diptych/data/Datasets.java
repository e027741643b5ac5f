package io.diptych.data;

import io.diptych.data.decode.ImageDecoder;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens data sets. */
public final class Datasets {
  private static final Logger LOGGER = System.getLogger("io.diptych.data");

  private Datasets() {}

  /**
   * Opens a data set as resident images on the CPU. Image files that are left out are logged, each
   * once, as warnings of {@code io.diptych.data}.
   *
   * @param options which set, and how
   * @return its parts; close it, or open it inside a scope
   * @throws io.diptych.option.OptionException if an option is out of range
   * @throws DataException if files are missing or damaged
   */
  public static Dataset open(DataOptions options) {
    return open(
        options,
        report ->
            report.skipped().forEach(line -> LOGGER.log(Level.WARNING, "left out {0}", line)));
  }

  /**
   * Opens a data set as resident images on the CPU, and tells what was read and what was left out.
   *
   * @param options which set, and how
   * @param report is told what was read
   * @return its parts; close it, or open it inside a scope
   * @throws io.diptych.option.OptionException if an option is out of range
   * @throws DataException if files are missing or damaged
   */
  public static Dataset open(DataOptions options, Consumer<LoadReport> report) {
    Parts parts = read(options, Places.ofThisMachine(), samples(), report);
    return parts.toDataset(options.name().key());
  }

  /**
   * What data sets there are.
   *
   * @return one entry for each name
   */
  public static List<DatasetInfo> list() {
    return Catalogue.all();
  }

  /**
   * What is known of a data set.
   *
   * @param name which set
   * @return its entry
   */
  public static DatasetInfo info(DatasetName name) {
    return Catalogue.info(name);
  }

  /**
   * Where {@code diptych data get} puts a data set, and where it is found again: under {@code
   * $DIPTYCH_DATA} if that is set, else under {@code ~/.cache/diptych/data}.
   *
   * @param name which set
   * @return the directory; it may not exist yet
   */
  public static Path home(DatasetName name) {
    return Places.ofThisMachine().downloads(name);
  }

  /**
   * Opens a data set where its options say: in memory on the CPU, or streamed.
   *
   * @param options which set, and how
   * @param report is told what was found, and when a streamed set closes what was left out
   * @return its parts; close it
   * @throws io.diptych.option.OptionException if an option is out of range
   * @throws DataException if files are missing or damaged
   */
  public static SplitImages openStored(DataOptions options, Consumer<LoadReport> report) {
    Content content = content(options, Places.ofThisMachine(), samples());
    if (content instanceof Listing listing && isStreamed(listing, options)) {
      return streamed(listing, options, report);
    }
    if (options.storage() == DataOptions.Storage.STREAMED) {
      throw new OptionException(
          "data.storage",
          "cannot be streamed: the files of '"
              + options.name().key()
              + "' hold pixels, not images");
    }
    Dataset resident = pixels(content, options, report).toDataset(options.name().key());
    return new SplitImages(resident.train(), resident.test());
  }

  /**
   * The format in which a path holds images of the user's own, by the names of its files.
   *
   * @param path a file, a folder, or a pattern of files
   * @return {@link DatasetName#FOLDER} unless its files are tar archives, Parquet or LMDB
   */
  public static DatasetName formatOf(String path) {
    return Formats.of(path);
  }

  private static ServiceLoader<SampleSource> samples() {
    return ServiceLoader.load(SampleSource.class);
  }

  private static boolean isStreamed(Listing listing, DataOptions options) {
    return switch (options.storage()) {
      case STREAMED -> true;
      case RESIDENT -> false;
      case AUTO -> {
        Integer side = side(options);
        List<StoredImage> test = listing.test();
        long images = (long) listing.train().size() + (test == null ? 0 : test.size());
        yield side == null
            || images * channels(options) * side * side > ((long) options.residentLimit() << 20);
      }
    };
  }

  private static SplitImages streamed(
      Listing listing, DataOptions options, Consumer<LoadReport> report) {
    ImageReader reader = reader(options);
    List<StoredImage> test = listing.test();
    int images = listing.train().size() + (test == null ? 0 : test.size());
    report.accept(new LoadReport(images, List.of(), listing.ignored()));
    return new SplitImages(
        streamed(listing, listing.train(), reader, options, report),
        test == null ? null : streamed(listing, test, reader, options, report));
  }

  private static StreamedSet streamed(
      Listing listing,
      List<StoredImage> images,
      ImageReader reader,
      DataOptions options,
      Consumer<LoadReport> report) {
    return new StreamedSet(
        images, listing.classNames(), reader, options, listing.ignored(), report);
  }

  static Parts read(
      DataOptions options,
      Places places,
      Iterable<SampleSource> samples,
      Consumer<LoadReport> report) {
    return pixels(content(options, places, samples), options, report);
  }

  /** Finds a set, and applies the options that say which of its images take part. */
  private static Content content(
      DataOptions options, Places places, Iterable<SampleSource> samples) {
    Options.check(options);
    Content content =
        options.name() == DatasetName.SAMPLE
            ? sample(options, samples)
            : Formats.read(options, places);
    return content instanceof Listing listing ? chosen(listing, options) : content;
  }

  private static Listing chosen(Listing listing, DataOptions options) {
    Listing chosen = listing;
    String subset = options.subset();
    if (subset != null) {
      chosen = chosen.withTrain(images -> Subset.of(images, Path.of(subset)));
    }
    Integer limit = options.limit();
    if (limit != null) {
      chosen = chosen.firstPerClass(limit);
    }
    Integer testLimit = options.testLimit();
    return testLimit == null ? chosen : chosen.firstTestPerClass(testLimit);
  }

  private static Parts pixels(Content content, DataOptions options, Consumer<LoadReport> report) {
    if (content instanceof Listing listing) {
      String path = options.path();
      return new ListingReader(reader(options), options.onError(), options.workers())
          .read(path == null ? options.name().key() : path, listing, report);
    }
    if (options.subset() != null) {
      throw new OptionException(
          "data.subset",
          "lists images by file, which '" + options.name().key() + "' does not have");
    }
    return whole((Parts) content, options, report);
  }

  /** Applies the options that the reader of a listing applies while it reads. */
  private static Parts whole(Parts parts, DataOptions options, Consumer<LoadReport> report) {
    PixelStore test = parts.test();
    int images = parts.train().size() + (test == null ? 0 : test.size());
    report.accept(new LoadReport(images, List.of(), 0));
    Integer limit = options.limit();
    Integer testLimit = options.testLimit();
    Fit fit = new Fit(options.channels(), options.imageSize());
    Parts wanted = limit == null ? parts : parts.map(store -> store.firstPerLabel(limit));
    PixelStore wantedTest = wanted.test();
    if (testLimit != null && wantedTest != null) {
      wanted = new Parts(wanted.train(), wantedTest.firstPerLabel(testLimit), wanted.classNames());
    }
    return wanted.map(fit::apply);
  }

  private static ImageReader reader(DataOptions options) {
    return new ImageReader(ImageDecoder.best(), channels(options), side(options));
  }

  private static int channels(DataOptions options) {
    return options.channels() == null ? 3 : options.channels();
  }

  /** The side of all images, or null where each has its own. */
  private static @Nullable Integer side(DataOptions options) {
    int own = Catalogue.info(options.name()).height();
    return options.imageSize() != null || own == 0 ? options.imageSize() : Integer.valueOf(own);
  }

  private static Parts sample(DataOptions options, Iterable<SampleSource> samples) {
    DatasetInfo info = Catalogue.info(options.name());
    int classes = info.classes().size();
    String path = options.path();
    Optional<Parts> found =
        path == null ? SampleReader.read(samples, classes) : IdxSet.read(Path.of(path), classes);
    return found
        .map(parts -> parts.withClassNames(info.classes()))
        .orElseThrow(
            () ->
                new DataException(
                    path == null
                        ? "this application carries no sample: use the diptych command, or give"
                            + " the path of one"
                        : path + ": does not hold " + IdxSet.lookedFor()));
  }
}
