package io.diptych.data;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads the files of a tar archive, plain or gzip, one after the other. */
final class TarFiles {
  private TarFiles() {}

  /**
   * Gives each regular file of an archive to a visitor, which may read it once.
   *
   * @param visitor is given the entry's name and the file
   * @throws DataException if it is no complete archive
   */
  static void visit(Path archive, BiConsumer<String, DataFile> visitor) {
    DataFile file = DataFile.of(archive);
    try (InputStream raw = new BufferedInputStream(file.opener().open(), 1 << 16);
        TarArchiveInputStream tar = new TarArchiveInputStream(decompress(raw))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile()) {
          visitor.accept(entry.getName(), entry(archive, entry, tar));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      String reason = e instanceof IOException io ? Failures.reason(io) : e.getMessage();
      throw new DataException(
          archive + ": cannot be read as a tar archive: " + reason + "; is it incomplete?", e);
    }
  }

  private static InputStream decompress(InputStream raw) throws IOException {
    raw.mark(2);
    boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    return gzip ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16) : raw;
  }

  private static DataFile entry(Path archive, TarArchiveEntry entry, InputStream tar) {
    return new DataFile(
        archive + "!" + entry.getName(),
        entry.getSize(),
        () ->
            new FilterInputStream(tar) {
              @Override
              public void close() {
                // The next entry is read from the same stream.
              }
            });
  }
}
