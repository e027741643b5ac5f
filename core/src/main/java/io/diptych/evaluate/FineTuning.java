package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.StreamedSet;
import io.diptych.method.Step;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.BatchSource;
import io.diptych.train.DivergedException;
import io.diptych.train.ResidentSource;
import io.diptych.train.StreamedSource;
import io.diptych.view.Batch;
import io.diptych.view.HorizontalFlip;
import io.diptych.view.RandomResizedCrop;
import io.diptych.view.ViewGroup;
import io.diptych.view.ViewPipeline;
import io.diptych.view.Views;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Semi-supervised fine-tuning: an encoder under a new linear layer learns by cross-entropy from the
 * labelled part of the training images, newly augmented in every epoch.
 */
final class FineTuning implements AutoCloseable {
  /**
   * The images of a task, and how they come to the network.
   *
   * @param train labelled images
   * @param test labelled images of the same classes
   * @param transform what is made of test images
   * @param side of the images in pretraining, in pixels; empty if it is not known
   */
  record Task(
      ImageCollection train, ImageCollection test, ViewPipeline transform, OptionalInt side) {

    /** Returns random crops at the size of the pretraining, and flips; normalised as in tests. */
    ViewPipeline crops() {
      int size = side.orElseGet(() -> side(train));
      return new ViewPipeline(
          List.of(
              Options.defaults(RandomResizedCrop.class, Map.of("size", size)),
              Options.defaults(HorizontalFlip.class),
              transform.augmentations().get(transform.augmentations().size() - 1)));
    }

    private static int side(ImageCollection images) {
      if (images instanceof ImageSet resident) {
        return (int) Math.min(resident.pixels().size(2), resident.pixels().size(3));
      }
      return ((StreamedSet) images)
          .side()
          .orElseThrow(
              () ->
                  new OptionException(
                      "evaluate.finetune.augment",
                      "must be given, as neither the encoder nor the images have a size"));
    }
  }

  private final FineTuneSettings settings;
  private final Task task;
  private final Views views;
  private final Features features;
  private final ImageCollection learnt;

  /**
   * Chooses the images to learn from.
   *
   * @param features how to compute for test images
   * @throws IllegalArgumentException if labels are missing, or the classes of the two sets differ
   * @throws io.diptych.data.DataException if the list cannot be read
   */
  FineTuning(FineTuneSettings settings, Task task, Features features) {
    Labels.requireClasses(task.train(), task.test());
    this.settings = settings;
    this.task = task;
    this.features = features;
    ViewPipeline pipeline = settings.augmentation().orElseGet(task::crops);
    this.views = new Views(List.of(new ViewGroup(1, pipeline)));
    this.learnt = learnt(settings, task.train(), features);
  }

  private static ImageCollection learnt(
      FineTuneSettings settings, ImageCollection train, Features features) {
    String list = settings.list();
    long[] chosen =
        list != null
            ? train.listed(Path.of(list))
            : FewLabels.of(train.labels(), train.classNames(), settings.seed())
                .share(settings.share());
    ImageCollection part = chosen.length == train.size() ? train : train.subset(chosen);
    if (!(part instanceof ImageSet resident)) {
      return part;
    }
    ImageSet placed = resident.to(features.device());
    if (placed != part && part != train) {
      part.close();
    }
    return placed;
  }

  /** Returns the number of images that are learnt from. */
  int size() {
    return learnt.size();
  }

  /**
   * Learns, and tests.
   *
   * @param name of the encoder
   * @param encoder which is changed, unless it is frozen
   * @throws DivergedException if the loss is no number any more
   */
  Learnt run(String name, Backbone encoder, Watch watch) {
    Backend.seed(settings.seed()); // Dropout draws from libtorch's generator.
    Classifier network =
        new Classifier(
            encoder, task.train().classNames().size(), settings.isFrozen(), settings.seed());
    network.head().to(features.device());
    Features tests = features.watched(Progress.NONE, watch.cancelled());
    Outcome last = null;
    double best = 0;
    try (BatchSource source = source();
        Descent descent =
            new Descent(
                settings.parts(
                    network.head().parameters(), encoder.parameters(), source.stepsPerEpoch()))) {
      long total = source.stepsPerEpoch() * settings.epochs();
      LinearHead learner = new LinearHead(network, descent);
      network.learn(); // Tests put the modes back.
      Step step = new Step(0, total, source.stepsPerEpoch());
      for (; step.number() < total; step = step.next()) {
        watch.at("finetune", step.number(), total);
        learn(learner, source, step);
        if (!step.endsEpoch()) {
          continue;
        }
        requireFinite(learner.endEpoch(), step);
        int epochs = step.epoch() + 1;
        if (epochs % settings.testEvery() == 0 || epochs == settings.epochs()) {
          last = test(network, tests, step);
          best = Math.max(best, last.accuracy());
        }
      }
      watch.at("finetune", total, total);
    } finally {
      network.clearGrad();
      network.head().state().values().forEach(Tensor::close);
    }
    if (last == null) {
      throw new IllegalStateException("there is at least one epoch, whose last is tested");
    }
    return new Learnt(name, last, best, null);
  }

  private static void learn(LinearHead learner, BatchSource source, Step step) {
    try (Scope scope = Scope.open()) {
      Batch batch = source.batch(step);
      learner.step(batch.views().get(0), batch.label());
    }
  }

  private BatchSource source() {
    BatchSource.Rest rest = BatchSource.Rest.KEPT;
    return learnt instanceof StreamedSet streamed
        ? new StreamedSource(
            streamed, views, settings.batchSize(), rest, settings.seed(), features.device())
        : new ResidentSource((ImageSet) learnt, views, settings.batchSize(), rest, settings.seed());
  }

  private Outcome test(Classifier network, Features tests, Step step) {
    try (Scope scope = Scope.open()) {
      return Outcome.of(
          tests.encode(network, task.test(), task.transform()), task.test().readable().labels());
    } catch (NotFiniteException e) {
      throw diverged(step, "the network gives no numbers");
    }
  }

  private static void requireFinite(LinearHead.Pass pass, Step step) {
    if (!Double.isFinite(pass.loss())) {
      throw diverged(step, "the mean loss is " + pass.loss());
    }
  }

  private static DivergedException diverged(Step step, String sign) {
    return new DivergedException(
        "fine-tuning diverged in epoch "
            + (step.epoch() + 1)
            + ": "
            + sign
            + "; take smaller learning rates (finetune.backbone.optimizer.lr,"
            + " finetune.head.optimizer.lr)");
  }

  /** Frees the images that were chosen. */
  @Override
  public void close() {
    if (learnt != task.train()) {
      learnt.close();
    }
  }
}
