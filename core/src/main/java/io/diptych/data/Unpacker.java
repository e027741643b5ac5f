package io.diptych.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Unpacks downloaded archives (tar, gzip or zip) beside themselves, each once. */
final class Unpacker {
  private Unpacker() {}

  /** Returns whether a file is an archive, by its name. */
  static boolean isArchive(Path file) {
    String name = file.toString();
    return name.endsWith(".zip") || name.endsWith(".tgz") || name.endsWith(".tar.gz");
  }

  /**
   * Unpacks an archive into its folder, unless that was done before. Interrupted, it starts again
   * the next time.
   *
   * @throws DataException if it is damaged, an entry leads out of the folder, or something cannot
   *     be written
   */
  static void unpack(Path archive) {
    Path dir = archive.toAbsolutePath().getParent();
    Path done = archive.resolveSibling("." + archive.getFileName() + ".unpacked");
    if (dir == null || Files.exists(done)) {
      return;
    }
    try {
      if (archive.toString().endsWith(".zip")) {
        unzip(archive, dir);
      } else {
        TarFiles.visit(archive, (name, file) -> copy(archive, dir, name, file.opener()));
      }
      Files.createFile(done);
    } catch (IOException e) {
      throw new DataException(archive + ": cannot be unpacked: " + Failures.reason(e), e);
    } catch (UncheckedIOException e) {
      throw new DataException(archive + ": cannot be unpacked: " + reason(e), e);
    }
  }

  private static String reason(UncheckedIOException e) {
    return e.getCause() == null ? String.valueOf(e.getMessage()) : Failures.reason(e.getCause());
  }

  private static void unzip(Path archive, Path dir) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (!entry.isDirectory()) {
          copy(archive, dir, entry.getName(), () -> zip.getInputStream(entry));
        }
      }
    }
  }

  private static void copy(Path archive, Path dir, String name, DataFile.Opener opener) {
    Path target = dir.resolve(name).normalize();
    if (!target.startsWith(dir) || target.equals(archive.toAbsolutePath())) {
      throw new DataException(archive + ": its entry '" + name + "' leads out of the folder");
    }
    try (InputStream in = opener.open()) {
      Path parent = target.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
