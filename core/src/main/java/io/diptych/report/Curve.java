package io.diptych.report;

import io.diptych.report.Metrics.Sample;
import io.diptych.report.Metrics.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * One quantity of a training log.
 *
 * @param note what the values mean
 * @param floor a value the vertical axis begins at or below; infinite for none
 * @param span the least that the vertical axis spans, so that noise does not fill it
 * @param gist the course of the values in a few words
 */
record Curve(
    String title,
    String note,
    double floor,
    double span,
    Function<List<Double>, String> gist,
    Function<Metrics, List<Sample>> samples) {

  /** Five points of accuracy. */
  private static final double POINTS = 5;

  private static final double NO_FLOOR = Double.POSITIVE_INFINITY;

  static final Curve LOSS =
      ofSteps("Loss", "What training minimises.", NO_FLOOR, Curve::end, Step::loss);

  private static final List<Curve> ALWAYS =
      List.of(
          LOSS,
          ofSteps(
              "Learning rate",
              "How far one step moves the weights.",
              0,
              values -> "up to " + Numbers.brief(Collections.max(values)),
              Step::learningRate),
          ofSteps(
              "Effective rank",
              "How many directions the embeddings use. Near 1, they have collapsed to a line.",
              1,
              Curve::end,
              Step::effectiveRank),
          ofSteps(
              "Feature spread",
              "Standard deviation of the features. Near 0, all images look the same to the"
                  + " encoder.",
              0,
              Curve::end,
              Step::featureStd),
          ofSteps(
              "Gradient norm",
              "Length of the gradient of all weights, before it is clipped.",
              0,
              Curve::usual,
              Step::gradNorm));

  private static final Curve SPEED =
      ofSteps("Speed", "Images per second.", 0, Curve::usual, Step::imagesPerSecond);

  /** The quantities that any of the runs logged, in the order to be shown. */
  static List<Curve> of(List<Run> runs) {
    Set<String> tracked = new LinkedHashSet<>();
    Set<String> measured = new LinkedHashSet<>();
    for (Run run : runs) {
      run.metrics().steps().forEach(step -> tracked.addAll(step.tracked().keySet()));
      measured.addAll(run.metrics().measures().keySet());
    }
    List<Curve> curves = new ArrayList<>(ALWAYS);
    measured.forEach(name -> curves.add(measured(name)));
    tracked.forEach(name -> curves.add(tracked(name)));
    curves.add(SPEED);
    curves.removeIf(
        curve ->
            runs.stream()
                .flatMap(run -> curve.samples.apply(run.metrics()).stream())
                .noneMatch(sample -> Double.isFinite(sample.value())));
    return curves;
  }

  private static Curve ofSteps(
      String title,
      String note,
      double floor,
      Function<List<Double>, String> gist,
      ToDoubleFunction<Step> value) {
    return new Curve(
        title,
        note,
        floor,
        0,
        gist,
        metrics ->
            metrics.steps().stream()
                .map(s -> new Sample(s.step(), s.epoch(), value.applyAsDouble(s)))
                .toList());
  }

  /** A term of the loss. */
  static Curve term(String name) {
    return ofSteps(name, "", NO_FLOOR, Curve::end, s -> s.terms().getOrDefault(name, Double.NaN));
  }

  private static Curve tracked(String name) {
    return switch (name) {
      case "probe_top1" ->
          ofSteps(
              "Online probe",
              "Accuracy in % of a linear classifier that learns beside the encoder, on the images of"
                  + " each batch before it learns from them. The encoder does not notice it.",
              0,
              Curve::end,
              s -> 100 * s.tracked().getOrDefault(name, Double.NaN));
      case "probe_loss" ->
          ofSteps(
              "Online probe’s loss",
              "Cross-entropy of the classifier that learns beside.",
              0,
              Curve::end,
              s -> s.tracked().getOrDefault(name, Double.NaN));
      default ->
          ofSteps(
              name.replace('_', ' '),
              "Logged by the method.",
              NO_FLOOR,
              Curve::end,
              s -> s.tracked().getOrDefault(name, Double.NaN));
    };
  }

  private static Curve measured(String name) {
    boolean knn = name.equals("knn_top1");
    return new Curve(
        knn ? "kNN during training" : name.replace('_', ' '),
        knn ? "Accuracy in % on the test images after some epochs." : "Measured after some epochs.",
        NO_FLOOR,
        knn ? POINTS : 0,
        Curve::end,
        metrics ->
            metrics.measures().getOrDefault(name, List.of()).stream()
                .map(s -> new Sample(s.step(), s.epoch(), (knn ? 100 : 1) * s.value()))
                .toList());
  }

  private static String end(List<Double> values) {
    return Numbers.brief(values.get(values.size() - 1)) + " at the end";
  }

  private static String usual(List<Double> values) {
    return "about " + Numbers.brief(values.stream().sorted().toList().get(values.size() / 2));
  }
}
