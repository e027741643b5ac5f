package io.diptych.train;

import io.diptych.method.Step;
import io.diptych.view.Batch;

/** Where the views of each step come from; the same step always gives the same views. */
public interface BatchSource extends AutoCloseable {
  /** What becomes of the images of an epoch that fill no batch. */
  enum Rest {
    /** They are left out, others in every epoch. */
    DROPPED,
    /**
     * They are a smaller batch, the last one; but a single image, of which a batch norm can learn
     * nothing, is left out.
     */
    KEPT
  }

  /** Returns the number of batches of an epoch. */
  long stepsPerEpoch();

  /** Returns how many classes the labels of the views have; 0 if there are none. */
  default int classes() {
    return 0;
  }

  /** Returns the views of a step. */
  Batch batch(Step step);

  /** Ends work that goes on beside training. */
  @Override
  default void close() {}
}
