package io.diptych.report;

import io.diptych.report.Series.Point;
import java.util.ArrayList;
import java.util.List;

/** Reduces a long log to what a drawing of limited width can show. */
final class Thinning {
  private Thinning() {}

  /**
   * Keeps of each of some equally wide columns the first, lowest, highest and last point: a line
   * through these covers the same pixels as one through all. Points that are not finite stay.
   */
  static List<Point> columns(List<Point> points, int columns) {
    if (points.size() <= 4 * columns) {
      return points;
    }
    double from = points.get(0).x();
    double width = (points.get(points.size() - 1).x() - from) / columns;
    List<Point> kept = new ArrayList<>();
    int start = 0;
    while (start < points.size()) {
      long column = (long) ((points.get(start).x() - from) / width);
      int end = start;
      int lowest = start;
      int highest = start;
      boolean gap = false;
      while (end < points.size() && (long) ((points.get(end).x() - from) / width) == column) {
        double y = points.get(end).y();
        gap |= !points.get(end).finite();
        lowest = y < points.get(lowest).y() ? end : lowest;
        highest = y > points.get(highest).y() ? end : highest;
        end++;
      }
      for (int i = start; i < end; i++) {
        if (gap || i == start || i == lowest || i == highest || i == end - 1) {
          kept.add(points.get(i));
        }
      }
      start = end;
    }
    return kept;
  }

  /** The mean over a centred window of an odd number of points; gaps stay gaps. */
  static List<Point> runningMean(List<Point> points, int window) {
    int reach = window / 2;
    double sum = 0;
    int count = 0;
    int from = 0;
    int to = 0;
    List<Point> means = new ArrayList<>(points.size());
    for (int i = 0; i < points.size(); i++) {
      for (; to < Math.min(points.size(), i + reach + 1); to++) {
        if (points.get(to).finite()) {
          sum += points.get(to).y();
          count++;
        }
      }
      for (; from < i - reach; from++) {
        if (points.get(from).finite()) {
          sum -= points.get(from).y();
          count--;
        }
      }
      Point point = points.get(i);
      means.add(new Point(point.x(), point.finite() && count > 0 ? sum / count : Double.NaN));
    }
    return means;
  }
}
