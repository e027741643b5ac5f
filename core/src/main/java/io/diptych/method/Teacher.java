package io.diptych.method;

import io.diptych.nn.Module;
import io.diptych.nn.Stateful;
import io.diptych.optim.MovingAverage;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A second network of one kind whose parameters follow the first as a moving average. It starts as
 * a copy, buffers too; from then on its running statistics are its own, and it stays in training
 * mode, so that its batch norms take the statistics of its own batches.
 */
final class Teacher<M extends Module> implements Stateful {
  private final M network;
  private final M student;
  private final MovingAverage average;
  private final Tensor started = Scope.keep(Tensor.zeros(DType.INT64, Device.CPU));
  private boolean placed;

  /**
   * Pairs two networks.
   *
   * @param network what follows, of the same shape; uninitialised
   * @param student what leads; may be initialised and moved until the teacher is first used
   */
  Teacher(M network, M student) {
    this.network = network;
    this.student = student;
    this.average = new MovingAverage(network, student);
  }

  /** Returns the network, on the student's device; a copy of the student if it is the start. */
  M network() {
    if (!placed) {
      Tensor like = student.parameters().values().iterator().next();
      network.to(like.device());
      network.to(like.dtype());
      network.channelsLast();
      if (started.item() == 0) {
        network.load(student.state());
        started.fill_(1);
      }
      placed = true;
    }
    return network;
  }

  /** Moves the teacher towards the student. */
  void follow(double momentum) {
    network();
    average.update(momentum);
  }

  /** Returns its parameters and buffers, and whether it was started. */
  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    network.state().forEach((name, tensor) -> state.put("teacher." + name, tensor));
    state.put("teacher_started", started);
    return state;
  }
}
