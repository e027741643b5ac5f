package io.diptych.train;

import io.diptych.method.Step;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes what repeats a step that went wrong: the state before it and the views it saw, in a file
 * of its own that needs neither the data nor the run. It has the form of a checkpoint.
 */
final class ReplayBundle {
  static final String VIEW = "batch.view";
  static final String INDEX = "batch.index";
  static final String LABEL = "batch.label";
  static final String STEP = "step";
  static final String TOTAL = "total_steps";
  static final String PER_EPOCH = "steps_per_epoch";
  static final String FAILURE = "failure";

  private final Path directory;
  private final Device device;
  private final Tensor generator;
  private boolean withinStep;

  /**
   * Creates the writer.
   *
   * @param checkpoints the directory of checkpoints; bundles go into {@code replay} beside it
   * @param device where the network is
   */
  ReplayBundle(Path checkpoints, Device device) {
    this.directory = checkpoints.resolveSibling("replay");
    this.device = device;
    this.generator = Scope.keep(Backend.generatorState(device));
  }

  /** Remembers what a step is about to draw. */
  void stepBegins() {
    try (Scope scope = Scope.open()) {
      generator.copy_(Backend.generatorState(device));
    }
    withinStep = true;
  }

  void stepEnded() {
    withinStep = false;
  }

  /**
   * Writes the step that failed, or the one after it if it was made before it was seen to fail.
   *
   * @return the failure, which tells where the bundle is, or why there is none
   */
  DivergedException write(
      DivergedException failure,
      Step step,
      BatchSource source,
      TrainState state,
      Map<String, String> identity) {
    Path file = directory.resolve("step-" + step.number() + ".safetensors");
    String told;
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>(state.tensors());
      if (withinStep) {
        tensors.put(TrainState.generator(device), generator);
      }
      Batch batch = source.batch(step);
      for (int view = 0; view < batch.views().size(); view++) {
        tensors.put(VIEW + view, batch.views().get(view));
      }
      tensors.put(INDEX, batch.index());
      tensors.put(LABEL, batch.label());
      Map<String, String> metadata = new LinkedHashMap<>(identity);
      metadata.put(STEP, Long.toString(step.number()));
      metadata.put(TOTAL, Long.toString(step.total()));
      metadata.put(PER_EPOCH, Long.toString(step.perEpoch()));
      metadata.put(FAILURE, String.valueOf(failure.getMessage()));
      new Checkpoint(tensors, metadata).write(file);
      told = "; repeat the step with 'diptych replay " + file + "'";
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
      told = " (the step cannot be saved for a replay: " + e.getMessage() + ")";
    }
    return new DivergedException(failure.getMessage() + told, failure);
  }
}
