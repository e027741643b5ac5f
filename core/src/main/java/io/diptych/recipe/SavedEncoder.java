package io.diptych.recipe;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.data.DataException;
import io.diptych.method.Method;
import io.diptych.option.Choice;
import io.diptych.option.Yaml;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.Checkpoint;
import io.diptych.train.Trainer;
import io.diptych.view.Normalize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The encoder inside a checkpoint, with the recipe it was trained by. */
public final class SavedEncoder {
  private static final String PREFIX = "network." + Method.ENCODER + ".";

  private final Path file;
  private final Recipe recipe;
  private final Map<String, Tensor> weights;

  private SavedEncoder(Path file, Recipe recipe, Map<String, Tensor> weights) {
    this.file = file;
    this.recipe = recipe;
    this.weights = weights;
  }

  /**
   * Reads an encoder.
   *
   * @param path a run directory, whose last checkpoint is taken, or a checkpoint file
   * @param overrides assignments laid over the recipe, such as {@code evaluate.knn.k=20}
   * @throws DataException if there is no checkpoint, or it holds no encoder
   * @throws IOException if it cannot be read
   */
  public static SavedEncoder open(Path path, List<String> overrides) throws IOException {
    Path file = Files.isDirectory(path) ? Trainer.last(new RunDirectory(path).checkpoints()) : path;
    if (!Files.exists(file)) {
      throw new DataException(file + ": no such checkpoint; pretrain first");
    }
    Checkpoint checkpoint = Checkpoint.read(file);
    byte[] text = checkpoint.text(Pretraining.RECIPE).getBytes(StandardCharsets.UTF_8);
    Recipe recipe = Recipe.FORMAT.bind(Yaml.read(text, file + " (recipe)"), overrides);
    Map<String, Tensor> weights = checkpoint.part(PREFIX);
    if (weights.isEmpty()) {
      throw new DataException(file + ": holds no encoder: no tensor is called " + PREFIX + "…");
    }
    checkpoint.tensors().values().forEach(Scope::keep);
    return new SavedEncoder(file, recipe, weights);
  }

  /** Returns the recipe. */
  public Recipe recipe() {
    return recipe;
  }

  /** Returns the encoder with its weights. */
  public Backbone trained(int channels, Device device) {
    Backbone encoder = create(channels);
    encoder.load(weights);
    return placed(encoder, device);
  }

  /** Returns the encoder as it was before training. */
  public Backbone untrained(int channels, Device device) {
    Backbone encoder = create(channels);
    encoder.initialize(recipe.seed(), Method.ENCODER + ".");
    return placed(encoder, device);
  }

  /** Returns the means by which training normalised its first view. */
  public List<Double> mean() {
    return normalize().mean();
  }

  /** Returns the standard deviations by which training normalised its first view. */
  public List<Double> std() {
    return normalize().std();
  }

  /** Returns the SHA-256 of the checkpoint file. */
  public String sha256() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Backbone create(int channels) {
    return Backbones.create(recipe.backbone(), channels);
  }

  private static Backbone placed(Backbone encoder, Device device) {
    encoder.to(device);
    encoder.channelsLast();
    encoder.train(false);
    return encoder;
  }

  private Normalize normalize() {
    return normalize(recipe);
  }

  /** Returns how training normalised its first view. */
  static Normalize normalize(Recipe recipe) {
    List<Choice> pipeline = recipe.views().get(0).pipeline();
    return pipeline.get(pipeline.size() - 1).options(Normalize.class);
  }
}
