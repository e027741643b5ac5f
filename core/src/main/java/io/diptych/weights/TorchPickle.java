package io.diptych.weights;

import io.diptych.pickle.NumpyArray;
import io.diptych.pickle.PlainUnpickler;
import io.diptych.pickle.PlainUnpickler.Word;
import io.diptych.pickle.UnreadablePickleException;
import io.diptych.pickle.Vocabulary;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import net.razorvine.pickle.PickleException;
import org.jspecify.annotations.Nullable;

/** The pickles in a file of PyTorch, and what they may name. */
final class TorchPickle {
  private static final Vocabulary VOCABULARY = vocabulary();
  private static final String REFUSED = "it asks for ";

  private final Path file;
  private final String part;
  private final long start;
  private final PlainUnpickler pickles;

  /**
   * The pickles in a range of a file.
   *
   * @param part what messages call the range, empty for the whole file
   * @param storages finds the storage that a persistent identifier means
   */
  TorchPickle(
      Path file,
      FileChannel channel,
      String part,
      long start,
      long length,
      PlainUnpickler.References storages) {
    this.file = file;
    this.part = part.isEmpty() ? "" : part + " ";
    this.start = start;
    InputStream in = new BufferedInputStream(new Range(channel, start, length), 1 << 16);
    this.pickles = new PlainUnpickler(in, length, VOCABULARY, storages);
  }

  /**
   * Reads the next value.
   *
   * @throws WeightsException if there is none
   */
  @Nullable Object next() {
    try {
      return pickles.next();
    } catch (UnreadablePickleException e) {
      String message = String.valueOf(e.getMessage());
      throw new WeightsException(
          file,
          part
              + message
              + (message.contains(REFUSED)
                  ? "; if the file is yours, save model.state_dict() alone in Python"
                  : "; it is damaged, or no file of PyTorch"));
    }
  }

  /** Returns where in the file the last value ended. */
  long position() {
    return start + pickles.position();
  }

  /**
   * Returns the type that a persistent identifier gives its storage.
   *
   * @throws PickleException if it is none of a storage
   */
  static TorchType type(Object[] identifier) {
    if (identifier.length >= 5
        && "storage".equals(identifier[0])
        && identifier[1] instanceof Word word) {
      TorchType type = TorchType.named(word.name());
      if (type != null) {
        return type;
      }
    }
    throw new PickleException("it refers to something that is no storage");
  }

  private static Vocabulary vocabulary() {
    Vocabulary words =
        NumpyArray.VOCABULARY
            .with(
                "torch._utils._rebuild_tensor torch._utils._rebuild_tensor_v2", TorchPickle::tensor)
            .with("torch._utils._rebuild_tensor_v3", TorchPickle::typedTensor)
            .with(
                "torch._utils._rebuild_parameter torch._utils._rebuild_parameter_with_state",
                arguments -> arguments[0])
            .with(
                "torch._tensor._rebuild_from_type_v2",
                arguments -> ((Word) arguments[0]).maker().make((Object[]) arguments[2]))
            .with("torch.Tensor torch.nn.parameter.Parameter", TorchPickle::noValue)
            .with("torch.Size", arguments -> arguments.length == 0 ? arguments : arguments[0])
            .with("torch.device", arguments -> String.valueOf(arguments[0]))
            .with("copyreg._reconstructor copy_reg._reconstructor", TorchPickle::instance)
            .with("builtins.object __builtin__.object", TorchPickle::noValue)
            .with("pathlib.PosixPath pathlib.WindowsPath", TorchPickle::path)
            .with(
                "torch.storage.UntypedStorage torch.storage._UntypedStorage", TorchPickle::noValue);
    for (TorchType type : TorchType.values()) {
      String names = "torch." + type.storageName() + " torch." + type.dtypeName();
      words = words.with(names, TorchPickle::noValue);
    }
    return words;
  }

  private static Object noValue(@Nullable Object[] arguments) {
    throw new PickleException("it calls something that makes no plain value");
  }

  /** Protocol 0 and 1 make objects by a function: class, base class, state of the base. */
  private static @Nullable Object instance(@Nullable Object[] arguments) {
    return ((Word) arguments[0]).maker().make(new Object[0]);
  }

  private static Object path(@Nullable Object[] parts) {
    return String.join("/", Arrays.stream(parts).map(String::valueOf).toList());
  }

  /** Storage, offset, sizes, strides, and more that does not matter. */
  private static Object tensor(@Nullable Object[] arguments) {
    TorchStorage storage = (TorchStorage) arguments[0];
    return view(storage, storage.type(), arguments);
  }

  /** Storage, offset, sizes, strides, needs a gradient, hooks, type. */
  private static Object typedTensor(@Nullable Object[] arguments) {
    TorchType type = TorchType.named(((Word) arguments[6]).name());
    if (type == null) {
      throw new PickleException("a tensor has no type");
    }
    return view((TorchStorage) arguments[0], type, arguments);
  }

  private static Object view(TorchStorage storage, TorchType type, @Nullable Object[] arguments) {
    return new TorchTensor(
        storage,
        type,
        ((Number) arguments[1]).longValue(),
        longs(arguments[2]),
        longs(arguments[3]));
  }

  private static long[] longs(Object tuple) {
    return Arrays.stream((Object[]) tuple).mapToLong(n -> ((Number) n).longValue()).toArray();
  }

  /** A range of a file as a stream. */
  private static final class Range extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    Range(FileChannel channel, long start, long length) {
      this.channel = channel;
      this.position = start;
      this.end = start + length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int count) throws IOException {
      if (position >= end) {
        return -1;
      }
      int wanted = (int) Math.min(count, end - position);
      int read = channel.read(ByteBuffer.wrap(to, offset, wanted), position);
      position += Math.max(0, read);
      return read;
    }
  }
}
