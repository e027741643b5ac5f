package io.diptych.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.PickleException;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's format before 1.6: pickles of a magic number, the version, facts of the machine, the
 * value and the keys of its storages, then each storage: how many elements it has, and these.
 */
final class TorchStream {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int VERSION = 1001;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, TorchStorage> storages = new LinkedHashMap<>();

  TorchStream(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Returns whether the file starts as one of these does. */
  static boolean isOne(FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(4);
    channel.read(start, 0);
    // The protocol, and an integer of ten bytes.
    return start.getShort(2) == (short) 0x8a0a && start.get(0) == (byte) 0x80;
  }

  /** Returns what was saved. */
  @Nullable Object root() throws IOException {
    TorchPickle pickles = new TorchPickle(file, channel, "", 0, channel.size(), this::storage);
    if (!MAGIC.equals(pickles.next())) {
      throw wrong("does not start with PyTorch's magic number: not a file of torch.save");
    }
    if (!(pickles.next() instanceof Number version) || version.intValue() != VERSION) {
      throw wrong("is of an unknown version of PyTorch's older format");
    }
    if (!(pickles.next() instanceof Map<?, ?> machine)
        || !Boolean.TRUE.equals(machine.get("little_endian"))) {
      throw wrong("was not written on a little-endian machine");
    }
    Object root = pickles.next();
    if (!(pickles.next() instanceof List<?> keys)) {
      throw wrong("has no list of its storages at byte " + pickles.position());
    }
    place(keys, pickles.position());
    return root;
  }

  private void place(List<?> keys, long start) throws IOException {
    long position = start;
    for (Object key : keys) {
      TorchStorage storage = storages.get(String.valueOf(key));
      if (storage == null) {
        throw wrong("lists a storage " + key + " that nothing refers to");
      }
      ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      if (channel.read(count, position) < Long.BYTES) {
        throw wrong("ends at byte " + channel.size() + ", before " + storage.name());
      }
      if (count.getLong(0) != storage.elements()) {
        throw wrong(
            storage.name()
                + " has "
                + count.getLong(0)
                + " elements at byte "
                + position
                + ", expected "
                + storage.elements());
      }
      position += Long.BYTES;
      storage.place(position, 0);
      position += storage.elements() * storage.type().bytes();
    }
  }

  private Object storage(Object identifier) {
    Object[] parts = (Object[]) identifier;
    TorchType type = TorchPickle.type(parts);
    if (parts.length > 5 && parts[5] != null) {
      throw new PickleException("it refers to a view of a storage, as PyTorch before 0.4 wrote");
    }
    String key = String.valueOf(parts[2]);
    long elements = ((Number) parts[4]).longValue();
    TorchStorage storage = storages.get(key);
    if (storage == null) {
      storage = new TorchStorage(file, channel, "storage " + key, type, elements);
      storages.put(key, storage);
    } else if (storage.type() != type || storage.elements() != elements) {
      throw new PickleException("it refers to storage " + key + " in two ways");
    }
    return storage;
  }

  private WeightsException wrong(String problem) {
    return new WeightsException(file, problem);
  }
}
