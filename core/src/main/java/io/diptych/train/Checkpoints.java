package io.diptych.train;

import io.diptych.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints of a run: {@code last.safetensors}, the ones before it as {@code
 * step-12.safetensors}, those kept for good as {@code epoch-3.safetensors}, and {@code
 * best.safetensors}, that of the epoch with the lowest loss. Files are only ever replaced as a
 * whole, so those that are equal share their place on the disk where it knows hard links.
 */
public final class Checkpoints {
  private static final String SUFFIX = ".safetensors";
  private static final String LAST = "last" + SUFFIX;
  private static final String BEST = "best" + SUFFIX;
  private static final String STEP = "step-";
  private static final Pattern NUMBERED = Pattern.compile("(step|epoch)-(\\d{1,18})\\.safetensors");
  private static final long NONE = -1;

  private final Path directory;
  private final TrainSettings settings;
  private long lastStep = NONE;

  /**
   * A checkpoint that can be read.
   *
   * @param file where it is
   * @param checkpoint what it holds
   */
  public record Found(Path file, Checkpoint checkpoint) {}

  Checkpoints(Path directory, TrainSettings settings) {
    this.directory = directory;
    this.settings = settings;
  }

  /** Returns the file that is written last, in a directory of checkpoints. */
  static Path last(Path directory) {
    return directory.resolve(LAST);
  }

  /**
   * Reads the newest checkpoint that is whole.
   *
   * @param directory of the checkpoints
   * @param notice is told, in a line, if that is not the last one, and why
   * @return null if there is none at all
   * @throws WeightsException if there are some but none is whole: what is wrong with the last
   * @throws IOException if the directory cannot be read
   */
  public static @Nullable Found newest(Path directory, Consumer<String> notice) throws IOException {
    RuntimeException damage = null;
    for (Path file : newestFirst(directory)) {
      try {
        Checkpoint checkpoint = Checkpoint.read(file);
        checkpoint.step();
        if (damage != null || !file.endsWith(LAST)) {
          notice.accept(
              (damage == null ? last(directory) + ": is missing" : damage.getMessage())
                  + "; taking "
                  + file.getFileName()
                  + ", the checkpoint before it, of step "
                  + checkpoint.step());
        }
        return new Found(file, checkpoint);
      } catch (IOException | RuntimeException e) {
        if (damage == null) {
          damage = damage(file, e);
        }
      }
    }
    if (damage != null) {
      throw damage;
    }
    return null;
  }

  private static RuntimeException damage(Path file, Exception e) {
    return e instanceof WeightsException known
        ? known
        : new WeightsException(file, String.valueOf(e.getMessage()));
  }

  /** Returns the last checkpoint, then those before it, then those kept for other reasons. */
  private static List<Path> newestFirst(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.exists(last(directory))) {
      files.add(last(directory));
    }
    files.addAll(numbered(directory, "step"));
    files.addAll(numbered(directory, "epoch"));
    if (Files.exists(directory.resolve(BEST))) {
      files.add(directory.resolve(BEST));
    }
    return files;
  }

  private static List<Path> numbered(Path directory, String kind) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(kind) && number(file) >= 0)
          .sorted(Comparator.comparingLong(Checkpoints::number).reversed())
          .toList();
    }
  }

  private static long number(Path file) {
    Matcher matcher = NUMBERED.matcher(file.getFileName().toString());
    return matcher.matches() ? Long.parseLong(matcher.group(2)) : NONE;
  }

  /** Says which checkpoint the run goes on from: the last one is kept only if it is whole. */
  void resumedFrom(Found found) {
    lastStep = found.file().endsWith(LAST) ? found.checkpoint().step() : NONE;
  }

  /** Returns whether the checkpoint of an epoch is kept for good. */
  boolean keeps(int epoch) {
    return settings.keepEvery() > 0 && epoch > 0 && epoch % settings.keepEvery() == 0;
  }

  /**
   * Saves a checkpoint. Whatever fails, the last one before stays.
   *
   * @param endedEpoch the number of epochs made, if it ends one; else 0
   * @param best whether that epoch is the best so far
   */
  void save(Checkpoint checkpoint, int endedEpoch, boolean best) throws IOException {
    if (settings.keepLast() > 1 && lastStep != NONE && lastStep != checkpoint.step()) {
      share(LAST, STEP + lastStep + SUFFIX);
    }
    checkpoint.write(last(directory));
    lastStep = checkpoint.step();
    if (best) {
      share(LAST, BEST);
    }
    if (keeps(endedEpoch)) {
      share(LAST, String.format(Locale.ROOT, "epoch-%d%s", endedEpoch, SUFFIX));
    }
    List<Path> before = numbered(directory, "step");
    for (Path old :
        before.subList(Math.min(before.size(), settings.keepLast() - 1), before.size())) {
      Files.deleteIfExists(old);
    }
  }

  /** Gives a file a second name, in place of what had it. */
  private void share(String from, String to) throws IOException {
    Path beside = directory.resolve(to + ".tmp");
    Files.deleteIfExists(beside);
    try {
      try {
        Files.createLink(beside, directory.resolve(from));
      } catch (UnsupportedOperationException | IOException e) {
        Files.copy(directory.resolve(from), beside, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(
          beside,
          directory.resolve(to),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside); // A rename between two names of one file does nothing.
    }
  }
}
