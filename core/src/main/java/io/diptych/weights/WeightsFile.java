package io.diptych.weights;

import io.diptych.pickle.NumpyArray;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file of weights in any format that is read here, open: its dictionaries of tensors. */
public final class WeightsFile implements Closeable {
  private static final int MAX_DEPTH = 5;
  private static final int PICKLE_PROTOCOL = 0x80;

  private final Map<String, Map<String, StoredTensor>> dictionaries = new LinkedHashMap<>();
  private final Path file;
  private final Map<String, String> texts;
  private final Closeable opened;

  /**
   * Opens a file, and finds out its format by its first bytes.
   *
   * @throws WeightsException if the format is unknown or the file damaged
   * @throws IOException if it cannot be read
   */
  public static WeightsFile open(Path file) throws IOException {
    Format format;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      format = format(channel);
    }
    return switch (format) {
      case TORCH -> {
        TorchFile torch = TorchFile.open(file);
        yield new WeightsFile(file, torch.root(), torch.texts(), torch);
      }
      case SAFETENSORS -> {
        SafetensorsFile safetensors = SafetensorsFile.open(file);
        yield new WeightsFile(file, safetensors.tensors(), safetensors.metadata(), safetensors);
      }
      case PICKLE -> new WeightsFile(file, DetectronFile.read(file), Map.of(), () -> {});
      case UNKNOWN ->
          throw new WeightsException(
              file, "starts neither as safetensors nor as a file of PyTorch or Detectron2 does");
    };
  }

  private enum Format {
    TORCH,
    SAFETENSORS,
    PICKLE,
    UNKNOWN
  }

  private static Format format(FileChannel channel) throws IOException {
    if (TorchArchive.isOne(channel) || TorchStream.isOne(channel)) {
      return Format.TORCH;
    }
    ByteBuffer start = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
    int read = channel.read(start, 0);
    if (read == start.capacity() && start.get(8) == '{' && start.getLong(0) > 0) {
      return Format.SAFETENSORS;
    }
    return read > 0 && (start.get(0) & 0xff) == PICKLE_PROTOCOL ? Format.PICKLE : Format.UNKNOWN;
  }

  private WeightsFile(
      Path file, @Nullable Object root, Map<String, String> texts, Closeable opened) {
    this.file = file;
    this.texts = texts;
    this.opened = opened;
    collect("", root, 0, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  /**
   * Returns every dictionary that holds tensors under names, by the keys on the way to it, with
   * dots between them; the outermost has no key.
   */
  public Map<String, Map<String, StoredTensor>> dictionaries() {
    return Collections.unmodifiableMap(dictionaries);
  }

  /** Returns the texts beside the tensors. */
  public Map<String, String> texts() {
    return Collections.unmodifiableMap(texts);
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }

  /** A dictionary may hold itself, so each is visited once. */
  private void collect(String path, @Nullable Object value, int depth, Set<Object> visited) {
    if (!(value instanceof Map<?, ?> map) || depth > MAX_DEPTH || !visited.add(map)) {
      return;
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    map.forEach(
        (key, held) -> {
          if (key instanceof String name) {
            if (held instanceof StoredTensor tensor) {
              tensors.put(name, tensor);
            } else if (held instanceof NumpyArray array) {
              tensors.put(name, new ArrayTensor(file, array));
            }
          }
        });
    if (!tensors.isEmpty()) {
      dictionaries.put(path, tensors);
    }
    map.forEach(
        (key, held) ->
            collect(path.isEmpty() ? "" + key : path + "." + key, held, depth + 1, visited));
  }
}
