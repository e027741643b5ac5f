package io.diptych.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds where the records of an LMDB file lie, in the order of their keys: the format of 64-bit
 * systems, the main database, one value for a key. Reads only, and takes no lock: the file must not
 * be changed meanwhile.
 *
 * @see <a href="http://www.lmdb.tech/doc/">LMDB</a>
 */
final class LmdbReader {
  private static final int MAGIC = 0xBEEFC0DE;
  private static final int HEADER = 16;
  private static final int BRANCH = 1;
  private static final int LEAF = 2;
  private static final int BIG = 1;
  private static final int SORTED_DUPLICATES = 4;
  private static final int DEEPEST = 64;
  private static final long NONE = -1;

  private final Path file;
  private final int pageSize;
  private final long length;
  private final Visitor visitor;

  /** Is given each record. */
  interface Visitor {
    /**
     * A record.
     *
     * @param key its key
     * @param offset where its value begins in the file
     * @param length of its value in bytes
     */
    void record(byte[] key, long offset, int length) throws IOException;
  }

  private LmdbReader(Path file, int pageSize, Visitor visitor) throws IOException {
    this.file = file;
    this.pageSize = pageSize;
    this.length = Files.size(file);
    this.visitor = visitor;
  }

  /**
   * Visits all records.
   *
   * @throws IOException if it is no such file, or damaged
   */
  static void visit(Path file, Visitor visitor) throws IOException {
    try {
      ByteBuffer first = read(file, 0, 4096);
      ByteBuffer meta = meta(first, 0);
      int pageSize = meta.getInt(24);
      if (pageSize < 256 || pageSize > 1 << 16) {
        throw new IOException("it has pages of " + pageSize + " bytes");
      }
      ByteBuffer other = meta(read(file, pageSize, 4096), 0);
      ByteBuffer newest = other.getLong(128) > meta.getLong(128) ? other : meta;
      long root = newest.getLong(112);
      if (root != NONE) {
        new LmdbReader(file, pageSize, visitor).page(root, 0);
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      throw new IOException("it is damaged or incomplete", e);
    }
  }

  /** The description that follows a page's header. */
  private static ByteBuffer meta(ByteBuffer page, int at) throws IOException {
    if (page.limit() < at + HEADER + 136 || page.getInt(at + HEADER) != MAGIC) {
      throw new IOException("it does not begin as an LMDB file does");
    }
    return page.slice(at + HEADER, page.limit() - at - HEADER).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void page(long number, int depth) throws IOException {
    long begin = Math.multiplyExact(number, (long) pageSize);
    if (depth > DEEPEST || begin < 0 || begin + pageSize > length) {
      throw new IOException("it is damaged or incomplete");
    }
    ByteBuffer page = read(file, begin, pageSize);
    int flags = page.getShort(10);
    int nodes = ((page.getShort(12) & 0xffff) - HEADER) / 2;
    for (int i = 0; i < nodes; i++) {
      int node = page.getShort(HEADER + 2 * i) & 0xffff;
      long low = (page.getShort(node) & 0xffffL) | (page.getShort(node + 2) & 0xffffL) << 16;
      int nodeFlags = page.getShort(node + 4) & 0xffff;
      if ((flags & BRANCH) != 0) {
        page(low | (long) nodeFlags << 32, depth + 1);
      } else if ((flags & LEAF) != 0) {
        leaf(page, begin, node, low, nodeFlags);
      } else {
        throw new IOException("it is damaged or incomplete");
      }
    }
  }

  private void leaf(ByteBuffer page, long begin, int node, long size, int flags)
      throws IOException {
    if ((flags & ~BIG) != 0) {
      throw new IOException(
          (flags & SORTED_DUPLICATES) != 0
              ? "it has several values for one key"
              : "it holds databases within the database");
    }
    byte[] key = new byte[page.getShort(node + 6) & 0xffff];
    page.get(node + 8, key);
    int data = node + 8 + key.length;
    long offset =
        (flags & BIG) == 0
            ? begin + data
            : Math.multiplyExact(page.getLong(data), (long) pageSize) + HEADER;
    if (offset < 0 || offset + size > length) {
      throw new IOException("it is damaged or incomplete");
    }
    visitor.record(key, offset, Math.toIntExact(size));
  }

  private static ByteBuffer read(Path file, long offset, int length) throws IOException {
    return FileRange.buffer(file, offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
