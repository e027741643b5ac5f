package io.diptych.recipe;

import io.diptych.backbone.Backbones;
import io.diptych.data.Datasets;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.LoadReport;
import io.diptych.data.SplitImages;
import io.diptych.data.StreamedSet;
import io.diptych.method.Method;
import io.diptych.method.MethodContext;
import io.diptych.method.Methods;
import io.diptych.nn.Module;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Optimizers;
import io.diptych.optim.Schedule;
import io.diptych.option.Location;
import io.diptych.option.OptionException;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.BatchSource;
import io.diptych.train.Checkpoints;
import io.diptych.train.JsonLines;
import io.diptych.train.MetricSink;
import io.diptych.train.ResidentSource;
import io.diptych.train.StreamedSource;
import io.diptych.train.TensorBoard;
import io.diptych.train.Trainer;
import io.diptych.view.ViewSheet;
import io.diptych.view.Views;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A recipe made into a run: data, views, network, optimiser and loop, and the files of the run.
 *
 * <pre>{@code
 * try (Pretraining run = Pretraining.prepare(recipe, report -> {})) {
 *   run.start(new RunDirectory(Path.of("runs/first")), false, sink, () -> false);
 * }
 * }</pre>
 */
public final class Pretraining implements AutoCloseable {
  static final String RECIPE = "recipe";
  static final String IMAGES = "images";
  static final String CLASS_COUNT = "class_count";
  static final String CHANNELS = "channels";
  static final String IMAGE_SIZE = "image_size";
  private static final String CLASSES = "classes";
  private static final String HASH = "recipe_hash";
  private static final int LISTED = 5;
  private static final int PICTURED = 8;
  private static final int SMALLEST_PICTURE = 32;

  private final Recipe recipe;
  private final Device device;
  private final ImageCollection images;
  private final @Nullable ImageSet test; // for measures during training
  private final Views views;
  private final Method method;
  private final SkippedImages skipped;

  private Pretraining(
      Recipe recipe,
      Device device,
      ImageCollection images,
      @Nullable ImageSet test,
      Views views,
      Method method,
      SkippedImages skipped) {
    this.recipe = recipe;
    this.device = device;
    this.images = images;
    this.test = test;
    this.views = views;
    this.method = method;
    this.skipped = skipped;
  }

  /**
   * Opens the data and makes the network. Nothing is written.
   *
   * @param report is told what was read
   * @throws io.diptych.data.DataException if the data cannot be opened
   * @throws OptionException if the recipe does not fit the data or the machine
   */
  public static Pretraining prepare(Recipe recipe, Consumer<LoadReport> report) {
    Device device = device(recipe);
    SkippedImages skipped = new SkippedImages(report);
    SplitImages data = Datasets.openStored(recipe.data(), skipped);
    ImageSet test = null;
    if (recipe.train().probe().knnEvery() > 0 && data.test() instanceof ImageSet resident) {
      test = resident;
    } else if (data.test() != null) {
      data.test().close();
    }
    ImageCollection images =
        data.train() instanceof ImageSet resident ? resident.to(device) : data.train();
    int channels = images.channels();
    MethodContext context =
        new MethodContext(images.size(), images.classNames().size(), recipe.seed());
    requireLabels(recipe, images, test);
    Method method = method(recipe, context, channels, device);
    return new Pretraining(recipe, device, images, test, Views.of(recipe.views()), method, skipped);
  }

  /** Makes the network of a recipe, initialised and in its place. */
  static Method method(Recipe recipe, MethodContext context, int channels, Device device) {
    Method method =
        Methods.create(recipe.method(), Backbones.create(recipe.backbone(), channels), context);
    Backend.seed(recipe.seed()); // Dropout draws from libtorch's generator.
    Module network = method.network();
    network.initialize(recipe.seed());
    network.to(device);
    network.channelsLast();
    return method;
  }

  private static void requireLabels(
      Recipe recipe, ImageCollection images, @Nullable ImageSet test) {
    boolean labelled = images.labelledClasses() > 0;
    if (Methods.settings(recipe.method()).requirements().labels() && !labelled) {
      throw new OptionException(
          "method",
          recipe.method().name()
              + " needs a label for every image, and images of '"
              + images.name()
              + "' have none");
    }
    if (recipe.train().probe().linear() && !labelled) {
      throw new OptionException(
          "train.probe.linear",
          "needs images with labels, and those of '" + images.name() + "' have none");
    }
    boolean resident = images instanceof ImageSet && test != null && test.labelled();
    if (recipe.train().probe().knnEvery() > 0 && !(labelled && resident)) {
      throw new OptionException(
          "train.probe.knn_every",
          "needs training and test images in memory, with labels, which '"
              + images.name()
              + "' has not");
    }
  }

