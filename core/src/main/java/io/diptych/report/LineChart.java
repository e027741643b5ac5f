package io.diptych.report;

import static io.diptych.report.Numbers.coordinate;

import io.diptych.report.Axis.Tick;
import io.diptych.report.Series.Marker;
import io.diptych.report.Series.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A line chart as inline SVG, labelled at the lines' ends rather than by a legend. Colours, dashes
 * and fonts come from the page's style sheet.
 */
final class LineChart {
  private static final double LETTER = 6.9;
  private static final double LINE_HEIGHT = 15;
  private static final double TOP = 8;
  private static final int LONGEST_LABEL = 18;

  private final int width;
  private final int height;
  private final Axis x;
  private final Axis y;
  private final String xName;
  private final List<Series> series;
  private final double left;
  private final double right;
  private final double bottom;

  LineChart(int width, int height, Axis x, Axis y, String xName, List<Series> series) {
    this.width = width;
    this.height = height;
    this.x = x;
    this.y = y;
    this.xName = xName;
    this.series = series;
    int widest = y.ticks().stream().mapToInt(t -> t.label().length()).max().orElse(1);
    int longest =
        series.stream()
            .mapToInt(s -> Label.shortened(s.label(), LONGEST_LABEL).length())
            .max()
            .orElse(0);
    this.left = 8 + widest * LETTER;
    this.right = width - (longest == 0 ? 14 : 14 + longest * LETTER);
    this.bottom = height - 44;
  }

  /**
   * Draws the chart. Where its lines are and what its axes mean stands in its attributes, so that
   * the page's script can read values back.
   *
   * @param description says in words what it shows
   */
  void write(Html html, String description, String style) {
    html.open(
        "svg",
        "class",
        "chart " + style,
        "viewBox",
        "0 0 " + width + " " + height,
        "role",
        "img",
        "aria-label",
        description,
        "data-box",
        String.join(" ", coordinate(left), coordinate(TOP), coordinate(right), coordinate(bottom)),
        "data-x",
        x.from() + " " + x.to() + (x.logarithmic() ? " log" : ""),
        "data-y",
        y.from() + " " + y.to() + (y.logarithmic() ? " log" : ""),
        "data-x-name",
        xName);
    grid(html);
    for (Series one : series) {
      html.open("g", "class", "line " + one.style(), "data-name", one.label());
      if (!one.noise().isEmpty()) {
        html.empty("path", "class", "noise", "d", path(one.noise()));
      }
      errorBars(html, one.points());
      html.empty("path", "class", "course", "d", path(one.points()));
      markers(html, one);
      html.close("g");
    }
    endLabels(html);
    html.close("svg").line();
  }

  private void grid(Html html) {
    html.open("g", "class", "grid");
    for (Tick tick : y.ticks()) {
      double at = yAt(tick.value());
      html.empty(
          "path", "d", "M" + coordinate(left) + " " + coordinate(at) + "H" + coordinate(right));
      Label.draw(html, left - 6, at + 4, "end", tick.label(), "tick");
    }
    for (Tick tick : x.ticks()) {
      double at = xAt(tick.value());
      html.empty("path", "d", "M" + coordinate(at) + " " + coordinate(bottom) + "v4");
      Label.draw(html, at, bottom + 17, "middle", tick.label(), "tick");
    }
    html.close("g");
    Label.draw(html, (left + right) / 2, height - 6, "middle", xName, "name");
  }

  private void errorBars(Html html, List<Point> points) {
    StringBuilder bars = new StringBuilder();
    for (Point point : points) {
      if (point.finite() && point.spread() > 0) {
        double at = xAt(point.x());
        double high = yAt(point.y() + point.spread());
        double low = yAt(point.y() - point.spread());
        bars.append('M')
            .append(coordinate(at - 4))
            .append(' ')
            .append(coordinate(high))
            .append("h8");
        bars.append('M').append(coordinate(at)).append(' ').append(coordinate(high));
        bars.append('V').append(coordinate(low)).append("m-4 0h8");
      }
    }
    if (!bars.isEmpty()) {
      html.empty("path", "class", "bars", "d", bars.toString());
    }
  }

  private void markers(Html html, Series one) {
    if (one.marker() == Marker.NONE) {
      return;
    }
    for (Point point : one.points()) {
      if (point.finite()) {
        String at = "M" + coordinate(xAt(point.x())) + " " + coordinate(yAt(point.y()));
        html.open("path", "class", "mark", "d", at + one.marker().outline());
        html.leaf("title", one.label() + ": " + told(point)).close("path");
      }
    }
  }

  /** A point's value in words, as a hint where a mouse rests on it. */
  private String told(Point point) {
    String spread = point.spread() > 0 ? " ± " + Numbers.value(point.spread()) : "";
    String at =
        x.ticks().stream()
            .filter(tick -> tick.value() == point.x())
            .map(Tick::label)
            .findFirst()
            .orElse(Numbers.value(point.x()));
    return Numbers.value(point.y()) + spread + " (" + xName + ": " + at + ")";
  }

  /** A line through the points with gaps where one is not finite; a lone point becomes a dot. */
  private String path(List<Point> points) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (Point point : points) {
      if (point.finite()) {
        path.append(pen ? 'L' : 'M').append(coordinate(xAt(point.x())));
        path.append(' ').append(coordinate(yAt(point.y()))).append(pen ? "" : "h0");
      }
      pen = point.finite();
    }
    return path.toString();
  }

  /** Writes each line's name beside its end, moved apart where ends are close. */
  private void endLabels(Html html) {
    List<Series> byHeight = new ArrayList<>(series);
    byHeight.removeIf(one -> one.label().isEmpty() || !one.last().finite());
    byHeight.sort(Comparator.comparingDouble(one -> yAt(one.last().y())));
    double[] at = new double[byHeight.size()];
    double lowest = TOP + 4;
    for (int i = 0; i < at.length; i++) {
      at[i] = Math.max(lowest, yAt(byHeight.get(i).last().y()));
      lowest = at[i] + LINE_HEIGHT;
    }
    double highest = bottom;
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = Math.min(highest, at[i]);
      highest = at[i] - LINE_HEIGHT;
    }
    for (int i = 0; i < at.length; i++) {
      Series one = byHeight.get(i);
      double from = Math.min(right, xAt(one.last().x())) + 9;
      Label.draw(
          html,
          from,
          at[i] + 4,
          "start",
          Label.shortened(one.label(), LONGEST_LABEL),
          "end " + one.style());
    }
  }

  private double xAt(double value) {
    return left + (right - left) * x.position(value);
  }

  private double yAt(double value) {
    return bottom - (bottom - TOP) * y.position(value);
  }
}
