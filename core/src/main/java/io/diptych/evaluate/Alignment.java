package io.diptych.evaluate;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.ViewPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/**
 * How near the features of two views of an image lie: the mean of |x − y|² over length-1 rows of
 * test images (Wang and Isola, "Understanding contrastive representation learning through alignment
 * and uniformity on the hypersphere", ICML 2020): from 0, all equal, to 4. The views are the first
 * two of the training; without them, or if they are always the same, there is no alignment.
 */
final class Alignment {
  private static final int BATCH = 256;
  private static final int VIEWS = 2;

  private final List<String> parts;
  private final List<Double> values;

  private Alignment(List<String> parts, List<Double> values) {
    this.parts = parts;
    this.values = values;
  }

  /** Measures the first test images, by the trained encoder and its exits. */
  static Alignment of(
      Subject subject, int samples, long seed, Progress progress, BooleanSupplier cancelled) {
    Source source = subject.source();
    if (source == null
        || source.views().size() < VIEWS
        || source.views().subList(0, VIEWS).stream().allMatch(ViewPipeline::isFixed)) {
      return new Alignment(List.of(), List.of());
    }
    List<String> parts = Source.parts(source.encoder());
    source.encoder().train(false);
    Watch watch = Watch.named("alignment", progress, cancelled);
    return new Alignment(parts, measured(subject, source, parts.size(), samples, seed, watch));
  }

  private static List<Double> measured(
      Subject subject, Source source, int parts, int samples, long seed, Watch watch) {
    Device device = subject.kinds().get(0).test().device();
    long[] order = LongStream.range(0, Math.min(samples, subject.test().size())).toArray();
    double[] sums = new double[parts];
    try (TrainingRows.Pass first = pass(0, subject, source, order, seed, device);
        TrainingRows.Pass second = pass(1, subject, source, order, seed, device)) {
      for (int at = 0; at < order.length; at += BATCH) {
        watch.at("alignment", at, order.length);
        try (Scope scope = Scope.open()) {
          int count = Math.min(BATCH, order.length - at);
          Tensor batch = Tensor.arange(count, device).add(at);
          Tensor x = first.next(batch);
          Tensor y = second.next(batch);
          for (int part = 0; part < parts; part++) {
            sums[part] += squares(Source.part(x, part, parts), Source.part(y, part, parts));
          }
        }
      }
    }
    List<Double> values = new ArrayList<>();
    for (double sum : sums) {
      values.add(sum / order.length);
    }
    return values;
  }

  private static TrainingRows.Pass pass(
      int view, Subject subject, Source source, long[] order, long seed, Device device) {
    Keyed key = Keyed.of(seed).fold("alignment").fold(view);
    return new NewViews(source, subject.test(), source.views().get(view), key, device)
        .pass(order, BATCH, 0);
  }

  /** The sum of |x − y|² over rows that are scaled to length 1. */
  static double squares(Tensor x, Tensor y) {
    Tensor difference = x.to(DType.FLOAT64).normalize(1).sub(y.to(DType.FLOAT64).normalize(1));
    return difference.square().sum().item();
  }

  /** Returns the alignment of a kind of features, if it was measured. */
  OptionalDouble of(Subject.Kind kind) {
    int part = parts.indexOf(kind.name());
    return part < 0 ? OptionalDouble.empty() : OptionalDouble.of(values.get(part));
  }
}
