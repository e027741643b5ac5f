package io.diptych.data;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Downloads files whose checksums are known. A file appears under its name only when it is complete
 * and right; until then it grows as {@code NAME.part}, from which an interrupted download goes on,
 * in this run or a later one.
 */
public final class Downloader {
  /** Tries at one place without a new byte. */
  private static final int MAX_FAILURES = 5;

  /** Tries at one place in all. */
  private static final int MAX_TRIES = 50;

  private final Progress progress;
  private final Duration firstPause;
  private final Duration patience;
  private final HttpClient client;

  /** Is told how far a download is. */
  @FunctionalInterface
  public interface Progress {

    /**
     * Is called for every few kilobytes, on the thread that downloads.
     *
     * @param file name of the file
     * @param received bytes that have arrived, those of earlier runs included
     * @param total bytes of the whole file, or -1 if unknown
     */
    void update(String file, long received, long total);
  }

  /**
   * Makes a downloader that gives up on a silent server after a minute, and tries again after 1, 2,
   * 4 and 8 seconds.
   *
   * @param progress is told how far it is
   */
  public Downloader(Progress progress) {
    this(progress, Duration.ofSeconds(1), Duration.ofSeconds(60));
  }

  Downloader(Progress progress, Duration firstPause, Duration patience) {
    this.progress = progress;
    this.firstPause = firstPause;
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /**
   * Downloads all files of a data set that are not there yet, and unpacks archives of photographs.
   *
   * @param name which set
   * @param dir where to, made if need be; {@link Datasets#home} is where the set is found again
   * @return the files
   * @throws DataException if the set cannot be downloaded, a file cannot be had or is not the one
   *     expected, or cannot be written
   */
  public List<Path> get(DatasetName name, Path dir) {
    DatasetInfo info = Datasets.info(name);
    if (info.download().isEmpty()) {
      throw new DataException(name.key() + " cannot be downloaded: " + info.origin());
    }
    List<Path> files = info.download().stream().map(file -> fetch(file, dir)).toList();
    if (name.isUnpacked()) {
      files.stream().filter(Unpacker::isArchive).forEach(Unpacker::unpack);
    }
    return files;
  }

  /**
   * Downloads a file, unless it is there already.
   *
   * @param file which file
   * @param dir where to, made if need be
   * @return the file
   * @throws DataException if it cannot be had from any of its places, or is not the one expected,
   *     or cannot be written
   */
  public Path fetch(RemoteFile file, Path dir) {
    Path target = dir.resolve(file.name());
    try {
      if (Files.exists(target)) {
        checkExisting(file, target);
        return target;
      }
      Files.createDirectories(dir);
      try (PartFile part = PartFile.open(target)) {
        checkSpace(file, part, dir);
        download(file, part);
        part.moveTo(target);
      }
      return target;
    } catch (IOException e) {
      throw new DataException(target + ": cannot be written: " + Failures.reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException(target + ": download interrupted; it goes on the next time", e);
    }
  }

  private static void checkExisting(RemoteFile file, Path target) throws IOException {
    Optional<String> wrong = wrong(file, target);
    if (wrong.isPresent()) {
      throw new DataException(
          target + ": is there already, but " + wrong.get() + "; move it away to download it");
    }
  }

  private static void checkSpace(RemoteFile file, PartFile part, Path dir) throws IOException {
    long missing = file.size() - part.length();
    long free = Files.getFileStore(dir).getUsableSpace();
    if (missing > free) {
      throw new DataException(
          dir
              + ": "
              + file.name()
              + " needs "
              + missing
              + " bytes, but only "
              + free
              + " are free");
    }
  }

  private void download(RemoteFile file, PartFile part) throws IOException, InterruptedException {
    Transfer transfer =
        new Transfer(
            client,
            patience,
            file,
            part,
            received -> progress.update(file.name(), received, file.size()));
    List<String> problems = new ArrayList<>();
    for (URI source : file.sources()) {
      Optional<String> problem = download(file, part, transfer, source);
      if (problem.isEmpty()) {
        return;
      }
      problems.add(source + ": " + problem.get());
    }
    throw new DataException(
        file.name() + " could not be downloaded: " + String.join("; ", problems));
  }

  /** Empty if the whole, right file has come. */
  private Optional<String> download(RemoteFile file, PartFile part, Transfer transfer, URI source)
      throws IOException, InterruptedException {
    int failures = 0;
    for (int tries = 1; ; tries++) {
      long before = part.length();
      Transfer.Outcome outcome = transfer.run(source);
      if (outcome.kind() == Transfer.Kind.PERMANENT) {
        return Optional.of(outcome.reason());
      }
      String reason = outcome.reason();
      if (outcome.kind() == Transfer.Kind.COMPLETE) {
        Optional<String> wrong = wrong(file, part.path());
        if (wrong.isEmpty()) {
          return wrong;
        }
        part.clear();
        if (before == 0) {
          return wrong;
        }
        // What earlier requests left may be what is wrong: once more from the start.
        reason = wrong.get();
      }
      failures = part.length() > before ? 0 : failures + 1;
      if (failures == MAX_FAILURES || tries == MAX_TRIES) {
        return Optional.of(reason + " (tried " + tries + " times)");
      }
      TimeUnit.MILLISECONDS.sleep(firstPause.toMillis() << Math.max(0, failures - 1));
    }
  }

  /** What is wrong with a file, if anything is. */
  private static Optional<String> wrong(RemoteFile file, Path path) throws IOException {
    long size = Files.size(path);
    if (file.size() >= 0 && size != file.size()) {
      return Optional.of("it has " + size + " bytes, expected " + file.size());
    }
    Digest digest = file.digest().of(path);
    return digest.equals(file.digest())
        ? Optional.empty()
        : Optional.of("its " + digest + " is not the expected " + file.digest());
  }
}
