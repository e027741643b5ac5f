package io.diptych.report;

import io.diptych.report.Axis.Tick;
import io.diptych.report.Series.Marker;
import io.diptych.report.Series.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Linear accuracy against the number of labels per class. */
final class LabelChart {
  private LabelChart() {}

  /** A line to draw: the features of a run under a name and a style. */
  record Line(Run run, Features features, String name, String style, Marker marker) {}

  /** The three lines of one run. */
  static List<Line> lines(Run run) {
    return List.of(
        new Line(run, Features.ENCODER, "encoder", Features.ENCODER.key(), Marker.CIRCLE),
        new Line(run, Features.PIXELS, "raw pixels", Features.PIXELS.key(), Marker.SQUARE),
        new Line(run, Features.UNTRAINED, "untrained", Features.UNTRAINED.key(), Marker.TRIANGLE));
  }

  /** Draws the chart, or nothing where there are fewer than two numbers of labels. */
  static void write(Html html, List<Line> lines) {
    Map<Double, String> ticks = new TreeMap<>();
    List<Series> series = lines.stream().map(line -> series(line, ticks)).toList();
    if (ticks.size() < 2) {
      return;
    }
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (Series one : series) {
      for (Point point : one.points()) {
        lowest = Math.min(lowest, point.y() - point.spread());
        highest = Math.max(highest, point.y() + point.spread());
      }
    }
    List<Tick> marks =
        ticks.entrySet().stream().map(e -> new Tick(e.getKey(), e.getValue())).toList();
    double first = marks.get(0).value();
    double last = marks.get(marks.size() - 1).value();
    double room = Math.pow(last / first, 0.04);
    Axis x = new Axis(first / room, last * room, marks, true);
    Axis y = Axis.around(lowest, highest, Double.POSITIVE_INFINITY, 5);
    String words = words(series, ticks);
    Parts.figure(
        html,
        "labels",
        "Linear accuracy by number of labels",
        "in %, with the standard deviation over draws",
        () -> {
          new LineChart(740, 360, x, y, "labels per class", series).write(html, words, "wide");
          new LineChart(340, 320, x, y, "labels per class", series).write(html, words, "narrow");
        });
  }

  private static Series series(Line line, Map<Double, String> ticks) {
    List<Point> points = new ArrayList<>();
    for (Evaluation.Result result : line.run().results(Run.LINEAR)) {
      if (result.features().equals(line.features().key()) && result.variant() == null) {
        Long labels = result.labelsPerClass();
        double at = labels == null ? all(line.run()) : labels;
        ticks.put(at, labels == null ? "all" : Numbers.count(labels));
        points.add(new Point(at, 100 * result.mean(), result.draws() > 1 ? 100 * result.std() : 0));
      }
    }
    points.sort((a, b) -> Double.compare(a.x(), b.x()));
    return new Series(line.name(), line.style(), line.marker(), points, List.of());
  }

  /** The number of labels per class that all labels are, on average. */
  private static double all(Run run) {
    return run.evaluation(Run.LINEAR)
        .map(Evaluation::data)
        .map(data -> Math.max(1, (double) data.train() / Math.max(1, data.classes().size())))
        .orElse(1.0);
  }

  private static String words(List<Series> series, Map<Double, String> ticks) {
    StringBuilder words = new StringBuilder("Line chart of linear accuracy by labels per class.");
    for (Series one : series) {
      words.append(' ').append(one.label()).append(':');
      for (Point point : one.points()) {
        words.append(' ').append(ticks.get(point.x())).append(" labels ");
        words.append(Numbers.percentSign(point.y() / 100)).append(',');
      }
      words.setCharAt(words.length() - 1, '.');
    }
    return words.toString();
  }
}
