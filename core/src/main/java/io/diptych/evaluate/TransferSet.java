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
import io.diptych.view.Normalize;
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
   * @param key where a recipe names it
   * @throws OptionException if it has no test images
   * @throws IllegalArgumentException if labels are missing
   */
  TransferSet(Candidate candidate, String key, DataOptions given) {
    this.candidate = candidate;
    this.key = key;
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

  /** Learns it, as the encoder, the encoder before training and, where there are any, pixels. */
  Result learn(TransferSettings settings, Watch watch) throws IOException {
    Labels.requireClasses(train, test);
    ViewPipeline transform =
        switch (settings.normalize()) {
          case ENCODER -> transform(candidate.encoders().normalize());
          case SET -> transform(statistics(watch));
        };
    List<Learnt> learnt =
        switch (settings.by()) {
          case LINEAR_SGD -> linear(settings.linearSgd(), transform, watch);
          case FINETUNE -> tuned(settings.finetune(), transform, watch);
        };
    return new Result(name(), identity(), learnt);
  }

  private List<Learnt> linear(LinearSgd.Settings settings, ViewPipeline transform, Watch watch)
      throws IOException {
    List<Learnt> all = new ArrayList<>();
    for (String kind : List.of(Subject.ENCODER, Subject.UNTRAINED)) {
      Backbone encoder = candidate.encoder(kind, train.channels());
      try (Scope scope = Scope.open()) {
        Features features = features("features of " + name() + " by " + kind, watch);
        Encoding encoding = candidate.encoding(encoder);
        Tensor rows = features.encode(encoding, train, transform);
        Tensor tests = features.encode(encoding, test, transform);
        all.add(classify(settings, kind, rows, tests, watch));
      } finally {
        Candidate.free(encoder);
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
    return all;
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
                TrainingRows.of(rows),
                train.readable().labels(),
                train.classNames().size(),
                Watch.named(what, watch.progress(), watch.cancelled()))
            .run(() -> tests, test.readable().labels());
    return new Learnt(kind, result.last(), result.best(), result.rate());
  }

  private List<Learnt> tuned(FineTuneSettings settings, ViewPipeline transform, Watch watch)
      throws IOException {
    Integer given = options.imageSize();
    OptionalInt side = given == null ? candidate.encoders().side() : OptionalInt.of(given);
    FineTuning.Task task = new FineTuning.Task(train, test, transform, side);
    List<Learnt> all = new ArrayList<>();
    try (FineTuning tuning = new FineTuning(settings, task, candidate.features())) {
      for (String kind : List.of(Subject.ENCODER, Subject.UNTRAINED)) {
        String what = "finetune on " + name() + " from " + kind;
        Backbone encoder = candidate.encoder(kind, train.channels());
        all.add(tuning.run(kind, encoder, Watch.named(what, watch.progress(), watch.cancelled())));
        Candidate.free(encoder);
      }
    }
    return all;
  }

  /**
   * Returns what brings images to the encoder's size, whatever their shape, unless one is given.
   */
  private ViewPipeline transform(Normalize normalize) {
    OptionalInt side = candidate.encoders().side();
    if (options.imageSize() != null || (side.isEmpty() && train instanceof ImageSet)) {
      return new ViewPipeline(List.of(normalize));
    }
    int size =
        side.orElseThrow(
            () ->
                new OptionException(
                    key + ".image_size", "must be given, as the encoder has no size of its own"));
    return new ViewPipeline(
        List.of(new Resize(size, Resize.Side.BOTH, Interpolation.BILINEAR), normalize));
  }

  /** Returns what gives each channel of the training images mean 0 and variance 1. */
  private Normalize statistics(Watch watch) {
    try (Scope scope = Scope.open()) {
      Tensor moments =
          features("statistics of " + name(), watch)
              .encode(
                  new ChannelMoments(),
                  train,
                  transform(new Normalize(List.of(0.0), List.of(1.0))));
      return ChannelMoments.normalize(moments);
    }
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
