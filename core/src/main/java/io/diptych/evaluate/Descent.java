package io.diptych.evaluate;

import io.diptych.optim.Optimizer;
import io.diptych.optim.Optimizers;
import io.diptych.optim.ParameterGroup;
import io.diptych.optim.Schedule;
import io.diptych.option.Choice;
import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Gradient descent in which each part of a network has an optimiser and a schedule of its own. */
final class Descent implements AutoCloseable {
  private final List<Part> parts;
  private long steps;

  /**
   * Parameters that learn alike.
   *
   * @param optimizer how they change
   * @param schedule the rate of each step
   */
  record Part(Optimizer optimizer, Schedule schedule) {
    /**
     * Makes a part.
     *
     * @param parameters by name
     * @param optimizer a member of {@link Optimizers#FAMILY}
     * @param groups parameters with rates of their own
     */
    static Part of(
        Map<String, Tensor> parameters,
        Choice optimizer,
        List<ParameterGroup> groups,
        Schedule schedule) {
      return new Part(Optimizers.create(optimizer, parameters, groups), schedule);
    }
  }

  Descent(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /** Makes a step down a loss, whose gradients are added to those that are there. */
  void step(Tensor loss) {
    loss.backward();
    for (Part part : parts) {
      Optimizer optimizer = part.optimizer();
      Schedule schedule = part.schedule();
      optimizer.step(
          schedule.at(steps),
          optimizer.weightDecay(),
          schedule.momentum(steps, optimizer.momentum()));
    }
    steps++;
  }

  /** Tells the schedules the mean loss of an epoch that is over. */
  void endEpoch(double meanLoss) {
    parts.forEach(part -> part.schedule().epochEnded(meanLoss));
  }

  /** Frees what the optimisers keep; the parameters stay. */
  @Override
  public void close() {
    parts.forEach(part -> part.optimizer().state().values().forEach(Tensor::close));
  }
}
