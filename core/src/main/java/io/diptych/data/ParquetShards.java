package io.diptych.data;

import io.diptych.data.ThriftReader.Fields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lists the images of Parquet files with encoded images in a column, as Hugging Face's data sets
 * have them: {@code image.bytes} (or a column of bytes named image, img, bytes, jpg or png) and a
 * column of whole numbers named label, labels, fine_label, class or cls.
 *
 * <p>Reads what such files need: flat columns, plain and dictionary encoding, pages of both
 * versions, compressed by snappy, gzip, zstd or not at all. An image is read by the page that holds
 * it.
 */
final class ParquetShards {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> IMAGES =
      Set.of("image.bytes", "img.bytes", "image", "img", "bytes", "jpg", "png");
  private static final Set<String> LABELS = Set.of("label", "labels", "fine_label", "class", "cls");
  private static final int HEADER_BYTES = 1 << 16;
  private static final int INT32 = 1;
  private static final int INT64 = 2;
  private static final int BYTE_ARRAY = 6;

  private ParquetShards() {}

  static String lookedFor() {
    return "Parquet files (a file, a folder of them, or a pattern)";
  }

  /** A column that is no group. */
  private record Column(String path, int place, int type, int levels) {}

  /** The image of a row. */
  private record InRow(ParquetPage page, int row, long number) implements Stored {
    @Override
    public byte[] read() throws IOException {
      return page.bytes(row);
    }

    @Override
    public String toString() {
      return page.file() + " row " + number;
    }
  }

  /** Lists the files of a path; reads labels but no image. */
  static Listing of(String path) {
    ShardFiles files = ShardFiles.of(path, ".parquet");
    List<String> names = new ArrayList<>();
    List<StoredImage> train = images(files.train(), names);
    List<StoredImage> test = files.test().isEmpty() ? null : images(files.test(), names);
    return Listing.numbered(path, names, train, test);
  }

  private static List<StoredImage> images(List<Path> files, List<String> names) {
    List<StoredImage> images = new ArrayList<>();
    for (Path file : files) {
      try {
        add(file, images, names);
      } catch (IOException e) {
        throw new DataException(file + ": cannot be read as Parquet: " + Failures.reason(e), e);
      }
    }
    return images;
  }

  private static void add(Path file, List<StoredImage> images, List<String> names)
      throws IOException {
    Fields footer = footer(file);
    List<Column> columns = columns(footer.structures(2));
    Column image = find(columns, IMAGES, List.of(BYTE_ARRAY), file);
    Column label = find(columns, LABELS, List.of(INT32, INT64), null);
    if (image == null) {
      throw new IOException("it has no column of images");
    }
    if (label != null && names.isEmpty()) {
      names.addAll(classNames(footer, label.path()));
    }
    long row = 0;
    for (Fields group : footer.structures(4)) {
      List<Fields> chunks = group.structures(1);
      List<Long> labels = label == null ? List.of() : labels(file, chunk(chunks, label), label);
      int inGroup = 0;
      for (ParquetPage page : pages(file, chunk(chunks, image), image.levels())) {
        int rows = page.rows();
        for (int i = 0; i < rows; i++) {
          int own = inGroup < labels.size() ? label(labels.get(inGroup)) : -1;
          images.add(
              new StoredImage(file.getFileName() + "/" + row, new InRow(page, i, row), own, null));
          inGroup++;
          row++;
        }
      }
    }
  }

  private static Fields chunk(List<Fields> chunks, Column column) throws IOException {
    if (column.place() >= chunks.size()) {
      throw new IOException("a group of rows lacks column " + column.path());
    }
    return chunks.get(column.place());
  }

  /** A label below 0 stands for none; one too large is refused with the others. */
  private static int label(long label) {
    return (int) Math.max(-1, Math.min(Integer.MAX_VALUE - 1L, label));
  }

