package io.diptych.recipe;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.data.DataException;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.StreamedSet;
import io.diptych.evaluate.EncoderSource;
import io.diptych.method.Method;
import io.diptych.method.MethodContext;
import io.diptych.method.Methods;
import io.diptych.nn.Layer;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Yaml;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import io.diptych.train.Checkpoint;
import io.diptych.train.Trainer;
import io.diptych.view.CenterCrop;
import io.diptych.view.Interpolation;
import io.diptych.view.Normalize;
import io.diptych.view.RandomResizedCrop;
import io.diptych.view.Resize;
import io.diptych.view.ViewPipeline;
import io.diptych.view.Views;
import io.diptych.weights.Encoder;
import io.diptych.weights.EncoderInfo;
import io.diptych.weights.SafetensorsFile;
import io.diptych.weights.WeightsException;
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
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An encoder in a file, with the recipe it is used by: a checkpoint of a run, or weights that were
 * exported or imported. Those come with an {@link EncoderInfo} only; their recipe says what
 * architecture they have, how their images are normalised, and, until it is overridden, to look at
 * the sample.
 */
public final class SavedEncoder implements EncoderSource {
  private static final String NETWORK = "network.";
  private static final String PREFIX = NETWORK + Method.ENCODER + ".";

  private final Path file;
  private final Recipe recipe;
  private final EncoderInfo info;
  private final String prefix;
  private final List<String> overrides;

  private SavedEncoder(
      Path file, Recipe recipe, EncoderInfo info, String prefix, List<String> overrides) {
    this.file = file;
    this.recipe = recipe;
    this.info = info;
    this.prefix = prefix;
    this.overrides = List.copyOf(overrides);
  }

