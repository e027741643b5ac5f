package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.data.DataOptions;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.SplitImages;
import io.diptych.option.OptionException;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Interpolation;
import io.diptych.view.Resize;
import io.diptych.view.ViewPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Another data set, brought to the channels and the size of an encoder, which learns it. It has to
 * be closed.
 */
final class TransferSet implements AutoCloseable {
  private final Candidate candidate;
  private final String key;
  private final DataOptions options;
  private final SplitImages opened;
  private final ImageCollection train;
  private final ImageCollection test;

  /**
   * What came of a set.
   *
   * @param name what to call the set
   * @param data which images they were
   * @param learnt by the encoder, and by what it is compared with
   */
  record Result(String name, DataIdentity data, List<Learnt> learnt) {}

  /**
   * Opens a set.
   *
   * @param place of the set among all
   * @throws OptionException if it has no test images
   * @throws IllegalArgumentException if labels are missing
   */
  TransferSet(Candidate candidate, DataOptions given, int place) {
    this.candidate = candidate;
    this.key = "evaluate.transfer.sets." + place;
    this.options = given.withChannels(candidate.encoders().info().channels());
    this.opened = candidate.open(options);
    ImageCollection all = opened.train();
    ImageCollection tests = opened.test();
    if (tests == null) {
      opened.close();
      throw new OptionException(key, "'" + name() + "' has no test images to evaluate on");
    }
    this.train = all instanceof ImageSet resident ? resident.labelledPart() : all;
    this.test = tests;
  }

  private String name() {
    String path = options.path();
    return path != null && options.name().isYours()
        ? String.valueOf(Path.of(path).getFileName())
        : options.name().key();
  }

  DataIdentity identity() {
    return DataIdentity.of(train, test);
  }

  /** Learns it by a linear classifier on the features of whole images. */
  Result learn(LinearSgd.Settings settings, Watch watch) throws IOException {
    Labels.requireClasses(train, test);
    List<Learnt> all = new ArrayList<>();
    for (String kind : List.of(Subject.ENCODER, Subject.UNTRAINED)) {
      try (Scope scope = Scope.open()) {
        Backbone encoder = candidate.encoder(kind, train.channels());
        Features features = features("features of " + name() + " by " + kind, watch);
        Tensor rows = features.encode(encoder, train, transform());
        Tensor tests = features.encode(encoder, test, transform());
        all.add(classify(settings, kind, rows, tests, watch));
      }
    }
    if (train instanceof ImageSet resident) {
      try (Scope scope = Scope.open()) {
        Features features = features("pixels of " + name(), watch);
        Tensor rows = features.pixels(resident);
        Tensor tests = features.pixels((ImageSet) test);
        all.add(classify(settings, Subject.PIXELS, rows, tests, watch));
      }
    }
    return new Result(name(), identity(), all);
  }

  private Features features(String what, Watch watch) {
    return candidate
        .features()
        .watched((part, fraction) -> watch.progress().at(what, fraction), watch.cancelled());
  }

  private Learnt classify(
      LinearSgd.Settings settings, String kind, Tensor rows, Tensor tests, Watch watch) {
    String what = "linear-sgd on " + name() + " by " + kind;
    LinearSgd.Result result =
        new LinearSgd(
                settings,
                rows,
                train.readable().labels(),
                train.classNames().size(),
                Watch.named(what, watch.progress(), watch.cancelled()))
            .run(tests, test.readable().labels());
    return new Learnt(kind, result.last(), result.best());
  }

  /** Learns it by fine-tuning. */
  Result learn(FineTuneSettings settings, Watch watch) throws IOException {
    FineTuning.Task task = new FineTuning.Task(train, test, transform(), candidate.encoders());
    List<Learnt> all = new ArrayList<>();
    try (FineTuning tuning = new FineTuning(settings, task, candidate.features())) {
      for (String kind : List.of(Subject.ENCODER, Subject.UNTRAINED)) {
        String what = "finetune on " + name() + " from " + kind;
        all.add(
            tuning.run(
                kind,
                candidate.encoder(kind, train.channels()),
                Watch.named(what, watch.progress(), watch.cancelled())));
      }
    }
    return new Result(name(), identity(), all);
  }

  /**
   * Returns what brings images to the encoder's size, whatever their shape, unless one is given.
   */
  private ViewPipeline transform() {
    OptionalInt side = candidate.encoders().side();
    if (options.imageSize() != null || (side.isEmpty() && train instanceof ImageSet)) {
      return new ViewPipeline(List.of(candidate.encoders().normalize()));
    }
    int size =
        side.orElseThrow(
            () ->
                new OptionException(
                    key + ".image_size", "must be given, as the encoder has no size of its own"));
    return new ViewPipeline(
        List.of(
            new Resize(size, Resize.Side.BOTH, Interpolation.BILINEAR),
            candidate.encoders().normalize()));
  }

  /** Closes the images. */
  @Override
  public void close() {
    if (train != opened.train()) {
      train.close();
    }
    opened.close();
  }
}
