package io.diptych.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.jspecify.annotations.Nullable;

/**
 * Lists the images of tar archives in WebDataset's layout: files of one sample have the same name
 * up to the first dot, one of them is an image, and {@code cls} holds its class as a number. Images
 * are then read from their places in the archives, in any order.
 *
 * @see <a href="https://github.com/webdataset/webdataset">WebDataset</a>
 */
final class TarShards {
  private static final String CLASSES = "classes.txt";
  private static final int LONGEST_LABEL = 32;

  private TarShards() {}

  static String lookedFor() {
    return "tar archives (a file, a folder of them, or a pattern such as train-{000..099}.tar)";
  }

  /** Lists the archives of a path; reads no image. */
  static Listing of(String path) {
    ShardFiles files = ShardFiles.of(path, ".tar");
    List<StoredImage> train = images(files.train());
    List<StoredImage> test = files.test().isEmpty() ? null : images(files.test());
    Path names = files.root().resolve(CLASSES);
    return Listing.numbered(
        path,
        Files.isRegularFile(names)
            ? TextLines.of(names).lines().stream().map(TextLines.Line::text).toList()
            : List.of(),
        train,
        test);
  }

  private static List<StoredImage> images(List<Path> shards) {
    List<StoredImage> images = new ArrayList<>();
    for (Path shard : shards) {
      add(shard, images);
    }
    if (images.isEmpty()) {
      throw new DataException(
          shards.get(0) + ": holds no images (" + ImageFiles.extensions() + ")");
    }
    return images;
  }

  /** The files of one sample that count. */
  private static final class Sample {
    private @Nullable TarArchiveEntry image;
    private @Nullable TarArchiveEntry label;
  }

  private static void add(Path shard, List<StoredImage> images) {
    requirePlain(shard);
    try (TarFile tar = new TarFile(shard)) {
      Map<String, Sample> samples = new LinkedHashMap<>();
      for (TarArchiveEntry entry : tar.getEntries()) {
        if (entry.isFile()) {
          sort(entry, samples);
        }
      }
      for (Sample sample : samples.values()) {
        TarArchiveEntry image = sample.image;
        if (image != null) {
          Stored.Slice slice =
              new Stored.Slice(
                  shard, image.getName(), image.getDataOffset(), Math.toIntExact(image.getSize()));
          images.add(
              new StoredImage(
                  shard.getFileName() + "/" + image.getName(),
                  slice,
                  label(tar, shard, sample),
                  null));
        }
      }
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      String reason = e instanceof IOException io ? Failures.reason(io) : e.getMessage();
      throw new DataException(
          shard + ": cannot be read as a tar archive: " + reason + "; is it incomplete?", e);
    }
  }

  private static void sort(TarArchiveEntry entry, Map<String, Sample> samples) {
    String path = entry.getName();
    int dot = path.indexOf('.', path.lastIndexOf('/') + 1);
    if (dot < 0) {
      return;
    }
    String extension = path.substring(dot + 1).toLowerCase(Locale.ROOT);
    Sample sample = samples.computeIfAbsent(path.substring(0, dot), key -> new Sample());
    if (extension.equals("cls")) {
      sample.label = entry;
    } else if (ImageFiles.isExtension(extension.substring(extension.lastIndexOf('.') + 1))
        && sample.image == null) {
      sample.image = entry;
    }
  }

  private static void requirePlain(Path shard) {
    try (InputStream in = Files.newInputStream(shard)) {
      if (in.read() == 0x1f && in.read() == 0x8b) {
        throw new DataException(
            shard
                + ": is compressed; images are read in any order, so unpack it with gunzip first");
      }
    } catch (IOException e) {
      throw new DataException(shard + ": cannot be read: " + Failures.reason(e), e);
    }
  }

  private static int label(TarFile tar, Path shard, Sample sample) throws IOException {
    TarArchiveEntry entry = sample.label;
    if (entry == null) {
      return PixelStore.UNLABELLED;
    }
    try (InputStream in = tar.getInputStream(entry)) {
      String text = new String(in.readNBytes(LONGEST_LABEL), StandardCharsets.UTF_8).strip();
      int label = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
      if (label < 0) {
        throw new DataException(
            shard
                + "!"
                + entry.getName()
                + ": expected the number of a class, found '"
                + text
                + "'");
      }
      return label;
    }
  }
}
