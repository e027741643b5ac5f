package io.diptych.option;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A single value: a number, a truth value, a text or the constant of an enum. */
sealed interface ScalarKind extends Kind {
  /** The value of a scalar, or null after the problem was reported. */
  @Nullable Object convert(Tree.Scalar scalar, Site site);

  @Override
  default @Nullable Object bind(Tree tree, Site site) {
    if (!(tree instanceof Tree.Scalar scalar)) {
      site.mismatch(expected(), tree);
      return null;
    }
    Object value = convert(scalar, site);
    if (value != null) {
      check(value, site);
    }
    return value;
  }

  @Override
  default void check(Object value, Site site) {}

  @Override
  default Tree tree(Object value, boolean onlyResults) {
    return Tree.of(value);
  }

  /** An {@code int} or a {@code long}. */
  record Whole(boolean wide, Interval range) implements ScalarKind {
    @Override
    public @Nullable Object convert(Tree.Scalar scalar, Site site) {
      if (!(scalar.value() instanceof BigInteger number)) {
        site.mismatch(expected(), scalar);
        return null;
      }
      if (number.bitLength() >= (wide ? Long.SIZE : Integer.SIZE)) {
        String limits = wide ? "-2^63 to 2^63-1" : "-2147483648 to 2147483647";
        site.problem("must be in " + limits + ", was " + Text.oneLine(scalar.text()));
        return null;
      }
      if (wide) {
        return number.longValue();
      }
      return number.intValue();
    }

    @Override
    public void check(Object value, Site site) {
      Number number = (Number) value;
      if (!range.contains(number.doubleValue())) {
        site.problem(range.problem(number.toString()));
      }
    }

    @Override
    public String expected() {
      return "a whole number";
    }

    @Override
    public String plural() {
      return "whole numbers";
    }
  }

  /** A {@code double}. */
  record Real(Interval range) implements ScalarKind {
    @Override
    public @Nullable Object convert(Tree.Scalar scalar, Site site) {
      if (scalar.value() instanceof Number number) {
        return number.doubleValue();
      }
      site.mismatch(expected(), scalar);
      return null;
    }

    @Override
    public void check(Object value, Site site) {
      double number = (Double) value;
      if (!range.contains(number)) {
        site.problem(range.problem(Text.of(number)));
      }
    }

    @Override
    public String expected() {
      return "a number";
    }

    @Override
    public String plural() {
      return "numbers";
    }
  }

  /** A {@code boolean}. */
  record Truth() implements ScalarKind {
    @Override
    public @Nullable Object convert(Tree.Scalar scalar, Site site) {
      if (scalar.value() instanceof Boolean) {
        return scalar.value();
      }
      site.mismatch(expected(), scalar);
      return null;
    }

    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public String plural() {
      return "true or false";
    }
  }

  /** A {@code String}. Numbers are taken as they were written, as names may be numbers. */
  record Words() implements ScalarKind {
    @Override
    public @Nullable Object convert(Tree.Scalar scalar, Site site) {
      if (scalar.value() instanceof String || scalar.value() instanceof Number) {
        return scalar.text();
      }
      site.mismatch(expected(), scalar);
      return null;
    }

    @Override
    public String expected() {
      return "a text";
    }

    @Override
    public String plural() {
      return "texts";
    }
  }

  /** A constant of an enum, in kebab-case. */
  record Constant(Class<?> type) implements ScalarKind {
    @Override
    public @Nullable Object convert(Tree.Scalar scalar, Site site) {
      for (Object constant : type.getEnumConstants()) {
        if (name(constant).equals(scalar.value())) {
          return constant;
        }
      }
      if (scalar.value() instanceof String text) {
        site.problem(
            "unknown value '"
                + Text.oneLine(text)
                + "'"
                + DidYouMean.hint(text, names())
                + " ("
                + plural()
                + ")");
      } else {
        site.mismatch(expected(), scalar);
      }
      return null;
    }

    @Override
    public String expected() {
      return plural();
    }

    @Override
    public String plural() {
      return "one of: " + String.join(", ", names());
    }

    private List<String> names() {
      List<String> names = new ArrayList<>();
      for (Object constant : type.getEnumConstants()) {
        names.add(name(constant));
      }
      return names;
    }

    private static String name(Object constant) {
      return ((Tree.Scalar) Tree.of(constant)).text();
    }
  }
}
