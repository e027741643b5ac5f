package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;

/**
 * Which rows a contrastive loss pulls together: a relation between samples, that says for each
 * sample i (as an anchor) which samples j are positives. A sample may have several views, whose
 * rows come one view after the other: row r belongs to sample r mod samples.
 */
public final class Positives {
  private final Tensor relation;
  private final int views;
  private final long classes;
  private final boolean reflexive;
  private final boolean droppingLonely;

  private Positives(
      Tensor relation, int views, long classes, boolean reflexive, boolean droppingLonely) {
    this.relation = relation;
    this.views = views;
    this.classes = classes;
    this.reflexive = reflexive;
    this.droppingLonely = droppingLonely;
  }

  /** Rows attract each other if they are of the same sample. */
  public static Positives sameSample(long samples, Device device) {
    return new Positives(Tensor.eye(samples, DType.BOOL, device), 1, samples, true, false);
  }

  /**
   * Rows attract each other if their samples have the same label.
   *
   * @param labels int64 [samples]
   * @param classes number of different labels that there can be: where it tells that some samples
   *     share one, nothing is read from the device to know
   */
  public static Positives sameClass(Tensor labels, long classes) {
    if (labels.rank() != 1 || labels.dtype().isFloatingPoint()) {
      throw new IllegalArgumentException(
          "labels must be a vector of whole numbers, got " + labels.dtype() + " " + labels.shape());
    }
    Tensor relation = labels.unsqueeze(1).eq(labels.unsqueeze(0));
    return new Positives(relation, 1, classes, true, false);
  }

  /**
   * Any relation.
   *
   * @param mask [samples, samples], 1 where column j is a positive of row i, else 0; other values
   *     above 0 weigh
   */
  public static Positives of(Tensor mask) {
    if (mask.rank() != 2 || mask.size(0) != mask.size(1)) {
      throw new IllegalArgumentException("a mask must be square, got " + mask.shape());
    }
    return new Positives(mask, 1, Long.MAX_VALUE, false, false);
  }

  /** Returns this relation for rows of several views of each sample. */
  public Positives inViews(int count) {
    return new Positives(relation, count, classes, reflexive, droppingLonely);
  }

  /**
   * Returns this relation with anchors that have no positive left out of the mean, in which they
   * would be an error; as negatives of others they stay.
   */
  public Positives droppingLonely() {
    return new Positives(relation, views, classes, reflexive, true);
  }

  boolean dropsLonely() {
    return droppingLonely;
  }

  void requireRows(long rows) {
    if (rows != samples() * views) {
      throw new IllegalArgumentException(
          "labels or mask are of "
              + samples()
              + " samples in "
              + views
              + (views == 1 ? " view, " : " views, ")
              + "but there are "
              + rows
              + " rows");
    }
  }

  /**
   * Returns the weight of each contrast for each anchor.
   *
   * @param self where an anchor meets itself, bool [anchors, contrasts]; weighs 0
   */
  Tensor weights(Tensor self, DType dtype) {
    return relation
        .repeat(self.size(0) / samples(), self.size(1) / samples())
        .to(dtype)
        .maskedFill(self, 0);
  }

  /**
   * Fails where the loss would be no number. Reads the sums from the device only where the shapes
   * do not tell.
   *
   * @param sums of the weights of each anchor
   */
  void requireCompany(Tensor sums, long contrasts) {
    boolean otherRowsOfSample = reflexive && contrasts > samples();
    boolean sharedClass = droppingLonely && classes < samples();
    if (otherRowsOfSample || sharedClass) {
      return;
    }
    Tensor accompanied = sums.gt(0);
    if ((droppingLonely ? accompanied.any() : accompanied.all()).item() == 0) {
      throw new IllegalArgumentException(
          (droppingLonely ? "no anchor" : "not every anchor")
              + " has a positive among "
              + contrasts
              + " rows of "
              + samples()
              + " samples: take larger batches, several views of each image, or a network with"
              + " exits");
    }
  }

  private long samples() {
    return relation.size(0);
  }
}
