package io.diptych.option;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A single value: a number, a truth value, a text or the constant of an enum. */
sealed interface ScalarKind extends Kind {
  /** The value that was written, or null if it is none of this kind. */
  @Nullable Object convert(Tree.Scalar scalar);

  /** Reports a value that cannot be converted. */
  default void refuse(Tree.Scalar scalar, Site site) {
    site.mismatch(expected(), scalar);
  }

  @Override
  default @Nullable Object bind(Tree tree, Site site) {
    if (!(tree instanceof Tree.Scalar scalar)) {
      site.mismatch(expected(), tree);
      return null;
    }
    Object value = convert(scalar);
    if (value == null) {
      refuse(scalar, site);
    } else {
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

  /** An {@code int}, or with 64 bits a {@code long}. */
  record Whole(int bits, Interval range) implements ScalarKind {
    @Override
    public @Nullable Object convert(Tree.Scalar scalar) {
      if (!(scalar.value() instanceof BigInteger number) || number.bitLength() >= bits) {
        return null;
      } else if (bits == Long.SIZE) {
        return number.longValue();
      }
      return number.intValue();
    }

    @Override
    public void refuse(Tree.Scalar scalar, Site site) {
      if (scalar.value() instanceof BigInteger) {
        String limits = bits == Long.SIZE ? "-2^63 to 2^63-1" : "-2147483648 to 2147483647";
        site.problem("must be in " + limits + ", was " + Text.oneLine(scalar.text()));
      } else {
        ScalarKind.super.refuse(scalar, site);
      }
    }

    @Override
    public void check(Object value, Site site) {
      if (!range.contains(((Number) value).doubleValue())) {
        site.problem(range.problem(value.toString()));
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
    public @Nullable Object convert(Tree.Scalar scalar) {
      return scalar.value() instanceof Number number ? (Object) number.doubleValue() : null;
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
    public @Nullable Object convert(Tree.Scalar scalar) {
      return scalar.value() instanceof Boolean ? scalar.value() : null;
    }

    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public String plural() {
      return expected();
    }
  }

  /** A {@code String}. Numbers are taken as they were written, as names may be numbers. */
  record Words() implements ScalarKind {
    @Override
    public @Nullable Object convert(Tree.Scalar scalar) {
      boolean named = scalar.value() instanceof String || scalar.value() instanceof Number;
      return named ? scalar.text() : null;
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
    public @Nullable Object convert(Tree.Scalar scalar) {
      int index = scalar.value() instanceof String text ? names().indexOf(text) : -1;
      return index < 0 ? null : type.getEnumConstants()[index];
    }

    @Override
    public void refuse(Tree.Scalar scalar, Site site) {
      if (scalar.value() instanceof String text) {
        site.unknown("value", text, names());
      } else {
        ScalarKind.super.refuse(scalar, site);
      }
    }

    @Override
    public String expected() {
      return "one of: " + String.join(", ", names());
    }

    @Override
    public String plural() {
      return expected();
    }

    private List<String> names() {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> ((Tree.Scalar) Tree.of(constant)).text())
          .toList();
    }
  }
}
