package io.diptych.report;

import io.diptych.report.Metrics.Step;
import io.diptych.report.Series.Marker;
import io.diptych.report.Series.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** How training went: small charts over its course, of one run or of several in one. */
final class TrainingCurves {
  /** About the pixels across the plot area of a small chart. */
  private static final int COLUMNS = 180;

  private static final int WIDTH = 400;
  private static final int HEIGHT = 230;

  private final List<Run> runs;
  private final List<String> letters;
  private final boolean byEpoch;

  /** Several runs have a letter each, which marks their lines; a single run has none. */
  TrainingCurves(List<Run> runs, List<String> letters) {
    this.runs = runs;
    this.letters = letters;
    this.byEpoch =
        runs.stream()
            .flatMap(run -> run.metrics().steps().stream())
            .allMatch(step -> Double.isFinite(step.epoch()));
  }

  /**
   * One chart.
   *
   * @param note what the values mean, below the chart
   * @param floor a value the vertical axis begins at or below; infinite for none
   * @param gist the chart of a single run in a few words, from its values
   */
  private record Curve(
      String title,
      String note,
      ToDoubleFunction<Step> value,
      double floor,
      Function<List<Double>, String> gist) {}

  private static final List<Curve> CURVES =
      List.of(
          new Curve(
              "Loss",
              "What training minimises.",
              Step::loss,
              Double.POSITIVE_INFINITY,
              values -> Numbers.brief(last(values)) + " at the end"),
          new Curve(
              "Learning rate",
              "How far one step moves the weights.",
              Step::learningRate,
              0,
              values -> "up to " + Numbers.brief(Collections.max(values))),
          new Curve(
              "Feature spread",
              "Standard deviation of the features. Near 0, all images look the same to the encoder.",
              Step::featureStd,
              0,
              values -> Numbers.brief(last(values)) + " at the end"),
          new Curve(
              "Effective rank",
              "How many directions the embeddings use. Near 1, they have collapsed to a line.",
              Step::effectiveRank,
              1,
              values -> Numbers.brief(last(values)) + " at the end"),
          new Curve(
              "Speed",
              "Images per second.",
              Step::imagesPerSecond,
              0,
              values ->
                  "about "
                      + Numbers.brief(values.stream().sorted().toList().get(values.size() / 2))));

  void write(Html html) {
    html.open("div", "class", "charts");
    CURVES.forEach(curve -> chart(html, curve));
    html.close("div").line();
    if (runs.size() == 1) {
      notes(html, runs.get(0).metrics());
      Parts.fold(html, "Values in a table", () -> table(html, runs.get(0).metrics().steps()));
    }
  }

