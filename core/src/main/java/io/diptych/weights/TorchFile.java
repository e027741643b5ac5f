package io.diptych.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A file that PyTorch's {@code torch.save} wrote, open: the tree of its values, in which tensors
 * are {@link StoredTensor}s. Both formats are read, the archive and the older stream of pickles.
 * Nothing in a file is executed; dictionaries are {@link java.util.Map}s, lists {@link
 * java.util.List}s, tuples {@code Object[]}, an {@code argparse.Namespace} is a map of its
 * attributes.
 */
public final class TorchFile implements Closeable {
  private final FileChannel channel;
  private final @Nullable Object root;
  private final Map<String, String> texts;

  /**
   * Opens a file.
   *
   * @throws WeightsException if it is damaged, of another format, or asks for something refused
   * @throws IOException if it cannot be read
   */
  public static TorchFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new TorchFile(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private TorchFile(Path file, FileChannel channel) throws IOException {
    this.channel = channel;
    if (TorchArchive.isOne(channel)) {
      TorchArchive archive = new TorchArchive(file, channel);
      root = archive.root();
      texts = parse(file, archive.texts());
    } else {
      root = new TorchStream(file, channel).root();
      texts = Map.of();
    }
  }

  /** Returns what was saved. */
  public @Nullable Object root() {
    return root;
  }

  /** Returns the texts that {@link TorchWriter} left beside the values. */
  Map<String, String> texts() {
    return texts;
  }

  private static Map<String, String> parse(Path file, @Nullable String json) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (json != null) {
      try {
        Safetensors.JSON
            .readTree(json)
            .properties()
            .forEach(text -> texts.put(text.getKey(), text.getValue().asString("")));
      } catch (JacksonException e) {
        throw new WeightsException(file, TorchArchive.TEXTS + " is not JSON: damaged");
      }
    }
    return texts;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
