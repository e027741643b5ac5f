package io.diptych.recipe.reference;

import io.diptych.option.OptionException;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Values as Python reads and prints them. */
final class Python {
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}");
  private static final Pattern REAL =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private Python() {}

  static long whole(String option, String text) {
    if (!WHOLE.matcher(text.strip()).matches()) {
      throw new OptionException(option, "must be a whole number, was '" + text + "'");
    }
    return Long.parseLong(text.strip());
  }

  static double real(String option, String text) {
    String number = text.strip();
    if (REAL.matcher(number).matches()) {
      return Double.parseDouble(number);
    }
    return switch (number.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan", "+nan", "-nan" -> Double.NaN;
      default -> throw new OptionException(option, "must be a number, was '" + text + "'");
    };
  }

  /** Returns whole numbers with commas between them. */
  static List<Long> wholes(String option, String text) {
    return Arrays.stream(text.split(",", -1)).map(each -> whole(option, each)).toList();
  }

  /** Returns a value as Python prints it. */
  static String text(Object value) {
    if (value instanceof Boolean truth) {
      return truth ? "True" : "False";
    }
    return value instanceof Double number ? text(number.doubleValue()) : value.toString();
  }

  /** Returns the shortest number that reads back as the same: 0.0001, 1e-05, 3.0, 1e+16. */
  private static String text(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    } else if (number == 0) {
      return 1 / number > 0 ? "0.0" : "-0.0";
    }
    // Recipes have the same digits, but change to powers of ten elsewhere.
    BigDecimal digits = new BigDecimal(Yaml.flow(Tree.of(number))).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      return digits.setScale(Math.max(1, digits.scale())).toPlainString();
    }
    String size = String.valueOf(Math.abs(exponent));
    return digits.movePointLeft(exponent).toPlainString()
        + (exponent < 0 ? "e-" : "e+")
        + (size.length() < 2 ? "0" + size : size);
  }
}
