package io.diptych.method;

/**
 * What a method asks of its data.
 *
 * @param minViews fewest views of each image
 * @param maxViews most views of each image
 * @param labels whether each image needs a label
 * @param batchMultiple number that divides the images of a batch
 */
public record Requirements(int minViews, int maxViews, boolean labels, int batchMultiple) {
  private static final int MANY = Integer.MAX_VALUE;

  /** Returns a need of exactly so many views. */
  public static Requirements views(int exactly) {
    return new Requirements(exactly, exactly, false, 1);
  }

  /** Returns a need of so many views or more. */
  public static Requirements viewsFrom(int least) {
    return new Requirements(least, MANY, false, 1);
  }

  /** Returns these, and labels as well. */
  public Requirements withLabels() {
    return new Requirements(minViews, maxViews, true, batchMultiple);
  }

  /** Returns these, and batches of a multiple of so many images. */
  public Requirements batchesOf(int multiple) {
    return new Requirements(minViews, maxViews, labels, multiple);
  }

  /** Returns whether so many views will do. */
  public boolean allows(int views) {
    return minViews <= views && views <= maxViews;
  }

  /** Returns the number of views in words: {@code exactly 2 views}. */
  public String viewsInWords() {
    if (minViews == maxViews) {
      return "exactly " + minViews + (minViews == 1 ? " view" : " views");
    }
    return maxViews == MANY
        ? minViews + " views or more"
        : "from " + minViews + " to " + maxViews + " views";
  }
}
