package io.diptych.report;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of features an evaluation compares, with their names on the page. */
enum Features {
  ENCODER("encoder", "Encoder", "the encoder’s features"),
  PIXELS("pixels", "Raw pixels", "raw pixels"),
  UNTRAINED("untrained", "Untrained", "an untrained encoder");

  private final String key;
  private final String label;
  private final String phrase;

  Features(String key, String label, String phrase) {
    this.key = key;
    this.label = label;
    this.phrase = phrase;
  }

  /** The name in evaluation files, also the style class of its marks. */
  String key() {
    return key;
  }

  String label() {
    return label;
  }

  /** The name inside a sentence. */
  String phrase() {
    return phrase;
  }

  /** The name of a kind that may be unknown to this version, which then goes by its key. */
  static String label(String key) {
    return of(key).map(Features::label).orElse(key);
  }

  static boolean isKind(String key) {
    return of(key).isPresent();
  }

  private static Optional<Features> of(String key) {
    return Arrays.stream(values()).filter(one -> one.key.equals(key)).findFirst();
  }
}
