package io.diptych.train;

import io.diptych.tensor.Tensor;
import io.diptych.weights.Safetensors;
import io.diptych.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Everything a run needs to go on: a safetensors file with all tensors under their state names
 * ({@code network.encoder.conv1.weight}, {@code optimizer.momentum.…}, {@code method.bank}, {@code
 * generator.cpu} or that of another device) and the rest as texts in its metadata.
 *
 * @param tensors state by name
 * @param metadata format version, step, recipe, recipe hash, versions, progress
 */
public record Checkpoint(Map<String, Tensor> tensors, Map<String, String> metadata) {
  private static final String FORMAT = "diptych_checkpoint";
  private static final int VERSION = 1;

  /** Returns the steps made. */
  public long step() {
    return whole("step");
  }

  /** Returns a text of the metadata. */
  public String text(String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the checkpoint has no '" + key + "'");
    }
    return value;
  }

  /** Returns the tensors whose names start with the prefix, without it. */
  public Map<String, Tensor> part(String prefix) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }

  long whole(String key) {
    return number(key, Long::parseLong);
  }

  double real(String key) {
    return number(key, Double::parseDouble);
  }

  private <N> N number(String key, Function<String, N> parse) {
    try {
      return parse.apply(text(key));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the checkpoint's '" + key + "' is no number: " + text(key), e);
    }
  }

  /**
   * Writes the checkpoint: beside the target, forced to the disk, read back, then renamed over it.
   * Whatever fails, an older file of that name stays whole.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".tmp");
    Map<String, String> versioned = new LinkedHashMap<>(metadata);
    versioned.put(FORMAT, Integer.toString(VERSION));
    try {
      Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
      Safetensors.write(beside, tensors, versioned);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | WeightsException e) {
      try {
        Files.deleteIfExists(beside);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw new IOException(
          file
              + ": the checkpoint cannot be written ("
              + Objects.toString(e.getMessage(), e.getClass().getSimpleName())
              + "); "
              + (Files.exists(file) ? "the previous one is kept" : "there is none before it"),
          e);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws WeightsException if the file is damaged or no checkpoint of a version known here
   * @throws IOException if it cannot be read
   */
  public static Checkpoint read(Path file) throws IOException {
    Safetensors.Contents contents = Safetensors.readChecked(file);
    requireOne(file, contents.metadata());
    return new Checkpoint(contents.tensors(), contents.metadata());
  }

  /**
   * Checks that texts are those of a checkpoint, and returns them.
   *
   * @param file where they were found
   * @throws WeightsException if they are not, or of a version unknown here
   */
  public static Map<String, String> requireOne(Path file, Map<String, String> texts) {
    String version = texts.get(FORMAT);
    if (version == null) {
      throw new WeightsException(
          file,
          "is no Diptych checkpoint: its metadata has no "
              + FORMAT
              + "; 'diptych import' takes in weights of other projects");
    }
    if (!version.equals(Integer.toString(VERSION))) {
      throw new WeightsException(
          file, "has checkpoint version " + version + "; this program reads version " + VERSION);
    }
    return texts;
  }
}
