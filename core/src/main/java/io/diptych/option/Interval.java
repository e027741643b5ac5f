package io.diptych.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A range of numbers such as {@code (0, inf)} or {@code [0, 1]}; never holds NaN. */
record Interval(String text, double low, boolean withLow, double high, boolean withHigh) {
  private static final Pattern SYNTAX =
      Pattern.compile("([\\[(])\\s*(\\S+),\\s*(\\S+?)\\s*([\\])])");

  static final Interval FINITE = parse("(-inf, inf)");

  static Interval parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (matcher.matches()) {
      double low = bound(text, matcher.group(2));
      double high = bound(text, matcher.group(3));
      if (low <= high) {
        return new Interval(
            text, low, matcher.group(1).equals("["), high, matcher.group(4).equals("]"));
      }
    }
    throw notAnInterval(text);
  }

  private static double bound(String text, String bound) {
    if (bound.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    } else if (bound.equals("-inf")) {
      return Double.NEGATIVE_INFINITY;
    }
    try {
      return Double.parseDouble(bound);
    } catch (NumberFormatException e) {
      throw notAnInterval(text);
    }
  }

  private static IllegalArgumentException notAnInterval(String text) {
    return new IllegalArgumentException(
        "range \"" + text + "\" is no interval such as \"(0, inf)\" or \"[0, 1]\"");
  }

  boolean contains(double value) {
    return (value > low || (withLow && value == low))
        && (value < high || (withHigh && value == high));
  }

  /** What is wrong with a number that is not in here. */
  String problem(String shown) {
    if (equals(FINITE)) {
      return "must be a finite number, was " + shown;
    }
    return "must be in " + text + ", was " + shown;
  }
}
