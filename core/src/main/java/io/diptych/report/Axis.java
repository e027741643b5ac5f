package io.diptych.report;

import static java.lang.String.format;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a chart.
 *
 * @param logarithmic whether equal distances are equal ratios
 */
record Axis(double from, double to, List<Tick> ticks, boolean logarithmic) {

  /** A value with a mark and its text. */
  record Tick(double value, String label) {}

  /** An axis over all the values, ending on round numbers; {@code floor} is always on it. */
  static Axis around(double lowest, double highest, double floor, int intervals) {
    double low = Math.min(lowest, floor);
    double high = highest;
    if (!(high - low > 1e-12 * Math.max(Math.abs(high), Math.abs(low)))) {
      double room = high == 0 ? 1 : Math.abs(high) / 2;
      low -= floor <= low && low >= 0 ? Math.min(low, room) : room;
      high += room;
    }
    double step = roundStep((high - low) / intervals);
    return withTicks(
        Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step, step);
  }

  /** An axis from 0 to exactly a positive value. */
  static Axis upTo(double end, int intervals) {
    double step = roundStep(end / intervals);
    return new Axis(0, end, withTicks(0, end, step).ticks, false);
  }

  /** A logarithmic axis between two positive values exactly, with marks at 1, 2, 5, 10, 20, … */
  static Axis ratios(double from, double to) {
    List<Tick> ticks = new ArrayList<>();
    for (double unit = Math.pow(10, Math.floor(Math.log10(from))); unit <= to; unit *= 10) {
      for (int factor : new int[] {1, 2, 5}) {
        double value = factor * unit;
        if (value >= from && value <= to) {
          ticks.add(new Tick(value, Numbers.value(value)));
        }
      }
    }
    return new Axis(from, to, List.copyOf(ticks), true);
  }

  /** A logarithmic axis over positive values, with a mark at each power of ten, or at some. */
  static Axis decades(double lowest, double highest) {
    int from = (int) Math.floor(Math.log10(lowest) + 1e-9);
    int to = Math.max(from + 1, (int) Math.ceil(Math.log10(highest) - 1e-9));
    int stride = (to - from + 5) / 6;
    List<Tick> ticks = new ArrayList<>();
    for (int power = to; power >= from; power -= stride) {
      String label = power < -4 ? "1e−" + -power : new BigDecimal("1e" + power).toPlainString();
      ticks.add(0, new Tick(Math.pow(10, power), label));
    }
    return new Axis(Math.pow(10, from), Math.pow(10, to), List.copyOf(ticks), true);
  }

  /** Where a value lies: 0 at the beginning, 1 at the end. */
  double position(double value) {
    return logarithmic
        ? Math.log(value / from) / Math.log(to / from)
        : (value - from) / (to - from);
  }

  private static Axis withTicks(double from, double to, double step) {
    int digits = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; from + i * step <= to + step * 1e-9; i++) {
      double value = from + i * step;
      String text =
          digits > 5 && value != 0
              ? Numbers.value(value)
              : format(Locale.ROOT, "%,." + (digits > 5 ? 0 : digits) + "f", value + 0.0);
      ticks.add(new Tick(value, text.replace('-', '−')));
    }
    return new Axis(from, to, List.copyOf(ticks), false);
  }

  /** The nearest of 1, 2, 5 and their multiples by ten. */
  private static double roundStep(double value) {
    double unit = Math.pow(10, Math.floor(Math.log10(value)));
    double rest = value / unit;
    double factor =
        rest < Math.sqrt(2) ? 1 : rest < Math.sqrt(10) ? 2 : rest < Math.sqrt(50) ? 5 : 10;
    return factor * unit;
  }
}
