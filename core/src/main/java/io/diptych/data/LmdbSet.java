package io.diptych.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lists the images of LMDB databases. A value is the bytes of an image file, or before them its
 * class as a big-endian number of four bytes; images are in the order of their keys. Keys that
 * begin with two underscores are no images; {@code __classes__} holds the names of the classes, one
 * a line.
 */
final class LmdbSet {
  private static final String CLASSES = "__classes__";
  private static final String FOREIGN = "__keys__";
  private static final int HEAD = 16;

  private final Path file;
  private final List<StoredImage> images = new ArrayList<>();
  private List<String> classes = List.of();

  private LmdbSet(Path file) {
    this.file = file;
  }

  static String lookedFor() {
    return "a database, or train.lmdb and perhaps val.lmdb or test.lmdb (files, or folders with"
        + " data.mdb)";
  }

  /** Lists the databases of a path; reads labels but no image. */
  static Optional<Listing> read(Path root) {
    Path train = database(root);
    if (train != null) {
      return Optional.of(listing(of(train), null));
    }
    train = database(root.resolve("train.lmdb"));
    if (train == null) {
      return Optional.empty();
    }
    Path test = database(root.resolve("val.lmdb"));
    test = test == null ? database(root.resolve("test.lmdb")) : test;
    return Optional.of(listing(of(train), test == null ? null : of(test)));
  }

  private static @Nullable Path database(Path path) {
    return Stream.of(path, path.resolve("data.mdb"))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  private static Listing listing(LmdbSet train, @Nullable LmdbSet test) {
    return Listing.numbered(
        train.file.toString(), train.classes, train.images, test == null ? null : test.images);
  }

  private static LmdbSet of(Path file) {
    LmdbSet set = new LmdbSet(file);
    try {
      LmdbReader.visit(file, set::add);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read as LMDB: " + Failures.reason(e), e);
    }
    if (set.images.isEmpty()) {
      throw new DataException(file + ": holds no images");
    }
    return set;
  }

  private void add(byte[] key, long offset, int length) throws IOException {
    String text = new String(key, StandardCharsets.ISO_8859_1);
    if (text.equals(FOREIGN)) {
      throw new IOException(
          "its records are in the old encoding of pyarrow or pickle ('__keys__'); write each as four"
              + " bytes of label and the bytes of the image file, see docs/data.md");
    }
    if (text.equals(CLASSES)) {
      byte[] names = new Stored.Slice(file, text, offset, length).read();
      classes = new String(names, StandardCharsets.UTF_8).lines().toList();
    }
    if (text.startsWith("__")) {
      return;
    }
    ByteBuffer head = FileRange.buffer(file, offset, Math.min(HEAD, length));
    boolean labelled = !isImage(head, 0);
    String name = name(key);
    if (labelled && !isImage(head, 4)) {
      throw new IOException(
          "record " + name + " is neither an image nor four bytes of label and an image");
    }
    int before = labelled ? 4 : 0;
    int label = labelled ? head.getInt(0) : PixelStore.UNLABELLED;
    if (label < PixelStore.UNLABELLED) {
      throw new IOException("record " + name + " has label " + label);
    }
    images.add(
        new StoredImage(
            name, new Stored.Slice(file, name, offset + before, length - before), label, null));
  }

  /** Keys are often numbers of eight bytes, else texts. */
  private static String name(byte[] key) {
    boolean text = true;
    for (byte b : key) {
      text &= b > ' ' && b < 127;
    }
    if (text) {
      return new String(key, StandardCharsets.US_ASCII);
    }
    return key.length == 8
        ? Long.toString(ByteBuffer.wrap(key).getLong())
        : HexFormat.of().formatHex(key);
  }

  /** Whether bytes begin as a file of an image does. */
  private static boolean isImage(ByteBuffer bytes, int at) {
    if (bytes.limit() < at + 4) {
      return false;
    }
    int magic = bytes.getInt(at);
    return magic >>> 8 == 0xffd8ff // JPEG
        || magic == 0x89504e47 // PNG
        || magic == 0x47494638 // GIF
        || magic == 0x52494646 // WebP, in RIFF
        || magic >>> 16 == 0x424d // BMP
        || magic == 0x49492a00 // TIFF
        || magic == 0x4d4d002a;
  }
}
