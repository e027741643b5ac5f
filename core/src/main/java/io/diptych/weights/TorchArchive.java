package io.diptych.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import net.razorvine.pickle.PickleException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's format since 1.6: a zip archive of entries that are not compressed. One, {@code
 * data.pkl}, is a pickle; each of the others in {@code data/} is a storage.
 */
final class TorchArchive {
  /** What {@link TorchWriter} calls the entry with its texts. */
  static final String TEXTS = "diptych.json";

  private static final String PICKLE = "data.pkl";
  private static final long MAX_PICKLE = 1L << 28;
  private static final int MAX_TEXT = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();
  private final Map<String, TorchStorage> storages = new HashMap<>();
  private final String folder;

  static boolean isOne(FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(4);
    channel.read(start, 0);
    return start.getInt(0) == 0x504b0304;
  }

  TorchArchive(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    try (SeekableByteChannel own = Files.newByteChannel(file);
        ZipFile zip = ZipFile.builder().setSeekableByteChannel(own).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        entries.put(entry.getName(), entry);
      }
    } catch (IOException | RuntimeException e) {
      throw wrong(
          "is no whole zip archive of "
              + channel.size()
              + " bytes: "
              + firstLine(e)
              + "; cut short or damaged");
    }
    String pickle =
        entries.keySet().stream()
            .filter(name -> name.endsWith("/" + PICKLE) || name.equals(PICKLE))
            .min((a, b) -> Integer.compare(a.length(), b.length()))
            .orElseThrow(() -> wrong("is a zip archive without " + PICKLE + ": not of PyTorch"));
    folder = pickle.substring(0, pickle.length() - PICKLE.length());
    if (entries.containsKey(folder + "constants.pkl")) {
      throw wrong("is a TorchScript program; save its state_dict() by torch.save in Python");
    }
    String order = text("byteorder");
    if (order != null && !order.strip().equals("little")) {
      throw wrong("is in byte order '" + order.strip() + "'; only little is read");
    }
  }

  /** Returns what was saved. */
  @Nullable Object root() throws IOException {
    ZipArchiveEntry entry = stored(folder + PICKLE);
    if (entry.getSize() > MAX_PICKLE) {
      throw wrong(PICKLE + " has " + entry.getSize() + " bytes, more than any model needs");
    }
    check(entry);
    return new TorchPickle(
            file, channel, PICKLE, entry.getDataOffset(), entry.getSize(), this::storage)
        .next();
  }

  /** Returns the texts that {@link TorchWriter} left, or null. */
  @Nullable String texts() throws IOException {
    return text(TEXTS);
  }

  private @Nullable String text(String name) throws IOException {
    if (!entries.containsKey(folder + name)) {
      return null;
    }
    ZipArchiveEntry entry = stored(folder + name);
    if (entry.getSize() > MAX_TEXT) {
      throw wrong(name + " has " + entry.getSize() + " bytes, more than " + MAX_TEXT);
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.getSize());
    channel.read(bytes, entry.getDataOffset());
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private Object storage(Object identifier) {
    Object[] parts = (Object[]) identifier;
    TorchType type = TorchPickle.type(parts);
    String key = String.valueOf(parts[2]);
    long elements = ((Number) parts[4]).longValue();
    TorchStorage known = storages.get(key);
    if (known != null && known.type() == type && known.elements() == elements) {
      return known;
    }
    try {
      ZipArchiveEntry entry = stored(folder + "data/" + key);
      if (elements < 0 || elements > entry.getSize() / type.bytes()) {
        throw new PickleException(
            "storage "
                + key
                + " has "
                + entry.getSize()
                + " bytes, not "
                + elements
                + " elements of "
                + type.bytes());
      }
      long crc = elements * type.bytes() == entry.getSize() ? Math.max(0, entry.getCrc()) : 0;
      TorchStorage storage = new TorchStorage(file, channel, "storage " + key, type, elements);
      storage.place(entry.getDataOffset(), crc);
      storages.put(key, storage);
      return storage;
    } catch (IOException | WeightsException e) {
      throw new PickleException(firstLine(e));
    }
  }

  /** Returns an entry that is wholly there and not compressed. */
  private ZipArchiveEntry stored(String name) throws IOException {
    ZipArchiveEntry entry = entries.get(name);
    if (entry == null) {
      throw wrong("has no entry " + name + ": cut short or damaged");
    }
    if (entry.getMethod() != ZipArchiveEntry.STORED
        || entry.getGeneralPurposeBit().usesEncryption()) {
      throw wrong("entry " + name + " is compressed or encrypted, which PyTorch never does");
    }
    long start = entry.getDataOffset();
    if (start < 0 || entry.getSize() < 0 || entry.getSize() > channel.size() - start) {
      throw wrong(
          "entry "
              + name
              + " of "
              + entry.getSize()
              + " bytes at byte "
              + start
              + " does not fit a file of "
              + channel.size()
              + ": cut short or damaged");
    }
    return entry;
  }

  private void check(ZipArchiveEntry entry) throws IOException {
    CRC32 crc = new CRC32();
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.getSize());
    channel.read(bytes, entry.getDataOffset());
    crc.update(bytes.flip());
    // PyTorch can be told not to compute checksums; it writes 0 then.
    if (entry.getCrc() > 0 && crc.getValue() != entry.getCrc()) {
      throw wrong(
          "entry "
              + entry.getName()
              + " at byte "
              + entry.getDataOffset()
              + " is damaged: its CRC-32 is another");
    }
  }

  private static String firstLine(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }

  private WeightsException wrong(String problem) {
    return new WeightsException(file, problem);
  }
}