  private static Fields footer(Path file) throws IOException {
    long length = Files.size(file);
    ByteBuffer end =
        FileRange.buffer(file, Math.max(0, length - 8), 8).order(ByteOrder.LITTLE_ENDIAN);
    if (end.remaining() < 8 || end.getInt(4) != 0x31524150) { // PAR1
      throw new IOException(
          "it does not end as such a file does; it is incomplete or another format");
    }
    int size = end.getInt(0);
    if (size <= 0 || size > length - 8) {
      throw new IOException("its footer of " + size + " bytes does not fit into it");
    }
    return new ThriftReader(FileRange.buffer(file, length - 8 - size, size)).read();
  }

  /** The columns of a schema, whose elements are listed depth first. */
  private static List<Column> columns(List<Fields> schema) throws IOException {
    List<Column> columns = new ArrayList<>();
    if (!schema.isEmpty()) {
      walk(schema, new int[] {0}, "", 0, columns);
    }
    return columns;
  }

  private static void walk(
      List<Fields> schema, int[] at, String prefix, int above, List<Column> columns)
      throws IOException {
    if (at[0] >= schema.size()) {
      throw new IOException("its schema is incomplete");
    }
    Fields element = schema.get(at[0]++);
    boolean root = at[0] == 1;
    String name = root ? "" : new String(element.text(4), StandardCharsets.UTF_8);
    String path = prefix.isEmpty() ? name : prefix + "." + name;
    long repetition = element.number(3, 0);
    // A repeated column is never chosen: its rows could not be told apart by their places.
    int levels = above + (root || repetition == 0 ? 0 : repetition == 1 ? 1 : 100);
    long children = element.number(5, 0);
    if (children == 0) {
      String known = levels >= 100 ? path + "[]" : path;
      columns.add(new Column(known, columns.size(), (int) element.number(1, -1), levels));
    }
    for (long i = 0; i < children; i++) {
      walk(schema, at, path, levels, columns);
    }
  }

  private static @Nullable Column find(
      List<Column> columns, Set<String> names, List<Integer> types, @Nullable Path required)
      throws IOException {
    List<Column> found =
        columns.stream()
            .filter(column -> names.contains(column.path()) && types.contains(column.type()))
            .toList();
    if (found.isEmpty() && required != null) {
      throw new IOException(
          "it has no column of images (image.bytes, image, img, bytes, jpg or png of bytes); its"
              + " columns are "
              + String.join(", ", columns.stream().map(Column::path).toList()));
    }
    return found.isEmpty() ? null : found.get(0);
  }

  private static List<Long> labels(Path file, Fields chunk, Column column) throws IOException {
    List<Long> labels = new ArrayList<>();
    for (ParquetPage page : pages(file, chunk, column.levels())) {
      for (long label : page.numbers(column.type() == INT64 ? 8 : 4)) {
        labels.add(label);
      }
    }
    return labels;
  }

  /** The data pages of a column in a group of rows. */
  private static List<ParquetPage> pages(Path file, Fields chunk, int levels) throws IOException {
    Fields about = chunk.required(3);
    long values = about.number(5, 0);
    long first = about.number(9, -1);
    long dictionaryAt = about.number(11, -1);
    long at = dictionaryAt > 0 ? Math.min(dictionaryAt, first) : first;
    List<ParquetPage> pages = new ArrayList<>();
    ParquetPage dictionary = null;
    long seen = 0;
    while (seen < values) {
      ByteBuffer bytes = FileRange.buffer(file, at, HEADER_BYTES);
      Fields header = new ThriftReader(bytes).read();
      ParquetPage page =
          new ParquetPage(
              file, at + bytes.position(), header, (int) about.number(4, 0), levels, dictionary);
      if (page.isDictionary()) {
        dictionary = page;
      } else if (page.isData()) {
        pages.add(page);
        seen += page.rows();
      }
      at = page.end();
    }
    return pages;
  }

  /** The names that Hugging Face's library writes down with the features. */
  private static List<String> classNames(Fields footer, String label) {
    for (Fields pair : footer.structures(5)) {
      if (new String(pair.text(1), StandardCharsets.UTF_8).equals("huggingface")) {
        try {
          List<String> names = new ArrayList<>();
          JsonNode features = JSON.readTree(pair.text(2)).path("info").path("features");
          features.path(label).path("names").forEach(name -> names.add(name.asString()));
          return names;
        } catch (JacksonException e) {
          return List.of();
        }
      }
    }
    return List.of();
  }
}
