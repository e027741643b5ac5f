package io.diptych.report;

import java.util.List;

/**
 * A line of a chart.
 *
 * @param label the short text at the line's end
 * @param style the style class, which sets colour and dashes
 * @param marker drawn at each point
 * @param points by rising x; a y that is not finite leaves a gap
 * @param noise the same values unsmoothed, drawn faintly behind; may be empty
 */
record Series(String label, String style, Marker marker, List<Point> points, List<Point> noise) {

  private static final int STYLES = 10;

  /** The style class of the n-th line, run or class. */
  static String style(int index) {
    return "hue" + index % STYLES;
  }

  Series labelled(String name) {
    return new Series(name, style, marker, points, noise);
  }

  /** A point with the standard deviation of its y, 0 for none. */
  record Point(double x, double y, double spread) {
    Point(double x, double y) {
      this(x, y, 0);
    }

    boolean finite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  /** Shapes that tell lines apart without their colours. */
  enum Marker {
    NONE,
    CIRCLE,
    SQUARE,
    DIAMOND,
    TRIANGLE;

    /** The mark of the n-th run of a comparison. */
    static Marker of(int index) {
      return values()[1 + index % 4];
    }

    /** The outline around the origin as path data. */
    String outline() {
      return switch (this) {
        case NONE -> "";
        case CIRCLE -> "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0";
        case SQUARE -> "m-3.5-3.5h7v7h-7z";
        case DIAMOND -> "m0-5l5 5l-5 5l-5-5z";
        case TRIANGLE -> "m0-4.8l4.8 8.3h-9.6z";
      };
    }
  }

  Point last() {
    for (int i = points.size() - 1; i >= 0; i--) {
      if (points.get(i).finite()) {
        return points.get(i);
      }
    }
    return new Point(Double.NaN, Double.NaN);
  }
}
