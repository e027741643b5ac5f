package io.diptych.report;

import io.diptych.report.Metrics.Sample;
import io.diptych.report.Metrics.Step;
import io.diptych.report.Series.Marker;
import io.diptych.report.Series.Point;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How training went: small charts over its course, of one run or of several in one. */
final class TrainingCurves {
  /** About the pixels across the plot area of a small chart. */
  private static final int COLUMNS = 180;

  private static final int WIDTH = 400;
  private static final int HEIGHT = 230;

  /** Fewer points than these are marked, as a line through them says little. */
  private static final int SPARSE = 25;

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

  void write(Html html) {
    List<Curve> curves = Curve.of(runs);
    html.open("div", "class", "charts linked");
    curves.forEach(curve -> chart(html, curve));
    html.close("div").line();
    if (runs.size() == 1) {
      notes(html, runs.get(0).metrics());
    }
    Parts.fold(
        html,
        "Values in a table",
        () -> {
          for (int i = 0; i < runs.size(); i++) {
            String caption = runs.size() == 1 ? "Training values" : "Run " + letters.get(i);
            CurveTable.write(html, caption, curves, runs.get(i).metrics());
          }
        });
  }

  private void chart(Html html, Curve curve) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      String label = runs.size() == 1 ? "" : letters.get(i);
      series.add(series(label, Series.style(i), runs.get(i), curve));
    }
    if (curve.equals(Curve.LOSS) && runs.size() == 1) {
      addTerms(series);
    }
    series.removeIf(one -> !one.last().finite());
    if (!series.isEmpty()) {
      Parts.figure(
          html,
          "",
          curve.title(),
          gist(curve),
          () -> {
            draw(html, curve, series);
            html.leaf("p", curve.note(), "class", "note");
          });
    }
  }

  private String gist(Curve curve) {
    return runs.size() > 1
        ? ""
        : curve
            .gist()
            .apply(
                curve.samples().apply(runs.get(0).metrics()).stream()
                    .map(Sample::value)
                    .filter(Double::isFinite)
                    .toList());
  }

  private void draw(Html html, Curve curve, List<Series> series) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Series one : series) {
      for (Point point : one.noise().isEmpty() ? one.points() : one.noise()) {
        if (point.finite()) {
          low = Math.min(low, point.y());
          high = Math.max(high, point.y());
        }
      }
    }
    double room = Math.max(0, curve.span() - (high - low)) / 2;
    Axis y = Axis.around(low - room, high + room, curve.floor(), 4);
    String name = byEpoch ? "epoch" : "step";
    new LineChart(WIDTH, HEIGHT, Axis.upTo(end(), 4), y, name, series)
        .write(html, words(curve.title(), name, series, low, high), "read");
  }

  /** Where training ended: all charts have the same horizontal axis. */
  private double end() {
    double end =
        runs.stream()
            .flatMap(run -> run.metrics().steps().stream())
            .mapToDouble(step -> byEpoch ? step.epoch() : step.step())
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    return end > 0 ? end : 1;
  }

  private Series series(String label, String style, Run run, Curve curve) {
    List<Point> all =
        curve.samples().apply(run.metrics()).stream()
            .map(s -> new Point(byEpoch ? s.epoch() : s.step(), s.value()))
            .toList();
    boolean noisy = all.size() > COLUMNS && runs.size() == 1;
    List<Point> smooth =
        all.size() > COLUMNS ? Thinning.runningMean(all, all.size() / 50 | 1) : all;
    return new Series(
        label,
        style,
        all.size() < SPARSE ? Marker.CIRCLE : Marker.NONE,
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
    series.set(0, series.get(0).labelled("total"));
    for (String name : names) {
      series.add(series(name, Series.style(series.size()), run, Curve.term(name)));
    }
  }

  private static void notes(Html html, Metrics metrics) {
    List<Step> steps = metrics.steps();
    metrics
        .warnings()
        .forEach(
            warning ->
                Parts.warning(
                    html, "Step " + Numbers.count(warning.step()) + ": " + warning.text()));
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
                Parts.warning(
                    html, "The loss was not finite at step " + Numbers.count(step.step()) + "."));
    double wait =
        steps.stream().mapToDouble(Step::dataWait).filter(Double::isFinite).average().orElse(0);
    if (wait > 0) {
      Parts.explain(
          html,
          "Of the training time, " + Numbers.percentSign(wait) + " went into waiting for data.");
    }
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
