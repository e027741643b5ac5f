package io.diptych.option;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that was probably meant. */
public final class DidYouMean {
  private DidYouMean() {}

  /**
   * The hint for a message about an unknown name.
   *
   * @param wrong the name that was given
   * @param known the names there are
   * @return {@code "; did you mean 'lr'?"}, or an empty text where no known name is near
   */
  public static String hint(String wrong, Collection<String> known) {
    String typed = wrong.toLowerCase(Locale.ROOT);
    String best = "";
    int least = Math.max(1, typed.length() / 3) + 1;
    for (String name : known) {
      int distance = distance(typed, name.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    if (best.isEmpty() && typed.length() > 1) {
      best = known.stream().filter(name -> name.startsWith(typed)).findFirst().orElse("");
    }
    return best.isEmpty() ? "" : "; did you mean '" + best + "'?";
  }

  /**
   * The least number of letters to insert, delete, replace or swap with the next one (Damerau and
   * Levenshtein's distance, each place edited once).
   */
  private static int distance(String from, String to) {
    int[][] steps = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          steps[i][j] = i + j;
          continue;
        }
        int replaced = steps[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        int edited = 1 + Math.min(steps[i - 1][j], steps[i][j - 1]);
        steps[i][j] = Math.min(replaced, edited);
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        if (swapped) {
          steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
        }
      }
    }
    return steps[from.length()][to.length()];
  }
}
