package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.data.DataOptions;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.option.OptionException;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Augmentation;
import io.diptych.view.Interpolation;
import io.diptych.view.Normalize;
import io.diptych.view.Resize;
import io.diptych.view.ViewPipeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Another data set, brought to the channels and the size of an encoder, which learns it. It has to
 * be closed.
 */
final class TransferSet implements AutoCloseable {
  private final Candidate candidate;
  private final String key;
  private final String name;
  private final DataOptions options;
  private final LabelledSplit opened;
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
   * @throws OptionException if it has no test images, or labels are missing
   */
  TransferSet(Candidate candidate, TransferSettings.Named set) {
    this.candidate = candidate;
    this.key = set.key();
    this.name = set.name();
    this.options = set.data().withChannels(candidate.encoders().info().channels());
    this.opened = candidate.open(key, name, options);
    this.train = opened.train();
    this.test = opened.test();
  }

  /**
   * Checks that the images can come to the encoder, and says which they are.
   *
   * @throws OptionException if their size is not known
   */
  DataIdentity identity() {
    resize();
    return DataIdentity.of(train, test);
  }

  /** Learns it, as the encoder, the encoder before training and, where there are any, pixels. */
  Result learn(TransferSettings settings, Watch watch) throws IOException {
    Normalize normalize =
        switch (settings.normalize()) {
          case ENCODER -> candidate.encoders().normalize();
          case SET -> statistics(watch);
        };
    List<Learnt> learnt =
        switch (settings.by()) {
          case LINEAR_SGD -> linear(settings.linearSgd(), normalize, watch);
          case FINETUNE -> tuned(settings.finetune(), transform(normalize), watch);
        };
    return new Result(name, identity(), learnt);
  }

  private List<Learnt> linear(LinearSgd.Settings settings, Normalize normalize, Watch watch)
      throws IOException {
    ViewPipeline transform = transform(normalize);
    List<Learnt> all = new ArrayList<>();
    for (String kind : List.of(Subject.ENCODER, Subject.UNTRAINED)) {
      Backbone encoder = candidate.encoder(kind, train.channels());
      try (Scope scope = Scope.open()) {
        Features features = features("features of " + name + " by " + kind, watch);
        Encoding encoding = candidate.encoding(encoder);
        Tensor rows = features.encode(encoding, train, transform);
        Tensor tests = features.encode(encoding, test, transform);
        Source source = new Source(encoding, features, transform, normalize, List.of(), null);
        all.add(classify(settings, new Subject.Kind(kind, rows, tests), source, watch));
      } finally {
        Candidate.free(encoder);
      }
    }
    if (train instanceof ImageSet resident) {
      try (Scope scope = Scope.open()) {
        Features features = features("pixels of " + name, watch);
        Tensor rows = features.pixels(resident);
        Tensor tests = features.pixels((ImageSet) test);
        all.add(classify(settings, new Subject.Kind(Subject.PIXELS, rows, tests), null, watch));
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
      LinearSgd.Settings settings, Subject.Kind kind, @Nullable Source source, Watch watch) {
    String what = "linear-sgd on " + name + " by " + kind.name();
    Subject subject =
        new Subject(train.readable(), test.readable(), List.of(kind), Map.of(), Map.of(), source);
    LinearSgd.Result result =
        LinearSgdProtocol.result(
            subject, kind, settings, Watch.named(what, watch.progress(), watch.cancelled()));
    return new Learnt(kind.name(), result.last(), result.best(), result.rate());
  }

  private List<Learnt> tuned(FineTuneSettings settings, ViewPipeline transform, Watch watch)
      throws IOException {
    Integer given = options.imageSize();
    OptionalInt side = given == null ? candidate.encoders().side() : OptionalInt.of(given);
    FineTuning.Task task = new FineTuning.Task(train, test, transform, side);
    List<Learnt> all = new ArrayList<>();
    try (FineTuning tuning = new FineTuning(settings, task, candidate.features())) {
      for (String kind : List.of(Subject.ENCODER, Subject.UNTRAINED)) {
        Watch named =
            Watch.named(
                "finetune on " + name + " from " + kind, watch.progress(), watch.cancelled());
        Backbone encoder = candidate.encoder(kind, train.channels());
        try {
          all.add(tuning.run(kind, encoder, named));
        } finally {
          Candidate.free(encoder);
        }
      }
    }
    return all;
  }

  private ViewPipeline transform(Normalize normalize) {
    List<Augmentation> steps = new ArrayList<>(resize());
    steps.add(normalize);
    return new ViewPipeline(steps);
  }

  /** Brings images to the encoder's size, whatever their shape, unless one is given. */
  private List<Resize> resize() {
    OptionalInt side = candidate.encoders().side();
    if (options.imageSize() != null || (side.isEmpty() && train instanceof ImageSet)) {
      return List.of();
    }
    int size =
        side.orElseThrow(
            () ->
                new OptionException(
                    key + ".image_size", "must be given, as the encoder has no size of its own"));
    return List.of(new Resize(size, Resize.Side.BOTH, Interpolation.BILINEAR));
  }

  /** Returns what gives each channel of the training images mean 0 and variance 1. */
  private Normalize statistics(Watch watch) {
    try (Scope scope = Scope.open()) {
      Tensor moments =
          features("statistics of " + name, watch)
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
    opened.close();
  }
}
