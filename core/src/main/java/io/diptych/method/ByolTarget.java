package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.nn.Module;
import io.diptych.nn.Stateful;
import io.diptych.optim.MovingAverage;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * BYOL's target: a second encoder and projector whose parameters follow the online ones as a moving
 * average. Its batch norms take the statistics of its own batches, and their running statistics are
 * its own.
 */
final class ByolTarget implements Stateful {
  /** Encoder and projector. */
  static final class Tower extends Layer {
    private final Backbone encoder;
    private final Layer projector;

    Tower(Backbone encoder, Layer projector) {
      this.encoder = child(Method.ENCODER, encoder);
      this.projector = child("projector", projector);
    }

    @Override
    public Tensor forward(Tensor images) {
      return projector.forward(encoder.forward(images));
    }

    /**
     * Returns the parameters by what they do, which is the same for projectors with batch norm and
     * without; their full names are not.
     */
    private Map<String, Tensor> roles() {
      Map<String, Tensor> roles = new LinkedHashMap<>(encoder.parameters());
      int maps = 0;
      int norms = 0;
      for (Module layer : projector.children().values()) {
        String role = null;
        if (layer instanceof Linear) {
          role = "map " + maps++;
        } else if (layer instanceof BatchNorm) {
          role = "norm " + norms++;
        }
        for (Map.Entry<String, Tensor> parameter : layer.parameters().entrySet()) {
          roles.put(role + " " + parameter.getKey(), parameter.getValue());
        }
      }
      return roles;
    }
  }

  private final Tower tower;
  private final Tower online;
  private final MovingAverage average;
  private final Byol.TargetInit init;
  private final long seed;
  private final @Nullable WeightNoise noise;
  private final Tensor started = Scope.keep(Tensor.zeros(DType.INT64, Device.CPU));
  private boolean placed;

  /**
   * Creates the target; it takes its place and its first values when it is first used, as the
   * network around the online tower is initialised and moved after the method is made.
   *
   * @param tower the target
   * @param online what it follows
   * @param init its first values
   * @param seed of the run
   * @param noise on its weights, or null
   */
  ByolTarget(
      Tower tower, Tower online, Byol.TargetInit init, long seed, @Nullable WeightNoise noise) {
    this.tower = tower;
    this.online = online;
    this.init = init;
    this.seed = seed;
    this.noise = noise;
    tower.requiresGrad(false);
    Map<String, Tensor> leading = online.roles();
    Map<String, Tensor> following = tower.roles();
    // A batch norm that the online projector lacks has nothing to follow: it stays as it began.
    following.keySet().retainAll(leading.keySet());
    average = new MovingAverage(following, leading);
  }

  /**
   * Returns what the target makes of each view, constant.
   *
   * @param reversed whether the last view passes first
   */
  List<Tensor> forward(BatchStatistics batchNorm, List<Tensor> views, boolean reversed, Step step) {
    place();
    List<Tensor> order = new ArrayList<>(views);
    if (reversed) {
      Collections.reverse(order);
    }
    try (Autograd.Guard guard = Autograd.noGrad()) {
      Map<Tensor, Tensor> kept = disturb(step);
      try {
        order = new ArrayList<>(batchNorm.forward(tower, order));
      } finally {
        // Subtracting the noise would leave a rounding error behind.
        kept.forEach(Tensor::copy_);
      }
    }
    if (reversed) {
      Collections.reverse(order);
    }
    return order;
  }

  /** Moves the target towards the online tower. */
  void follow(double momentum) {
    place();
    average.update(momentum);
  }

  /** Returns the target's parameters and buffers, and whether it has its first values. */
  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    tower.state().forEach((name, tensor) -> state.put("target." + name, tensor));
    state.put("target_started", started);
    return state;
  }

  private Map<Tensor, Tensor> disturb(Step step) {
    Map<Tensor, Tensor> kept = new LinkedHashMap<>();
    if (noise != null) {
      tower
          .parameters()
          .forEach(
              (name, parameter) -> {
                kept.put(parameter, parameter.copy());
                parameter.add_(noise.of(name, parameter, step));
              });
    }
    return kept;
  }

  private void place() {
    if (placed) {
      return;
    }
    Tensor like = online.parameters().values().iterator().next();
    tower.to(like.device());
    tower.to(like.dtype());
    tower.channelsLast();
    if (started.item() == 0) {
      tower.initialize(seed, "target.");
      if (init == Byol.TargetInit.COPY) {
        average.copy();
      }
      started.fill_(1);
    }
    placed = true;
  }
}
