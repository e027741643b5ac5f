package io.diptych.golden;

import io.diptych.Golden;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the project makes of the recorded cases of one specification, by kind. */
public final class GoldenKinds {
  private final String suite;
  private final Map<String, Check> checks = new LinkedHashMap<>();

  /** Repeats a case and compares. */
  @FunctionalInterface
  public interface Check {
    /** Fails by an assertion where the results differ. */
    void run(Golden golden);
  }

  private GoldenKinds(String suite) {
    this.suite = suite;
  }

  /** Returns the kinds of a specification, none so far. */
  public static GoldenKinds of(String suite) {
    return new GoldenKinds(suite);
  }

  /** Adds a kind and its check, and returns this. */
  public GoldenKinds on(String kind, Check check) {
    if (checks.put(kind, check) != null) {
      throw new IllegalArgumentException("two checks for " + suite + "/" + kind);
    }
    return this;
  }

  String suite() {
    return suite;
  }

  Map<String, Check> checks() {
    return checks;
  }
}
