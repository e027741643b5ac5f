package io.diptych.data;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The image files under a folder, by their names, sorted by their paths.
 *
 * @param images files with the extension of an image
 * @param ignored how many other files there are
 */
record ImageFiles(List<Path> images, int ignored) {
  private static final List<String> EXTENSIONS =
      List.of("jpg", "jpeg", "png", "bmp", "gif", "ppm", "pgm", "tif", "tiff", "webp");

  /** Looks into a folder, following links, and if asked into all folders below it. */
  static ImageFiles in(Path dir, boolean recursive) {
    Walk walk = new Walk(dir);
    try {
      Files.walkFileTree(
          dir, EnumSet.of(FileVisitOption.FOLLOW_LINKS), recursive ? Integer.MAX_VALUE : 1, walk);
    } catch (IOException e) {
      throw new DataException(dir + ": cannot be listed: " + Failures.reason(e), e);
    }
    walk.images.sort(
        Comparator.comparing(path -> dir.relativize(path).toString().replace('\\', '/')));
    return new ImageFiles(List.copyOf(walk.images), walk.ignored);
  }

  static boolean hidden(String name) {
    return name.startsWith(".");
  }

  static String extensions() {
    return String.join(", ", EXTENSIONS);
  }

  private static boolean isImage(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return !hidden(name) && dot > 0 && isExtension(name.substring(dot + 1));
  }

  /** Returns whether files of this extension are images. */
  static boolean isExtension(String extension) {
    return EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }

  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<Path> images = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();
    private int ignored;

    Walk(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
        throws IOException {
      boolean hidden = !dir.equals(root) && hidden(String.valueOf(dir.getFileName()));
      // Links can lead to one folder by many ways, which would multiply its images.
      return hidden || !seen.add(dir.toRealPath())
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isDirectory()) {
        return FileVisitResult.CONTINUE; // below the depth asked for
      }
      // Reading a pipe or a device would wait for ever, whatever its name. A link is seen as such
      // only if it leads nowhere: reading it fails later, and is treated as any broken image.
      boolean readable = attributes.isRegularFile() || attributes.isSymbolicLink();
      if (isImage(file) && readable) {
        images.add(file);
      } else {
        ignored++;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof FileSystemLoopException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }
}