  /**
   * Opens an encoder. Its weights stay in the file until they are asked for.
   *
   * @param path a run directory, whose last checkpoint is taken, a checkpoint, or a weights file
   * @param overrides assignments laid over the recipe, such as {@code evaluate.knn.k=20}
   * @throws DataException if there is no checkpoint, or it holds no encoder
   * @throws WeightsException if the file is damaged, or of another program
   * @throws IOException if it cannot be read
   */
  public static SavedEncoder open(Path path, List<String> overrides) throws IOException {
    Path file = Files.isDirectory(path) ? Trainer.last(new RunDirectory(path).checkpoints()) : path;
    if (!Files.exists(file)) {
      throw new DataException(file + ": no such checkpoint; pretrain first");
    }
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      opened.verify();
      Map<String, String> texts = opened.metadata();
      boolean weights = EncoderInfo.isIn(texts);
      String text = weights ? "" : Checkpoint.requireOne(file, texts).get(Pretraining.RECIPE);
      if (text == null) {
        throw new WeightsException(file, "is a checkpoint without a recipe");
      }
      EncoderInfo said = weights ? EncoderInfo.of(texts, file) : null;
      byte[] yaml = (said == null ? text : recipe(said)).getBytes(StandardCharsets.UTF_8);
      Recipe recipe = Recipe.FORMAT.bind(Yaml.read(yaml, file + " (recipe)"), overrides);
      String prefix = weights ? "" : PREFIX;
      if (opened.tensors().keySet().stream().noneMatch(name -> name.startsWith(prefix))) {
        throw new DataException(file + ": holds no encoder: no tensor is called " + prefix + "…");
      }
      EncoderInfo info = said == null ? info(path, recipe, texts) : said;
      return new SavedEncoder(file, recipe, info, prefix, overrides);
    }
  }

  /** Returns a recipe by which the encoder can be used; it was not trained by it. */
  private static String recipe(EncoderInfo info) {
    Map<String, String> texts = info.texts();
    return String.format(
        Locale.ROOT,
        """
        name: %s
        data: {name: sample, channels: %d, image_size: %s}
        views: [{count: 2, pipeline: [{normalize: {mean: %s, std: %s}}]}]
        backbone: %s
        method: simclr
        """,
        texts.get("origin"),
        info.channels(),
        info.imageSize() == 0 ? "null" : Integer.toString(info.imageSize()),
        texts.get("mean"),
        texts.get("std"),
        texts.get("backbone"));
  }

  private static EncoderInfo info(Path path, Recipe recipe, Map<String, String> texts) {
    Normalize normalize = normalize(recipe);
    return new EncoderInfo(
        recipe.backbone(),
        Integer.parseInt(texts.getOrDefault(Pretraining.CHANNELS, "3")),
        Integer.parseInt(texts.getOrDefault(Pretraining.IMAGE_SIZE, "0")),
        normalize.mean(),
        normalize.std(),
        recipe.method().name(),
        Recipe.FORMAT.hash(recipe),
        Pretraining.classes(texts),
        path.toString());
  }

  /** Returns the recipe. */
  public Recipe recipe() {
    return recipe;
  }

  /** Returns what one has to know to use the encoder elsewhere. */
  @Override
  public EncoderInfo info() {
    return info;
  }

  /**
   * Returns the encoder with its weights.
   *
   * @param channels colours of the images: 1 or 3
   * @throws IllegalArgumentException if the weights do not fit
   * @throws IOException if they cannot be read
   */
  @Override
  public Backbone trained(int channels, Device device) throws IOException {
    return placed(loaded(channels), device);
  }

  /**
   * Checks that {@link #classifier} gives one, which costs little.
   *
   * @throws OptionException if the method names no classes, or only the encoder was saved
   * @throws IOException if the file cannot be read
   */
  public void requireClassifier() throws IOException {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      Method method = method(opened.metadata(), info.channels());
      try {
        classifier(method);
      } finally {
        method.network().state().values().forEach(Tensor::close);
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws OptionException if the method names no classes, or only the encoder was saved
   */
  @Override
  public Layer classifier(int channels, Device device) throws IOException {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      Method method = method(opened.metadata(), channels);
      Layer classifier = classifier(method);
      opened.load(NETWORK, method.network());
      classifier.to(device);
      classifier.train(false);
      return classifier;
    }
  }

  private Method method(Map<String, String> texts, int channels) {
    MethodContext context =
        new MethodContext(
            Long.parseLong(texts.getOrDefault(Pretraining.IMAGES, "1")),
            Integer.parseInt(texts.getOrDefault(Pretraining.CLASS_COUNT, "0")),
            recipe.seed());
    return Methods.create(recipe.method(), create(channels), context);
  }

  private Layer classifier(Method method) {
    Layer classifier = prefix.isEmpty() ? null : method.classifier().orElse(null);
    if (classifier == null) {
      throw new OptionException(
          "evaluate.cluster.assign",
          prefix.isEmpty()
              ? "argmax needs the checkpoint of a run, and this file holds an encoder alone; take"
                  + " kmeans"
              : "argmax needs a method that names classes itself, such as twist, which "
                  + recipe.method().name()
                  + " does not; take kmeans");
    }
    return classifier;
  }

  private Backbone loaded(int channels) throws IOException {
    Backbone encoder = create(channels);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      opened.load(prefix, encoder);
    }
    return encoder;
  }

  /** Returns the encoder with its weights and what there is to know of it, to be exported. */
  public Encoder encoder() throws IOException {
    Backbone encoder = loaded(info.channels());
    encoder.train(false);
    return new Encoder(encoder, info);
  }

  /** Returns the encoder as it was before training. */
  @Override
  public Backbone untrained(int channels, Device device) {
    Backbone encoder = create(channels);
    encoder.initialize(recipe.seed(), Method.ENCODER + ".");
    return placed(encoder, device);
  }

  @Override
  public List<ViewPipeline> views() {
    return Views.of(recipe.views()).pipelines();
  }

  @Override
  public Map<String, String> provenance() throws IOException {
    String hash = info.recipeHash();
    return Map.of(
        CHECKPOINT,
        sha256(),
        USE,
        Recipe.FORMAT.hash(recipe, Set.of("views", "backbone", "method", "seed")),
        "recipe_hash",
        hash.isEmpty() ? "imported" : hash,
        "overrides",
        String.join("\n", overrides));
  }

  @Override
  public Normalize normalize() {
    return normalize(recipe);
  }

  /** Returns the side of the first view, or of the images it was made of. */
  @Override
  public OptionalInt side() {
    OptionalInt first = recipe.views().get(0).group().pipeline().frameSide();
    int whole = info.imageSize();
    return first.isPresent() || whole == 0 ? first : OptionalInt.of(whole);
  }

  /**
   * Returns what is made of an image before the encoder sees it: where images have sizes of their
   * own, the shorter side is resized to 8/7 of the first view's side, and the middle is cut out, as
   * published evaluations do; then it is normalised like the first view.
   *
   * @throws io.diptych.option.OptionException if neither the data nor the view has a size
   */
  @Override
  public ViewPipeline transform(ImageCollection images) {
    if (images instanceof ImageSet || ((StreamedSet) images).side().isPresent()) {
      return new ViewPipeline(List.of(normalize(recipe)));
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
            normalize(recipe)));
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

  /** Returns how training normalised its first view. */
  static Normalize normalize(Recipe recipe) {
    List<Choice> pipeline = recipe.views().get(0).pipeline();
    return pipeline.get(pipeline.size() - 1).options(Normalize.class);
  }
}
