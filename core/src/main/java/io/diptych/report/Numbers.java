package io.diptych.report;

import static java.lang.String.format;

import java.util.Locale;

/** How numbers look on the page: the same in every locale, with a true minus sign. */
final class Numbers {
  /** Keeps a number and its unit on one line. */
  private static final String NO_BREAK = "\u00a0";

  private Numbers() {}

  /** A share as per cent without the sign: 0.7231 → "72.3". */
  static String percent(double share) {
    return minus(format(Locale.ROOT, "%.1f", 100 * share));
  }

  /** A share as per cent with the sign: 0.7231 → "72.3 %". */
  static String percentSign(double share) {
    return percent(share) + NO_BREAK + "%";
  }

  /** A difference of shares in points, always signed: 0.082 → "+8.2". */
  static String points(double difference) {
    String text = format(Locale.ROOT, "%+.1f", 100 * difference);
    return text.substring(1).equals("0.0") ? "±0.0" : minus(text);
  }

  /** A size without its sign in points: −0.021 → "2.1 points". */
  static String pointsApart(double difference) {
    return format(Locale.ROOT, "%.1f", Math.abs(100 * difference)) + NO_BREAK + "points";
  }

  /** A whole number in groups of three: 10000 → "10,000". */
  static String count(long value) {
    return minus(format(Locale.ROOT, "%,d", value));
  }

  /** "1 image", "2 images". */
  static String count(long value, String noun) {
    return count(value) + NO_BREAK + noun + (value == 1 ? "" : "s");
  }

  /** Four significant digits. */
  static String value(double value) {
    return significant(value, 4);
  }

  /** Three significant digits, where more would only distract. */
  static String brief(double value) {
    return significant(value, 3);
  }

  /** A number in plain or, far from 1, in scientific notation; whole numbers as they are. */
  private static String significant(double value, int digits) {
    if (Double.isNaN(value)) {
      return "not a number";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "infinite" : "−infinite";
    }
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e9)) {
      String[] parts = format(Locale.ROOT, "%." + (digits - 1) + "e", value).split("e", 2);
      return minus(parts[0]) + "e" + minus(Integer.toString(Integer.parseInt(parts[1])));
    }
    if (value == Math.rint(value)) {
      return count((long) value);
    }
    int decimals = Math.max(0, digits - 1 - (int) Math.floor(Math.log10(size)));
    return minus(format(Locale.ROOT, "%,." + decimals + "f", value));
  }

  /** A duration in its two leading units: 252 → "4 min 12 s". */
  static String duration(double seconds) {
    if (seconds < 10) {
      return format(Locale.ROOT, "%.1f", seconds) + NO_BREAK + "s";
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + NO_BREAK + "s";
    }
    if (whole < 3600) {
      return whole / 60 + NO_BREAK + "min" + NO_BREAK + whole % 60 + NO_BREAK + "s";
    }
    return count(whole / 3600) + NO_BREAK + "h" + NO_BREAK + whole / 60 % 60 + NO_BREAK + "min";
  }

  /** A coordinate of a drawing. */
  static String coordinate(double value) {
    String text = format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private static String minus(String text) {
    return text.startsWith("-") ? "−" + text.substring(1) : text;
  }
}
