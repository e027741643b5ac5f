package io.diptych.recipe;

import io.diptych.data.DataException;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import io.diptych.train.Checkpoint;
import io.diptych.train.Trainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a run: {@code recipe.yaml}, {@code metrics.jsonl}, {@code tensorboard/}, {@code
 * views.png}, {@code checkpoints/}, {@code evaluation/} and {@code report.html}; {@code replay/}
 * where it went wrong, {@code skipped.txt} where images could not be read.
 *
 * @param path the directory
 */
public record RunDirectory(Path path) {
  /** Returns the resolved recipe. */
  public Path recipe() {
    return path.resolve("recipe.yaml");
  }

  /** Returns the numbers of the training. */
  public Path metrics() {
    return path.resolve("metrics.jsonl");
  }

  /** Returns the directory of event files for TensorBoard. */
  public Path tensorboard() {
    return path.resolve("tensorboard");
  }

  /** Returns the picture of originals and views. */
  public Path views() {
    return path.resolve("views.png");
  }

  /** Returns the list of images that could not be read, each with the reason. */
  public Path skipped() {
    return path.resolve("skipped.txt");
  }

  /** Returns the directory of checkpoints. */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /** Returns the directory of evaluations. */
  public Path evaluation() {
    return path.resolve("evaluation");
  }

  /** Returns the page about the run. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** Returns whether there is a run here. */
  public boolean holdsRun() {
    return Files.exists(recipe());
  }

  /**
   * Checks that a new run can be put here, without changing anything.
   *
   * @throws IllegalArgumentException if there is a run, or something else, or the place cannot be
   *     written
   */
  public void requireFree() {
    if (holdsRun()) {
      throw new IllegalArgumentException(
          path + ": holds a run already; continue it with --resume, or give another --out");
    }
    requireWritable();
    if (Files.isDirectory(path)) {
      try (Stream<Path> entries = Files.list(path)) {
        if (entries.anyMatch(entry -> !entry.endsWith(RunLock.FILE))) {
          throw new IllegalArgumentException(
              path + ": is not empty and holds no run; give another --out");
        }
      } catch (IOException e) {
        throw new IllegalArgumentException(path + ": cannot be read: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Checks that files can be written here, as far as can be told without writing.
   *
   * @throws IllegalArgumentException if they cannot
   */
  public void requireWritable() {
    Path existing = path.toAbsolutePath().normalize();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing)) {
      throw new IllegalArgumentException(
          path + ": cannot be made, as " + existing + " is not a directory");
    }
    if (!Files.isWritable(existing)) {
      throw new IllegalArgumentException(
          path + ": cannot be written: no permission in " + existing);
    }
  }

  /**
   * Reads the recipe of the run.
   *
   * @param overrides assignments laid over it
   * @throws DataException if there is none
   */
  public Recipe readRecipe(List<String> overrides) throws IOException {
    if (!holdsRun()) {
      throw new DataException(path + ": is not a run directory, it has no recipe.yaml");
    }
    Tree tree = Yaml.read(Files.readAllBytes(recipe()), recipe().toString());
    return Recipe.FORMAT.bind(tree, overrides);
  }

  /**
   * Reads the last checkpoint.
   *
   * @throws DataException if there is none
   */
  public Checkpoint readCheckpoint() throws IOException {
    Path file = Trainer.last(checkpoints());
    if (!Files.exists(file)) {
      throw new DataException(file + ": no checkpoint yet; pretrain first");
    }
    return Checkpoint.read(file);
  }

  void writeRecipe(Recipe recipe) throws IOException {
    Files.createDirectories(checkpoints());
    Path beside = path.resolve("recipe.yaml.tmp");
    Files.writeString(beside, Recipe.FORMAT.write(recipe), StandardCharsets.UTF_8);
    Files.move(beside, recipe(), StandardCopyOption.ATOMIC_MOVE);
  }
}
