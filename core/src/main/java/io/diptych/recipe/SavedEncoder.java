package io.diptych.recipe;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.data.DataException;
import io.diptych.data.StreamedSet;
import io.diptych.method.Method;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Yaml;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.Checkpoint;
import io.diptych.train.Trainer;
import io.diptych.view.CenterCrop;
import io.diptych.view.Interpolation;
import io.diptych.view.Normalize;
import io.diptych.view.RandomResizedCrop;
import io.diptych.view.Resize;
import io.diptych.view.ViewPipeline;
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

  /**
   * Returns what is made of a streamed image before the encoder sees it: where images have sizes of
   * their own, the shorter side is resized to 8/7 of the first view's side, and the middle is cut
   * out, as published evaluations do; then it is normalised like the first view.
   *
   * @throws io.diptych.option.OptionException if neither the data nor the view has a size
   */
  public ViewPipeline transform(StreamedSet images) {
    if (images.side().isPresent()) {
      return new ViewPipeline(List.of(normalize()));
    }
    ViewPipeline first = recipe.views().get(0).group().pipeline();
    int size =
        first
            .frameSide()
            .orElseThrow(
                () ->
                    new OptionException(
                        "data.image_size", "must be given, as the first view has no size"));
    Interpolation interpolation =
        first.augmentations().stream()
            .filter(RandomResizedCrop.class::isInstance)
            .map(step -> ((RandomResizedCrop) step).interpolation())
            .findFirst()
            .orElse(Interpolation.BILINEAR);
    return new ViewPipeline(
        List.of(
            new Resize(size * 8 / 7, Resize.Side.SHORTER, interpolation),
            new CenterCrop(size),
            normalize()));
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
    List<Choice> pipeline = recipe.views().get(0).pipeline();
    return pipeline.get(pipeline.size() - 1).options(Normalize.class);
  }
}
