package io.diptych.data;

import io.diptych.data.decode.ImageDecoder;
import io.diptych.option.Options;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    Parts parts =
        read(options, Places.ofThisMachine(), ServiceLoader.load(SampleSource.class), report);
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

  static Parts read(
      DataOptions options,
      Places places,
      Iterable<SampleSource> samples,
      Consumer<LoadReport> report) {
    Options.check(options);
    return switch (options.name()) {
      case SAMPLE -> whole(sample(options, samples), options, report);
      case FASHION_MNIST, MNIST, KMNIST, CIFAR10, CIFAR100 ->
          whole(named(options, places), options, report);
      case FOLDER -> folder(options, report);
    };
  }

  /** Applies the options that a folder's reader applies while it reads. */
  private static Parts whole(Parts parts, DataOptions options, Consumer<LoadReport> report) {
    PixelStore test = parts.test();
    int images = parts.train().size() + (test == null ? 0 : test.size());
    report.accept(new LoadReport(images, List.of(), 0));
    Integer limit = options.limit();
    Fit fit = new Fit(options.channels(), options.imageSize());
    Parts wanted = limit == null ? parts : parts.map(store -> store.firstPerLabel(limit));
    return wanted.map(fit::apply);
  }

  private static Parts folder(DataOptions options, Consumer<LoadReport> report) {
    String path = options.path();
    Integer side = options.imageSize();
    if (path == null || side == null) {
      throw new IllegalArgumentException("name: folder needs path and image_size");
    }
    int channels = options.channels() == null ? 3 : options.channels();
    return new FolderReader(
            ImageDecoder.best(), channels, side, options.onError(), options.workers())
        .read(Path.of(path), options.limit(), report);
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

  private static Parts named(DataOptions options, Places places) {
    DatasetInfo info = Catalogue.info(options.name());
    List<Path> roots = roots(options.path(), places, info.name());
    for (Path root : roots) {
      if (Files.exists(root)) {
        Optional<Parts> found = readNamed(root, info);
        if (found.isPresent()) {
          return found.get().withClassNames(info.classes());
        }
      }
    }
    throw missing(info, roots);
  }

  private static boolean isCifar(DatasetInfo info) {
    return info.name() == DatasetName.CIFAR10 || info.name() == DatasetName.CIFAR100;
  }

  private static Optional<Parts> readNamed(Path root, DatasetInfo info) {
    return isCifar(info)
        ? CifarSet.read(root, info.name())
        : IdxSet.read(root, info.classes().size());
  }

  private static List<Path> roots(@Nullable String path, Places places, DatasetName name) {
    return path == null ? places.candidates(name) : List.of(Path.of(path));
  }

  private static DataException missing(DatasetInfo info, List<Path> roots) {
    List<String> looked = new ArrayList<>();
    for (Path root : roots) {
      looked.add(root + (Files.exists(root) ? "" : " (does not exist)"));
    }
    String key = info.name().key();
    return new DataException(
        key
            + " not found: looked for "
            + (isCifar(info) ? CifarSet.lookedFor(info.name()) : IdxSet.lookedFor())
            + " in "
            + String.join(", ", looked)
            + "; run 'diptych data get "
            + key
            + "' or give data.path");
  }
}
