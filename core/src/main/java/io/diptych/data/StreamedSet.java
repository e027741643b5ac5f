package io.diptych.data;

import io.diptych.data.DataOptions.OnError;
import io.diptych.data.decode.Image;
import io.diptych.data.decode.Reduction;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Images that are read and decoded one at a time, when they are needed: for sets that do not fit
 * into memory, or whose images have sizes of their own.
 *
 * <p>Many threads may read at once. An image that cannot be read is found out when it is first
 * needed; from then on the set knows it, and it is not read again.
 */
public final class StreamedSet implements ImageCollection {
  private static final Logger LOGGER = System.getLogger("io.diptych.data");

  private final String name;
  private final List<StoredImage> images;
  private final List<String> classNames;
  private final ImageReader reader;
  private final DataOptions options;
  private final Tensor labels;
  private final boolean labelled;
  private final int ignored;
  private final Consumer<LoadReport> report;
  private final ConcurrentSkipListMap<Integer, String> broken = new ConcurrentSkipListMap<>();

  /** The readable parts that were asked for, each with fewer images than the one before. */
  private final ArrayDeque<StreamedSet> parts = new ArrayDeque<>();

  private StreamedSet whole = this;
  private boolean closed;

  StreamedSet(
      List<StoredImage> images,
      List<String> classNames,
      ImageReader reader,
      DataOptions options,
      int ignored,
      Consumer<LoadReport> report) {
    this.name = options.name().key();
    this.images = images;
    this.classNames = classNames;
    this.reader = reader;
    this.options = options;
    this.ignored = ignored;
    this.report = report;
    this.labelled = images.stream().allMatch(image -> image.label() >= 0);
    this.labels =
        Scope.keep(
            Tensor.of(
                images.stream().mapToLong(StoredImage::label).toArray(), (long) images.size()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int channels() {
    return reader.channels();
  }

  @Override
  public Tensor labels() {
    return labels;
  }

  /**
   * The label of one image.
   *
   * @param index its number
   * @return -1 if it has none
   */
  public int label(int index) {
    return images.get(index).label();
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public boolean labelled() {
    return labelled;
  }

  /**
   * Side of the square that every image is brought to.
   *
   * @return empty if images keep their sizes
   */
  public Optional<Integer> side() {
    return Optional.ofNullable(reader.side());
  }

  /**
   * How many threads shall read images.
   *
   * @return at least 1
   */
  public int workers() {
    return options.workers() > 0 ? options.workers() : Runtime.getRuntime().availableProcessors();
  }

  /**
   * Reads and decodes an image.
   *
   * @param index its number
   * @param reduction says how much smaller it may be
   * @return the image, or empty if it cannot be read and such images shall be skipped
   * @throws DataException if it cannot be read and that shall be an error
   */
  public Optional<Image> read(int index, Reduction reduction) {
    if (broken.containsKey(index)) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.read(images.get(index), reduction));
    } catch (DataException e) {
      if (options.onError() == OnError.FAIL) {
        throw OnError.stopping(e);
      }
      String reason = String.valueOf(e.getMessage());
      if (broken.putIfAbsent(index, reason) == null) {
        LOGGER.log(Level.DEBUG, "left out {0}", reason);
      }
      return Optional.empty();
    }
  }

  /**
   * Some images as small pictures: the largest square in their middle, resized. Black where one
   * cannot be read.
   *
   * @param indices their numbers
   * @param side of each picture in pixels
   * @return uint8 [N, C, side, side]
   */
  public Tensor pictures(long[] indices, int side) {
    int bytes = channels() * side * side;
    byte[] all = new byte[indices.length * bytes];
    for (int i = 0; i < indices.length; i++) {
      int at = i * bytes;
      read((int) indices[i], (height, width) -> Math.min(height, width) / (2 * side))
          .ifPresent(
              image ->
                  System.arraycopy(
                      Resampler.square(
                          image.planes(), channels(), image.height(), image.width(), side),
                      0,
                      all,
                      at,
                      bytes));
    }
    return Tensor.of(all, indices.length, channels(), side, side);
  }

  @Override
  public long[] listed(Path list) {
    return Subset.numbers(size(), images, list);
  }

  /** The same files, which are read anew; what is found unreadable there is told when it closes. */
  @Override
  public StreamedSet subset(long[] indices) {
    Subset.requireInRange(indices, size());
    List<StoredImage> chosen =
        LongStream.of(indices).mapToObj(index -> images.get((int) index)).toList();
    return new StreamedSet(chosen, classNames, reader, options, 0, report);
  }

  @Override
  public StreamedSet readable() {
    synchronized (parts) {
      int left = images.size() - broken.size();
      if (parts.isEmpty() ? left == images.size() : parts.getLast().size() == left) {
        return parts.isEmpty() ? this : parts.getLast();
      }
      parts.add(withoutBroken());
      return parts.getLast();
    }
  }

  private StreamedSet withoutBroken() {
    List<StoredImage> kept = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (!broken.containsKey(i)) {
        kept.add(images.get(i));
      }
    }
    StreamedSet part = new StreamedSet(kept, classNames, reader, options, ignored, report);
    part.whole = this;
    return part;
  }

  @Override
  public StreamedSet whole() {
    return whole;
  }

  /**
   * The images that could not be read so far.
   *
   * @return for each a line with its place and the reason, in the order of the set
   */
  public List<String> skipped() {
    return List.copyOf(broken.values());
  }

  /**
   * Identifies the content, equal for sets of equal names and labels in equal order. The images
   * themselves are not looked at, which would take as long as an epoch.
   *
   * @return SHA-256 in lower-case hexadecimal
   */
  @Override
  public String fingerprint() {
    MessageDigest digest = Digest.messageDigest("SHA-256");
    digest.update(
        ("streamed " + reader.channels() + " " + reader.side() + "\n")
            .getBytes(StandardCharsets.UTF_8));
    for (StoredImage image : images) {
      digest.update((image.label() + " " + image.name() + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Tells which images were left out, and frees the labels. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      List<String> skipped = skipped();
      if (!skipped.isEmpty()) {
        report.accept(new LoadReport(images.size() - skipped.size(), skipped, ignored));
      }
      labels.close();
      parts.forEach(part -> part.labels.close());
    }
  }
}