  private void chart(Html html, Curve curve) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      String label = runs.size() == 1 ? "" : letters.get(i);
      series.add(series(label, "run" + i % 8, runs.get(i), curve.value()));
    }
    if (curve.title().equals("Loss") && runs.size() == 1) {
      addTerms(series);
    }
    series.removeIf(one -> !one.last().finite());
    if (series.isEmpty()) {
      return;
    }
    html.open("figure").open("figcaption").leaf("strong", curve.title());
    if (runs.size() == 1) {
      List<Double> values =
          runs.get(0).metrics().steps().stream()
              .map(curve.value()::applyAsDouble)
              .filter(Double::isFinite)
              .toList();
      html.leaf("span", curve.gist().apply(values));
    }
    html.close("figcaption").line();
    draw(html, curve.title(), series, curve.floor());
    html.leaf("p", curve.note(), "class", "note");
    html.close("figure").line();
  }

  private static double last(List<Double> values) {
    return values.get(values.size() - 1);
  }

  private void draw(Html html, String title, List<Series> series, double floor) {
    double last = Double.NEGATIVE_INFINITY;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Series one : series) {
      for (Point point : one.noise().isEmpty() ? one.points() : one.noise()) {
        if (point.finite()) {
          last = Math.max(last, point.x());
          low = Math.min(low, point.y());
          high = Math.max(high, point.y());
        }
      }
    }
    Axis x = Axis.upTo(last > 0 ? last : 1, 4);
    Axis y = Axis.around(low, high, floor, 4);
    String name = byEpoch ? "epoch" : "step";
    new LineChart(WIDTH, HEIGHT, x, y, name, series)
        .write(html, words(title, name, series, low, high), "");
  }

  private Series series(String label, String style, Run run, ToDoubleFunction<Step> value) {
    List<Point> all =
        run.metrics().steps().stream()
            .map(s -> new Point(byEpoch ? s.epoch() : s.step(), value.applyAsDouble(s)))
            .toList();
    boolean noisy = all.size() > COLUMNS && runs.size() == 1;
    List<Point> smooth =
        all.size() > COLUMNS ? Thinning.runningMean(all, all.size() / 50 | 1) : all;
    return new Series(
        label,
        style,
        all.size() == 1 ? Marker.CIRCLE : Marker.NONE,
        Thinning.columns(smooth, COLUMNS),
        noisy ? Thinning.columns(all, COLUMNS) : List.of());
  }

  /** The parts of the loss, where it has several. */
  private void addTerms(List<Series> series) {
    Run run = runs.get(0);
    Set<String> names = new LinkedHashSet<>();
    run.metrics().steps().forEach(step -> names.addAll(step.terms().keySet()));
    if (names.size() < 2) {
      return;
    }
    Series total = series.get(0);
    series.set(
        0, new Series("total", total.style(), total.marker(), total.points(), total.noise()));
    for (String name : names) {
      series.add(
          series(
              name,
              "run" + series.size() % 8,
              run,
              step -> step.terms().getOrDefault(name, Double.NaN)));
    }
  }

  private static void notes(Html html, Metrics metrics) {
    List<Step> steps = metrics.steps();
    if (steps.size() == 1) {
      Parts.explain(html, "So far there is one log line only.");
    }
    if (metrics.halfWritten()) {
      Parts.explain(html, "The last log line was only half written and is left out.");
    }
    steps.stream()
        .filter(step -> Double.isNaN(step.loss()) || Double.isInfinite(step.loss()))
        .findFirst()
        .ifPresent(
            step ->
                Parts.explain(
                    html, "The loss was not finite at step " + Numbers.count(step.step()) + "."));
    double wait =
        steps.stream().mapToDouble(Step::dataWait).filter(Double::isFinite).average().orElse(0);
    if (wait > 0) {
      Parts.explain(
          html,
          "Of the training time, " + Numbers.percentSign(wait) + " went into waiting for data.");
    }
  }

  private static void table(Html html, List<Step> steps) {
    Parts.scroll(
        html,
        "Training values",
        () -> {
          html.open("table").open("thead").open("tr");
          for (String name :
              List.of(
                  "Step", "Epoch", "Loss", "Learning rate", "Feature std", "Rank", "Images/s")) {
            html.leaf("th", name, "scope", "col", "class", "number");
          }
          html.close("tr").close("thead").open("tbody");
          int rows = Math.min(12, steps.size());
          for (int row = 0; row < rows; row++) {
            int index = rows == 1 ? 0 : (int) Math.round(row * (steps.size() - 1.0) / (rows - 1));
            Step step = steps.get(index);
            html.open("tr");
            html.leaf("th", Numbers.count(step.step()), "scope", "row", "class", "number");
            for (double value :
                new double[] {
                  step.epoch(),
                  step.loss(),
                  step.learningRate(),
                  step.featureStd(),
                  step.effectiveRank(),
                  step.imagesPerSecond()
                }) {
              html.leaf("td", Double.isNaN(value) ? "–" : Numbers.value(value), "class", "number");
            }
            html.close("tr");
          }
          html.close("tbody").close("table");
        });
  }

  private static String words(
      String title, String name, List<Series> series, double low, double high) {
    StringBuilder words = new StringBuilder(title + " by " + name + ", from ");
    words.append(Numbers.value(low)).append(" to ").append(Numbers.value(high)).append('.');
    for (Series one : series) {
      words.append(' ').append(one.label().isEmpty() ? "It" : one.label());
      words.append(" ends at ").append(Numbers.value(one.last().y())).append('.');
    }
    return words.toString();
  }
}
