package io.diptych.option;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** How values are written: in YAML, and in messages of one line. */
final class Text {
  /** As many digits tell any double from every other. */
  private static final int MOST_DIGITS = 17;

  private static final int SHOWN = 60;

  private Text() {}

  /**
   * The shortest decimal number that reads back as the same double, in a form that every YAML
   * reader takes for a number: {@code 0.5}, {@code 1.0e-5}, {@code .inf}.
   *
   * <p>{@code Double.toString} is not used as its digits differ between Java versions, and recipe
   * hashes must not.
   */
  static String of(double value) {
    if (Double.isNaN(value)) {
      return ".nan";
    } else if (Double.isInfinite(value)) {
      return value > 0 ? ".inf" : "-.inf";
    } else if (value == 0) {
      return 1 / value > 0 ? "0.0" : "-0.0";
    }
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 15) {
      return shortest.setScale(Math.max(1, shortest.scale())).toPlainString();
    }
    BigDecimal mantissa = shortest.movePointLeft(exponent);
    return mantissa.setScale(Math.max(1, mantissa.scale())).toPlainString()
        + (exponent < 0 ? "e" : "e+")
        + exponent;
  }

  private static BigDecimal shortest(double value) {
    // A few digits more than needed stand for all of up to 767.
    BigDecimal precise = new BigDecimal(value, new MathContext(MOST_DIGITS + 5));
    for (int digits = 1; digits < MOST_DIGITS; digits++) {
      // The nearest decimal first; at a power of two only the one above may read back.
      for (RoundingMode mode : List.of(RoundingMode.HALF_EVEN, RoundingMode.UP)) {
        BigDecimal rounded = precise.round(new MathContext(digits, mode));
        if (rounded.doubleValue() == value) {
          return rounded;
        }
      }
    }
    return precise.round(new MathContext(MOST_DIGITS));
  }

  /** A text in double quotes, with everything escaped that would not survive in one line. */
  static String quote(String text) {
    return '"' + escape(text).replace("\"", "\\\"") + '"';
  }

  /** A text without line breaks and control characters, not longer than a message bears. */
  static String oneLine(String text) {
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN - 1) + "…";
    return shown.codePoints().allMatch(Text::isPrintable) ? shown : escape(shown);
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints().forEach(character -> append(escaped, character));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int character) {
    switch (character) {
      case '\\' -> escaped.append("\\\\");
      case '\n' -> escaped.append("\\n");
      case '\r' -> escaped.append("\\r");
      case '\t' -> escaped.append("\\t");
      default -> {
        if (isPrintable(character)) {
          escaped.appendCodePoint(character);
        } else {
          escaped.append(String.format(Locale.ROOT, "\\U%08x", character));
        }
      }
    }
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
