package io.diptych.train;

import io.diptych.method.Embeddings;
import io.diptych.method.Loss;
import io.diptych.method.Method;
import io.diptych.method.Step;
import io.diptych.nn.RunningStatistics;
import io.diptych.tensor.Autocast;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.NotPositiveDefiniteException;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Forward and backward of one step, cut in two where the network ends and the comparison begins.
 *
 * <p>A batch may pass the network in parts. Then each part is embedded without a graph, all rows
 * are compared at once, and each part is embedded again to take its gradients back (Gao et al.,
 * "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup", 2021): the loss and
 * the gradient are those of the whole batch, but that batch norms take the statistics of each part.
 */
final class Pass {
  private final Method method;
  private final Step step;
  private final TrainSettings settings;
  private final Device device;
  private final List<Batch> parts;
  private final @Nullable Seam whole;
  private final @Nullable Tensor generator;
  private final Embeddings leaves;

  /**
   * Embeds a batch.
   *
   * @param device where the network is
   */
  Pass(Method method, Batch batch, Step step, TrainSettings settings, Device device) {
    this.method = method;
    this.step = step;
    this.settings = settings;
    this.device = device;
    this.parts = parts(batch, settings.accumulate());
    if (parts.size() == 1) {
      this.generator = null;
      this.whole = new Seam(embed(batch));
      this.leaves = whole.leaves();
    } else {
      this.generator = Backend.generatorState(device);
      this.whole = null;
      this.leaves = embedParts();
    }
  }

  private static List<Batch> parts(Batch batch, int count) {
    if (count == 1) {
      return List.of(batch);
    }
    List<Batch> parts = new ArrayList<>();
    long size = batch.size() / count;
    for (int i = 0; i < count; i++) {
      long first = i * size;
      parts.add(
          new Batch(
              batch.views().stream().map(view -> view.narrow(0, first, size)).toList(),
              batch.index().narrow(0, first, size),
              batch.label().narrow(0, first, size)));
    }
    return parts;
  }

  private Embeddings embed(Batch batch) {
    try (Autocast autocast = Autocast.to(settings.precision().type(), device)) {
      return method.embed(batch, step);
    }
  }

  private Embeddings embedParts() {
    Map<String, List<Tensor>> rows = new LinkedHashMap<>();
    Map<String, Boolean> wanted = new LinkedHashMap<>();
    try (RunningStatistics statistics = RunningStatistics.kept()) {
      for (Batch part : parts) {
        // The first part shows on which rows gradients are wanted; its graph is freed as well.
        try (Scope scope = Scope.open();
            Autograd.Guard guard = rows.isEmpty() ? Autograd.enableGrad() : Autograd.noGrad()) {
          embed(part)
              .tensors()
              .forEach(
                  (name, tensor) -> {
                    wanted.putIfAbsent(name, tensor.requiresGrad());
                    rows.computeIfAbsent(name, key -> new ArrayList<>())
                        .add(scope.escape(tensor.detach()));
                  });
        }
      }
    }
    Embeddings all = new Embeddings();
    rows.forEach(
        (name, some) ->
            all.with(name, Seam.leaf(Tensor.cat(some, 0), wanted.getOrDefault(name, false))));
    return all;
  }

  /** Returns what the loss compares: the rows of the whole batch, cut off from the network. */
  Embeddings leaves() {
    return leaves;
  }

  /**
   * Compares the rows.
   *
   * @throws DivergedException if the loss cannot be computed
   */
  Loss compare() {
    try {
      return method.compare(leaves, step);
    } catch (NotPositiveDefiniteException e) {
      throw new DivergedException(
          "the loss could not be computed at step "
              + step.number()
              + " (epoch "
              + (step.epoch() + 1)
              + "): "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Leaves the gradients of a loss, times a factor, in the parameters.
   *
   * @param loss from {@link #compare}
   */
  void backward(Loss loss, double scale) {
    loss.total().backward();
    if (whole != null) {
      whole.backward(scale);
      return;
    }
    Backend.generatorState(device, Objects.requireNonNull(generator)); // The same dropout again.
    long first = 0;
    for (Batch part : parts) {
      try (Scope scope = Scope.open()) {
        Seam.backward(embed(part), leaves, first, scale);
      }
      first += part.size();
    }
  }
}
