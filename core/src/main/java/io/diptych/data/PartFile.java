package io.diptych.data;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * The part of a download that has arrived, {@code NAME.part}, with a note beside it of which
 * version of the file it belongs to ({@code NAME.part.etag}). Locked while it is open.
 */
final class PartFile implements Closeable {
  private final Path path;
  private final Path note;
  private final FileChannel channel;

  private PartFile(Path path, Path note, FileChannel channel) {
    this.path = path;
    this.note = note;
    this.channel = channel;
  }

  /** Opens what an earlier download left, or begins an empty one. */
  static PartFile open(Path target) throws IOException {
    Path path = target.resolveSibling(target.getFileName() + ".part");
    Path note = target.resolveSibling(target.getFileName() + ".part.etag");
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new PartFile(path, note, channel);
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this program: the same as another program.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new DataException(path + ": another download of this file is running");
  }

  Path path() {
    return path;
  }

  long length() throws IOException {
    return channel.size();
  }

  /** Notes which version of the file at a place the bytes belong to. */
  void remember(URI source, String etag) throws IOException {
    Files.write(note, List.of(source.toString(), etag));
  }

  /** The version of the file at this place that the bytes belong to, if it is known. */
  Optional<String> etag(URI source) {
    try {
      List<String> lines = Files.readAllLines(note);
      boolean known = lines.size() == 2 && lines.get(0).equals(source.toString());
      return known ? Optional.of(lines.get(1)) : Optional.empty();
    } catch (IOException e) {
      // No note, or no readable one: the checksum will tell.
      return Optional.empty();
    }
  }

  void append(ByteBuffer bytes) throws IOException {
    channel.position(channel.size());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Throws away everything that has arrived. */
  void clear() throws IOException {
    channel.truncate(0);
    Files.deleteIfExists(note);
  }

  /** Makes this the finished file, in one step. */
  void moveTo(Path target) throws IOException {
    channel.force(true);
    channel.close();
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(note);
  }

  /** Keeps what has arrived for the next time, if it is anything. */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      boolean empty = channel.size() == 0;
      channel.close();
      if (empty) {
        Files.deleteIfExists(path);
        Files.deleteIfExists(note);
      }
    }
  }
}
