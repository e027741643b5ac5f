package io.diptych.method;

import io.diptych.objective.LogDetInformation.Joint;
import io.diptych.objective.RunningMoments;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The covariances and means that {@link CorInfoMax} carries from step to step, as named state. What
 * follows a batch is a proposal, which the state takes when the step is made.
 */
final class RunningCovariances {
  private static final String COVARIANCE = "covariance";
  private static final String MEAN = "mean";
  private static final String CROSS = "cross_covariance";

  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private final Map<String, Tensor> proposed = new LinkedHashMap<>();
  private final double covarianceMemory;
  private final double meanMemory;

  /**
   * Creates the state before the first step.
   *
   * @param settings where it starts and what it remembers
   * @param cross whether the covariance between the views "1" and "2" is part of it
   * @param views the ends of the names, one for each covariance
   */
  RunningCovariances(CorInfoMax.Settings settings, boolean cross, String... views) {
    covarianceMemory = settings.covarianceMemory();
    meanMemory = settings.meanMemory();
    int width = settings.projector().output();
    for (String view : views) {
      RunningMoments start = RunningMoments.initial(width, settings.covarianceStart(), Device.CPU);
      state.put(COVARIANCE + view, Scope.keep(start.covariance()));
      state.put(MEAN + view, Scope.keep(start.mean()));
    }
    if (cross) {
      state.put(CROSS, Scope.keep(Tensor.zeros(DType.FLOAT64, Device.CPU, width, width)));
    }
  }

  /** Returns a view's covariance after this batch, and proposes it. */
  Tensor follow(String view, Tensor z) {
    moveTo(z.device());
    RunningMoments next = moments(view).next(z, covarianceMemory, meanMemory);
    propose(view, next);
    return next.covariance();
  }

  /** Returns what is known of both views after this batch, and proposes it. */
  Joint follow(Tensor z1, Tensor z2) {
    moveTo(z1.device());
    Joint next =
        new Joint(moments("1"), moments("2"), get(CROSS))
            .next(z1, z2, covarianceMemory, meanMemory);
    propose("1", next.first());
    propose("2", next.second());
    proposed.put(CROSS, next.cross().detach());
    return next;
  }

  /** Takes what was proposed, in the scope in which it was. */
  void accept() {
    try (Autograd.Guard guard = Autograd.noGrad()) {
      proposed.forEach((name, value) -> get(name).copy_(value));
    }
    proposed.clear();
  }

  /** Returns the live tensors by name. */
  Map<String, Tensor> state() {
    return Collections.unmodifiableMap(state);
  }

  private void moveTo(Device device) {
    for (Tensor tensor : state.values()) {
      if (!tensor.device().equals(device)) {
        tensor.setData_(tensor.to(device));
      }
    }
  }

  private RunningMoments moments(String view) {
    return new RunningMoments(get(COVARIANCE + view), get(MEAN + view));
  }

  private void propose(String view, RunningMoments next) {
    proposed.put(COVARIANCE + view, next.covariance().detach());
    proposed.put(MEAN + view, next.mean().detach());
  }

  private Tensor get(String name) {
    return Objects.requireNonNull(state.get(name), name);
  }
}
