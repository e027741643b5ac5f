package io.diptych.train;

import io.diptych.method.Step;
import io.diptych.view.Batch;

/** Where the views of each step come from; the same step always gives the same views. */
public interface BatchSource extends AutoCloseable {
  /** Returns the number of full batches of an epoch. */
  long stepsPerEpoch();

  /** Returns the views of a step. */
  Batch batch(Step step);

  /** Ends work that goes on beside training. */
  @Override
  default void close() {}
}
