package io.diptych.recipe;

import io.diptych.backbone.Backbone;
import io.diptych.data.ImageSet;
import io.diptych.evaluate.Features;
import io.diptych.evaluate.Knn;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.MetricSink;
import io.diptych.train.ProbeSettings;
import io.diptych.view.Normalize;
import java.io.IOException;
import java.util.Map;

/**
 * Classifies the test images by their neighbours among the training images every few epochs, by the
 * features as they are then. The encoder works in evaluation mode and without a graph, so that
 * training does not notice.
 */
final class OnlineKnn implements MetricSink {
  private static final int BATCH = 256;

  private final ProbeSettings settings;
  private final Backbone encoder;
  private final Features features;
  private final ImageSet train;
  private final ImageSet test;
  private final MetricSink target;

  /**
   * Creates the measure.
   *
   * @param normalize how training normalises its views
   * @param target is told what is measured
   */
  OnlineKnn(
      ProbeSettings settings,
      Backbone encoder,
      Normalize normalize,
      Device device,
      ImageSet train,
      ImageSet test,
      MetricSink target) {
    this.settings = settings;
    this.encoder = encoder;
    this.features = Features.of(normalize, device, BATCH);
    this.train = train;
    this.test = test;
    this.target = target;
  }

  @Override
  public void step(StepMetrics metrics) {}

  @Override
  public void epoch(EpochMetrics metrics) throws IOException {
    if (metrics.epoch() % settings.knnEvery() == 0) {
      target.measure(new Measure(metrics.step(), metrics.epoch(), "knn_top1", accuracy()));
    }
  }

  private double accuracy() {
    try (Scope scope = Scope.open();
        Knn knn =
            Knn.of(
                Options.defaults(Knn.Settings.class, Map.of("k", settings.knn())),
                features.encode(encoder, train),
                train.labels(),
                train.classNames().size())) {
      Tensor votes = knn.scores(features.encode(encoder, test));
      Tensor right = votes.argmax(1).eq(test.labels().to(votes.device()));
      return right.to(DType.FLOAT64).mean().item();
    }
  }
}
