package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DownloaderTest {
  private static final byte[] CONTENT = IdxFiles.pixels(7, 300_000);

  @TempDir Path dir;
  private FileServer server;
  private final List<Long> received = new ArrayList<>();

  @BeforeEach
  void startServer() throws IOException {
    server = new FileServer(CONTENT);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private static Digest digest(byte[] bytes) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    return Digest.sha256(HexFormat.of().formatHex(digest));
  }

  private RemoteFile file(long size, URI... sources) throws Exception {
    return new RemoteFile("data.gz", size, digest(CONTENT), List.of(sources));
  }

  private RemoteFile file() throws Exception {
    return file(CONTENT.length, server.uri("/data.gz"));
  }

  private Path get(RemoteFile file) {
    Downloader downloader =
        new Downloader(
            (name, done, total) -> received.add(done), Duration.ofMillis(1), Duration.ofSeconds(2));
    return downloader.fetch(file, dir.resolve("made/here"));
  }

  private Path target() {
    return dir.resolve("made/here/data.gz");
  }

  private Path part() {
    return dir.resolve("made/here/data.gz.part");
  }

  private void leavePart(byte[] bytes, int length) throws IOException {
    Files.createDirectories(part().getParent());
    Files.write(part(), Arrays.copyOf(bytes, length));
  }

  private void assertComplete(Path file) throws IOException {
    assertThat(file).isEqualTo(target()).hasBinaryContent(CONTENT);
    assertOnly("data.gz");
  }

  private void assertOnly(String... names) throws IOException {
    try (var files = Files.list(target().getParent())) {
      assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }

  @Test
  void downloadsAWholeFileAndTellsHowFarItIs() throws Exception {
    assertComplete(get(file()));
    assertThat(received).isSorted().startsWith(0L).endsWith((long) CONTENT.length);
    assertThat(server.requests).containsExactly("/data.gz null null");
  }

  @Test
  void aFileThatIsThereIsNotDownloadedAgain() throws Exception {
    get(file());
    assertComplete(get(file()));
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void anotherFileOfThatNameIsLeftAlone() throws Exception {
    Files.createDirectories(target().getParent());
    Files.writeString(target(), "mine");
    assertThatThrownBy(() -> get(file()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            target()
                + ": is there already, but it has 4 bytes, expected 300000;"
                + " move it away to download it");
    assertThat(target()).hasContent("mine");
  }

  @Test
  void goesOnFromWhatAnEarlierRunLeft() throws Exception {
    leavePart(CONTENT, 100_000);
    assertComplete(get(file()));
    assertThat(server.requests).containsExactly("/data.gz bytes=100000- null");
    assertThat(received).startsWith(100_000L);
  }

  @Test
  void goesOnWithinTheRunWhenTheConnectionBreaks() throws Exception {
    server.etag = "\"v1\"";
    server.cuts.addAll(List.of(100_000, 50_000));
    assertComplete(get(file()));
    assertThat(server.requests).hasSize(3);
    assertThat(server.requests.get(0)).isEqualTo("/data.gz null null");
    assertThat(server.requests.subList(1, 3))
        .allSatisfy(request -> assertThat(request).matches("/data.gz bytes=\\d+- \"v1\""));
  }

  @Test
  void goesOnInALaterRunWhenTheServerKeepsBreaking() throws Exception {
    server.etag = "\"v1\"";
    server.cuts.addAll(List.of(100_000, 0, 0, 0, 0, 0));
    assertThatThrownBy(() -> get(file()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("data.gz could not be downloaded: " + server.uri("/data.gz"))
        .hasMessageContaining("the connection broke after ")
        .hasMessageEndingWith("(tried 6 times)");
    assertOnly("data.gz.part", "data.gz.part.etag");
    long arrived = Files.size(part());
    assertThat(arrived).isBetween(1L, 100_000L);
    server.requests.clear();
    assertComplete(get(file()));
    assertThat(server.requests).containsExactly("/data.gz bytes=" + arrived + "- \"v1\"");
  }

  @Test
  void startsAgainWhenTheServersFileHasChanged() throws Exception {
    server.etag = "\"v1\"";
    server.content = IdxFiles.pixels(8, 300_000);
    server.cuts.addAll(List.of(100_000, 0, 0, 0, 0, 0));
    assertThatThrownBy(() -> get(file())).isInstanceOf(DataException.class);
    server.etag = "\"v2\"";
    server.content = CONTENT;
    assertComplete(get(file()));
    // The bytes of the old version were never mixed with the new.
    assertThat(received).endsWith((long) CONTENT.length).contains(0L);
  }

  @Test
  void startsAgainWhenTheServerKnowsNoRanges() throws Exception {
    server.ranges = false;
    leavePart(CONTENT, 100_000);
    assertComplete(get(file()));
    assertThat(received).startsWith(0L);
  }

  @Test
  void startsAgainWhenTheServerSendsAnotherRange() throws Exception {
    server.rangeShift = 1;
    leavePart(CONTENT, 100_000);
    assertComplete(get(file()));
    assertThat(server.requests).hasSize(2);
  }

  @Test
  void startsAgainWhenThePartIsLongerThanTheFile() throws Exception {
    leavePart(CONTENT, 400_000);
    assertComplete(get(file()));
    leavePart(CONTENT, 400_000);
    Files.delete(target());
    // Without a known size it is the server that says so, with status 416.
    assertComplete(get(file(-1, server.uri("/data.gz"))));
    assertThat(server.requests)
        .containsExactly("/data.gz null null", "/data.gz bytes=400000- null", "/data.gz null null");
  }

  @Test
  void aPartThatIsCompleteNeedsNoServer() throws Exception {
    leavePart(CONTENT, CONTENT.length);
    assertComplete(get(file()));
    assertThat(server.requests).isEmpty();
  }

  @Test
  void startsAgainWhenWhatWasLeftTurnsOutWrong() throws Exception {
    leavePart(IdxFiles.pixels(8, 100_000), 100_000);
    assertComplete(get(file()));
    assertThat(server.requests)
        .containsExactly("/data.gz bytes=100000- null", "/data.gz null null");
  }

  @Test
  void refusesAFileWithAnotherChecksumAndKeepsNothingOfIt() throws Exception {
    server.content = IdxFiles.pixels(8, 300_000);
    Digest got = digest(server.content);
    assertThatThrownBy(() -> get(file()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.gz could not be downloaded: "
                + server.uri("/data.gz")
                + ": its "
                + got
                + " is not the expected "
                + digest(CONTENT));
    assertOnly();
    assertThat(server.requests).hasSize(1);
  }

  @Test
  void refusesAFileOfAnotherLengthBeforeReadingIt() throws Exception {
    server.content = Arrays.copyOf(CONTENT, 299_999);
    assertThatThrownBy(() -> get(file()))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("it offers 299999 bytes, expected 300000; it is another file");
    server.content = Arrays.copyOf(CONTENT, 500_000);
    server.lengthKnown = false;
    assertThatThrownBy(() -> get(file()))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("it sends more than 300000 bytes; it is another file");
    assertOnly();
  }

  @Test
  void missingFilesAreNotAskedForTwice() throws Exception {
    server.statuses.add(404);
    assertThatThrownBy(() -> get(file()))
        .isInstanceOf(DataException.class)
        .hasMessage("data.gz could not be downloaded: " + server.uri("/data.gz") + ": HTTP 404");
    assertThat(server.requests).hasSize(1);
    assertOnly();
  }

  @Test
  void overloadedServersAreAskedAgainButNotForEver() throws Exception {
    server.statuses.addAll(List.of(503, 429, 500));
    assertComplete(get(file()));
    Files.delete(target());
    server.statuses.addAll(List.of(503, 503, 503, 503, 503));
    assertThatThrownBy(() -> get(file()))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("HTTP 503 (tried 5 times)");
  }

  @Test
  void goesToTheNextPlaceWhenOneHasNothing() throws Exception {
    server.statuses.add(404);
    assertComplete(get(file(CONTENT.length, server.uri("/first"), server.uri("/second"))));
    assertThat(server.requests).containsExactly("/first null null", "/second null null");
  }

  @Test
  void followsRedirects() throws Exception {
    server.statuses.add(302);
    assertComplete(get(file()));
    assertThat(server.requests).containsExactly("/data.gz null null", "/moved null null");
  }

  @Test
  void asksAgainWhenNothingComesForTooLong() throws Exception {
    server.stall = true;
    server.cuts.add(1000);
    Downloader impatient =
        new Downloader(
            (name, done, total) -> server.stall = done == 0,
            Duration.ofMillis(1),
            Duration.ofMillis(500));
    assertComplete(impatient.fetch(file(), target().getParent()));
    assertThat(server.requests).hasSize(2);
  }

  @Test
  void saysWhenThereIsNoServer() throws Exception {
    URI gone = server.uri("/data.gz");
    server.close();
    assertThatThrownBy(() -> get(file(CONTENT.length, gone)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(gone + ": no connection: ")
        .hasMessageEndingWith("(tried 5 times)");
    URI nowhere = URI.create("http://host.invalid/data.gz");
    assertThatThrownBy(() -> get(file(CONTENT.length, nowhere)))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(nowhere + ": unknown host host.invalid (no network?)");
  }

  @Test
  void saysWhenTheDiskIsTooSmall() throws Exception {
    RemoteFile huge = file(Long.MAX_VALUE, server.uri("/data.gz"));
    assertThatThrownBy(() -> get(huge))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            target().getParent() + ": data.gz needs 9223372036854775807 bytes, but only ");
    assertOnly();
  }

  @Test
  void saysWhenTheDiskIsFull() throws Exception {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "no device that is always full");
    Files.createDirectories(target().getParent());
    Files.createSymbolicLink(part(), full);
    assertThatThrownBy(() -> get(file()))
        .isInstanceOf(DataException.class)
        .hasMessage(target() + ": cannot be written: No space left on device");
    assertThat(target()).doesNotExist();
  }

  @Test
  void twoDownloadsOfOneFileDoNotMix() throws Exception {
    leavePart(CONTENT, 10);
    try (FileChannel other = FileChannel.open(part(), StandardOpenOption.WRITE);
        FileLock lock = other.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> get(file()))
          .isInstanceOf(DataException.class)
          .hasMessage(part() + ": another download of this file is running");
    }
  }

  @Test
  void setsThatCannotBeDownloadedSayWhereTheyComeFrom() {
    Downloader downloader = new Downloader((name, done, total) -> {});
    assertThatThrownBy(() -> downloader.get(DatasetName.SAMPLE, dir))
        .isInstanceOf(DataException.class)
        .hasMessage("sample cannot be downloaded: comes with the diptych command");
  }

  @Test
  void checksumsAndNamesAreChecked() throws Exception {
    assertThatThrownBy(() -> Digest.sha256("abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SHA-256 digest must be 64 lower-case hexadecimal digits, was 'abc'");
    Path file = Files.write(dir.resolve("x"), CONTENT);
    Digest md5 = Digest.md5("0".repeat(32)).of(file);
    assertThat(md5.algorithm()).isEqualTo("MD5");
    assertThat(md5.hex())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(CONTENT)));
    assertThatThrownBy(
            () -> new RemoteFile("../x", 1, md5, List.of(URI.create("http://localhost/x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'../x' is not a plain file name");
  }
}