  /** Sets the threads of a recipe and returns its device. */
  public static Device device(Recipe recipe) {
    int cores = Runtime.getRuntime().availableProcessors();
    Backend.threads(recipe.threads() == 0 ? cores : recipe.threads());
    try {
      return Device.parse(recipe.device());
    } catch (IllegalArgumentException e) {
      throw new OptionException("device", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Trains, from the start or from the last checkpoint.
   *
   * @param run where the files go
   * @param resume whether to go on with the run that is there
   * @param sink is told the numbers, which also go to {@code metrics.jsonl}
   * @param stop asked after every step whether to save and stop
   * @throws IllegalArgumentException if the directory does not fit: taken, or of another recipe
   * @throws IOException if something cannot be written
   */
  public Trainer.Outcome start(
      RunDirectory run, boolean resume, MetricSink sink, BooleanSupplier stop) throws IOException {
    return start(run, StartOptions.of(resume), sink, stop);
  }

  /**
   * Trains, from the start or from the newest whole checkpoint.
   *
   * @param run where the files go; no other process may train there
   * @param options how to start
   * @param sink is told the numbers, which also go to {@code metrics.jsonl} and {@code
   *     tensorboard/}
   * @param stop asked after every step whether to save and stop
   * @throws IllegalArgumentException if the directory does not fit: taken, in use, or of another
   *     recipe
   * @throws IOException if something cannot be written
   */
  public Trainer.Outcome start(
      RunDirectory run, StartOptions options, MetricSink sink, BooleanSupplier stop)
      throws IOException {
    try (BatchSource source = source()) {
      return start(run, options, source, sink, stop);
    }
  }

  private BatchSource source() {
    int batchSize = recipe.train().batchSize();
    if (images instanceof StreamedSet streamed) {
      return new StreamedSource(streamed, views, batchSize, recipe.seed(), device);
    }
    return new ResidentSource((ImageSet) images, views, batchSize, recipe.seed());
  }

  private Trainer.Outcome start(
      RunDirectory run,
      StartOptions options,
      BatchSource source,
      MetricSink sink,
      BooleanSupplier stop)
      throws IOException {
    Trainer trainer = trainer(run, source, options);
    boolean resumes = options.resume() && run.holdsRun();
    if (resumes) {
      run.requireWritable();
    } else {
      run.requireFree();
    }
    try (RunLock lock = RunLock.of(run.path())) {
      if (resumes) {
        restore(run, options, trainer);
      } else {
        run.requireFree(); // Another process may have been quicker.
        run.writeRecipe(recipe);
        drawViews(run.views());
      }
      skipped.noteIn(run.skipped());
      MetricSink files =
          MetricSink.all(
              new JsonLines(run.metrics(), trainer.stepsMade()),
              new TensorBoard(run.tensorboard(), trainer.stepsMade()));
      return trainer.run(measured(MetricSink.all(files, sink)), stop);
    }
  }

  /** Returns a sink that also measures the features now and then, and is told what it finds. */
  private MetricSink measured(MetricSink sink) {
    return test == null || !(images instanceof ImageSet train)
        ? sink
        : MetricSink.all(
            sink,
            new OnlineKnn(
                recipe.train().probe(),
                method.encoder(),
                SavedEncoder.normalize(recipe),
                device,
                train,
                test,
                sink));
  }

  /** Frees the images. */
  @Override
  public void close() {
    images.close();
    if (test != null) {
      test.close();
    }
  }

  private Trainer trainer(RunDirectory run, BatchSource source, StartOptions options) {
    long perEpoch = source.stepsPerEpoch();
    Optimizer optimizer =
        Optimizers.create(
            recipe.optimizer(), method.network().parameters(), recipe.parameterGroups());
    Schedule schedule =
        Optimizers.schedule(
            recipe.schedule(),
            Optimizers.settings(recipe.optimizer()).lr(),
            recipe.train().batchSize(),
            perEpoch,
            perEpoch * recipe.train().epochs());
    return new Trainer(
        method,
        optimizer,
        schedule,
        source,
        recipe.train(),
        run.checkpoints(),
        device,
        identity(options));
  }

  private Map<String, String> identity(StartOptions options) {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put(RECIPE, Recipe.FORMAT.write(recipe));
    identity.put(HASH, Recipe.FORMAT.hash(recipe));
    identity.put("command", options.command());
    identity.put("data_fingerprint", images.fingerprint());
    identity.put(IMAGES, Integer.toString(images.size()));
    identity.put(CHANNELS, Integer.toString(images.channels()));
    identity.put(IMAGE_SIZE, Integer.toString(imageSize()));
    identity.put(CLASS_COUNT, Integer.toString(images.classNames().size()));
    identity.put(CLASSES, Yaml.flow(Tree.of(images.classNames())));
    identity.putAll(versions());
    return identity;
  }

  /** Returns the names of the classes that a checkpoint's texts say, in the order of labels. */
  static List<String> classes(Map<String, String> texts) {
    String text = texts.get(CLASSES);
    List<String> names = new ArrayList<>();
    if (text != null && Yaml.value(text, Location.NONE) instanceof Tree.Sequence sequence) {
      for (Tree item : sequence.items()) {
        names.add(item instanceof Tree.Scalar scalar ? String.valueOf(scalar.value()) : "");
      }
    }
    return List.copyOf(names);
  }

  /** Returns the versions of the programs that take part. */
  public static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("diptych", version());
    versions.put("libtorch", Backend.version());
    versions.put("java", Runtime.version().toString());
    return versions;
  }

  private static String version() {
    ModuleDescriptor module = Pretraining.class.getModule().getDescriptor();
    String version =
        module == null
            ? Pretraining.class.getPackage().getImplementationVersion()
            : module.rawVersion().orElse(null);
    return version == null ? "unknown" : version;
  }

  private void restore(RunDirectory run, StartOptions options, Trainer trainer) throws IOException {
    List<String> differences = Recipe.FORMAT.difference(run.readRecipe(List.of()), recipe);
    List<String> refused = differences.stream().filter(each -> !options.allows(each)).toList();
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException(
          run.path()
              + ": is a run of another recipe: "
              + String.join("; ", refused.subList(0, Math.min(LISTED, refused.size())))
              + (refused.size() > LISTED ? "; …" : "")
              + "; give another --out, the same recipe, or --allow KEY for what may differ");
    }
    if (!differences.isEmpty()) {
      options.notice().accept("going on with another recipe: " + String.join("; ", differences));
    }
    try (Scope scope = Scope.open()) {
      Checkpoints.Found found = Checkpoints.newest(run.checkpoints(), options.notice());
      if (found != null) { // Else it stopped before its first checkpoint, and starts again.
        requireSameImages(found);
        trainer.resume(found, JsonLines.seconds(run.metrics(), found.checkpoint().step()));
      }
    }
    if (!differences.isEmpty()) {
      run.writeRecipe(recipe);
    }
  }

  private void requireSameImages(Checkpoints.Found found) {
    if (!found.checkpoint().text("data_fingerprint").equals(images.fingerprint())) {
      throw new IllegalArgumentException(
          found.file() + ": was trained on other images than those of '" + images.name() + "' now");
    }
  }

  /** The side of the originals in a picture of views: that of the largest view. */
  /** What the encoder sees: streamed images have sizes of their own until a view is cut. */
  private int imageSize() {
    return images instanceof ImageSet resident ? (int) resident.pixels().size(2) : side();
  }

  private int side() {
    return views.pipelines().stream()
        .mapToInt(pipeline -> pipeline.frameSide().orElse(SMALLEST_PICTURE))
        .max()
        .orElse(SMALLEST_PICTURE);
  }

  private void drawViews(Path file) throws IOException {
    try (Scope scope = Scope.open()) {
      int count = Math.min(PICTURED, images.size());
      Tensor originals =
          images instanceof ImageSet resident
              ? resident.pixels().narrow(0, 0, count)
              : ((StreamedSet) images).pictures(LongStream.range(0, count).toArray(), side());
      ViewSheet.write(views, originals, Keyed.of(recipe.seed()), file);
    }
  }
}
