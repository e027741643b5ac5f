package io.diptych.train;

import io.diptych.nn.Stateful;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Map;

/**
 * The factor on the loss that brings gradients into the range of half precision: it grows after
 * enough steps without overflow, and falls with each overflow, whose step is left out.
 */
final class LossScaler implements Stateful {
  private static final String NAME = "scale_and_clean_steps";

  private final TrainSettings.LossScale settings;
  private final Tensor state;

  LossScaler(TrainSettings.LossScale settings) {
    this.settings = settings;
    this.state = Scope.keep(Tensor.of(new double[] {settings.initial(), 0}, 2));
  }

  /** Returns the factor of the next step. */
  double scale() {
    return state.toDoubleArray()[0];
  }

  /** Takes up how a step went. */
  void made(boolean finite) {
    double[] now = state.toDoubleArray();
    if (!finite) {
      now[0] *= settings.backoff();
      now[1] = 0;
    } else if (++now[1] >= settings.growthInterval()) {
      now[0] *= settings.growth();
      now[1] = 0;
    }
    try (Scope scope = Scope.open()) {
      state.copy_(Tensor.of(now, now.length));
    }
  }

  @Override
  public Map<String, Tensor> state() {
    return Map.of(NAME, state);
  }
}
