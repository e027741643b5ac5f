package io.diptych.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How each data set lies on disk. */
final class Formats {
  private Formats() {}

  /** Finds a set in one folder. */
  private interface Reader {
    Optional<? extends Content> read(Path root);
  }

  /**
   * A way of storing a set.
   *
   * @param lookedFor what a message lists when nothing is found
   * @param reader empty if a folder holds none of that
   */
  private record Format(String lookedFor, Reader reader) {}

  /**
   * Finds a set, in its path or in the usual places.
   *
   * @throws DataException if it is not there, incomplete or damaged
   */
  static Content read(DataOptions options, Places places) {
    DatasetInfo info = Catalogue.info(options.name());
    Format format = of(options, info);
    String path = options.path();
    List<Path> roots = path == null ? places.candidates(info.name()) : List.of(Path.of(path));
    for (Path root : roots) {
      if (Files.exists(root) || info.name().isYours()) {
        Optional<? extends Content> found = format.reader().read(root);
        if (found.isPresent()) {
          return named(found.get(), info);
        }
      }
    }
    throw missing(info, format, roots);
  }

  /** The format of files of the user's own. */
  static DatasetName of(String path) {
    DatasetName own = ofName(path);
    Path dir = Path.of(path);
    if (own != DatasetName.FOLDER || !Files.isDirectory(dir)) {
      return own;
    }
    try (Stream<Path> inside = Files.list(dir)) {
      return inside
          .map(file -> ofName(file.toString()))
          .filter(name -> name != DatasetName.FOLDER)
          .findFirst()
          .orElse(DatasetName.FOLDER);
    } catch (IOException e) {
      throw new DataException(dir + ": cannot be listed: " + Failures.reason(e), e);
    }
  }

  private static DatasetName ofName(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    if (name.endsWith(".tar")) {
      return DatasetName.WEBDATASET;
    } else if (name.endsWith(".parquet")) {
      return DatasetName.PARQUET;
    }
    boolean lmdb = name.endsWith(".lmdb") || name.endsWith("data.mdb");
    return lmdb ? DatasetName.LMDB : DatasetName.FOLDER;
  }

  private static Content named(Content content, DatasetInfo info) {
    return content instanceof Parts parts ? parts.withClassNames(info.classes()) : content;
  }

  private static Format of(DataOptions options, DatasetInfo info) {
    int classes = info.classes().size();
    return switch (info.name()) {
      case SAMPLE, FASHION_MNIST, MNIST, KMNIST ->
          new Format(IdxSet.lookedFor(), root -> IdxSet.read(root, classes));
      case CIFAR10, CIFAR100 ->
          new Format(CifarSet.lookedFor(info.name()), root -> CifarSet.read(root, info.name()));
      case STL10 ->
          new Format(Stl10Set.lookedFor(), root -> Stl10Set.read(root, options.unlabelled()));
      case TINY_IMAGENET -> new Format(TinyImageNet.lookedFor(), TinyImageNet::read);
      case IMAGENET ->
          new Format(ImageNet.lookedFor(), root -> ImageNet.read(root, classes(options)));
      case IMAGENET_100 ->
          new Format(
              ImageNet.lookedFor(),
              root ->
                  ImageNet.read(
                      root, Objects.requireNonNullElse(classes(options), ImageNet.hundred())));
      case DTD -> new Format(TextureSet.lookedFor(), TextureSet::read);
      case CUB_200 -> new Format(BirdSet.lookedFor(), BirdSet::read);
      case FLOWERS_102 -> new Format(FlowerSet.lookedFor(), FlowerSet::read);
      case TRAFFIC_SIGNS -> new Format(TrafficSignSet.lookedFor(), TrafficSignSet::read);
      case AIRCRAFT -> new Format(AircraftSet.lookedFor(), AircraftSet::read);
      case FOLDER ->
          new Format(
              "a folder of images", root -> Optional.of(FolderSet.of(root, classes(options))));
      case WEBDATASET ->
          new Format(
              TarShards.lookedFor(),
              root -> Optional.of(TarShards.of(String.valueOf(options.path()))));
      case LMDB -> new Format(LmdbSet.lookedFor(), LmdbSet::read);
      case PARQUET ->
          new Format(
              ParquetShards.lookedFor(),
              root -> Optional.of(ParquetShards.of(String.valueOf(options.path()))));
    };
  }

  private static @Nullable List<String> classes(DataOptions options) {
    String file = options.classes();
    return file == null
        ? null
        : TextLines.of(Path.of(file)).lines().stream().map(TextLines.Line::text).toList();
  }

  private static DataException missing(DatasetInfo info, Format format, List<Path> roots) {
    List<String> looked = new ArrayList<>();
    for (Path root : roots) {
      looked.add(root + (Files.exists(root) ? "" : " (does not exist)"));
    }
    String key = info.name().key();
    return new DataException(
        key
            + " not found: looked for "
            + format.lookedFor()
            + " in "
            + String.join(", ", looked)
            + (info.download().isEmpty()
                ? "; get it from " + info.origin() + " and give data.path"
                : "; run 'diptych data get " + key + "' or give data.path"));
  }
}
