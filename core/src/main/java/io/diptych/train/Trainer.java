package io.diptych.train;

import io.diptych.method.Embeddings;
import io.diptych.method.Loss;
import io.diptych.method.Method;
import io.diptych.method.Step;
import io.diptych.nn.States;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Schedule;
import io.diptych.option.Options;
import io.diptych.tensor.Autocast;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.NotPositiveDefiniteException;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The training loop: views, embeddings, loss, gradients, optimiser, method update; then numbers to
 * the sink and checkpoints to the disk. A run that stops and resumes makes the same steps as one
 * that does not.
 */
public final class Trainer {
  private static final String LAST = "last.safetensors";
  private static final String GENERATOR = "generator.cpu";
  private static final String METER = "meter";
  private static final String BEST = "best.safetensors";

  private final Method method;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final BatchSource source;
  private final TrainSettings settings;
  private final Path checkpoints;
  private final Map<String, String> identity;
  private final Device device;
  private final Meter meter;
  private Step step;
  private double bestLoss = Double.POSITIVE_INFINITY;

  /** How a run ended. */
  public enum Outcome {
    /** All epochs are done. */
    COMPLETED,
    /** It was asked to stop; the checkpoint holds the last step made. */
    INTERRUPTED
  }

  /**
   * Creates the loop at its start.
   *
   * @param method what is trained
   * @param optimizer over the parameters of its network
   * @param schedule the learning rate of each step
   * @param source the views of each step
   * @param settings how long
   * @param checkpoints directory for {@code last.safetensors} and {@code best.safetensors}
   * @param device where the network is
   * @param identity texts that say which run this is; stored with every checkpoint
   */
  public Trainer(
      Method method,
      Optimizer optimizer,
      Schedule schedule,
      BatchSource source,
      TrainSettings settings,
      Path checkpoints,
      Device device,
      Map<String, String> identity) {
    this.method = method;
    this.optimizer = optimizer;
    this.schedule = schedule;
    this.source = source;
    this.settings = Options.check(settings);
    this.checkpoints = checkpoints;
    this.device = device;
    this.meter = new Meter(device);
    this.identity = Map.copyOf(identity);
    long perEpoch = source.stepsPerEpoch();
    this.step = new Step(0, perEpoch * settings.epochs(), perEpoch);
  }

  /** Returns the file that {@link #run} writes last, in a directory of checkpoints. */
  public static Path last(Path checkpoints) {
    return checkpoints.resolve(LAST);
  }

  /** Returns the steps made. */
  public long stepsMade() {
    return step.number();
  }

  /**
   * Goes on from a checkpoint of the same run.
   *
   * @throws IllegalArgumentException if the checkpoint does not fit
   */
  public void resume(Checkpoint checkpoint) {
    if (checkpoint.step() > step.total()) {
      throw new IllegalArgumentException(
          "the checkpoint is at step " + checkpoint.step() + " of a run of " + step.total());
    }
    States.load("the checkpoint", state(), checkpoint.tensors());
    Backend.generatorState(
        Objects.requireNonNull(checkpoint.tensors().get(GENERATOR), "checked by load"));
    step = new Step(checkpoint.step(), step.total(), step.perEpoch());
    bestLoss = checkpoint.real("best_loss");
    meter.restore(checkpoint.text(METER));
  }

  /**
   * Trains until all epochs are done or {@code stop} says so, which is asked after every step.
   *
   * @throws DivergedException if the loss cannot be computed, or if a term of it, or a weight when
   *     a checkpoint is due, is infinite or NaN; the last checkpoint is from before
   * @throws IOException if a checkpoint or a metric cannot be written
   */
  public Outcome run(MetricSink sink, BooleanSupplier stop) throws IOException {
    method.network().train(true);
    meter.start();
    while (step.number() < step.total()) {
      boolean epochEnds = step.endsEpoch();
      makeStep();
      if (lineDue(step.number())) {
        sink.step(meter.line(step, schedule.at(step.number() - 1)));
      }
      boolean stopping = stop.getAsBoolean();
      if (epochEnds) {
        endEpoch(sink, stopping);
      } else if (stopping) {
        save();
      }
      if (stopping && step.number() < step.total()) {
        return Outcome.INTERRUPTED;
      }
    }
    return Outcome.COMPLETED;
  }

  /**
   * Makes one step, without logging or saving it.
   *
   * @throws DivergedException if the loss cannot be computed or, on the processor, if a term of it
   *     is infinite or NaN; the weights are those before the step
   */
  public void makeStep() {
    try (Scope scope = Scope.open()) {
      long begin = System.nanoTime();
      Batch batch = source.batch(step);
      meter.waited(System.nanoTime() - begin);
      Seam seam = new Seam(embed(batch));
      Loss loss = compare(seam.leaves());
      meter.add(loss, seam.leaves(), batch.size(), lineDue(step.number() + 1));
      if (device.isCpu()) {
        // Reading costs nothing here, and the weights stay as they were before the bad step.
        meter.requireFinite(step, () -> method.explain(seam.leaves()));
      }
      loss.total().backward();
      seam.backward();
      optimizer.step(schedule.at(step.number()));
      method.network().clearGrad();
      method.update(step);
    }
    step = step.next();
  }

  private Loss compare(Embeddings leaves) {
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

  private boolean lineDue(long made) {
    return made % settings.logEvery() == 0 || made == step.total();
  }

  private Embeddings embed(Batch batch) {
    try (Autocast autocast = Autocast.to(settings.precision().type(), device)) {
      return method.embed(batch, step);
    }
  }

  private void endEpoch(MetricSink sink, boolean stopping) throws IOException {
    MetricSink.EpochMetrics epoch = meter.epoch(step);
    schedule.epochEnded(epoch.loss());
    sink.epoch(epoch);
    boolean finished = step.number() == step.total();
    if (stopping || finished || epoch.epoch() % settings.checkpointEvery() == 0) {
      // Only an epoch that is saved can be the best one.
      boolean best = epoch.loss() < bestLoss;
      bestLoss = Math.min(bestLoss, epoch.loss());
      save();
      if (best) {
        Path beside = checkpoints.resolve(BEST + ".tmp");
        Files.copy(last(checkpoints), beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, checkpoints.resolve(BEST), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private void save() throws IOException {
    meter.requireFinite(step);
    try (Scope scope = Scope.open()) {
      Map<String, String> metadata = new LinkedHashMap<>(identity);
      metadata.put("step", Long.toString(step.number()));
      metadata.put("best_loss", Double.toString(bestLoss));
      metadata.put(METER, meter.save());
      Map<String, Tensor> state = state();
      state.forEach(this::requireFinite);
      new Checkpoint(state, metadata).write(last(checkpoints));
    }
  }

  /** A step can spoil the weights by gradients that overflow while its loss is still a number. */
  private void requireFinite(String name, Tensor tensor) {
    if (tensor.dtype().isFloatingPoint() && tensor.isFinite().all().item() == 0) {
      throw new DivergedException(
          name
              + " became NaN or infinite by step "
              + step.number()
              + "; the last checkpoint is from before. Try a lower learning rate or a longer"
              + " warm-up");
    }
  }

  private Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    method.network().state().forEach((name, tensor) -> state.put("network." + name, tensor));
    optimizer.state().forEach((name, tensor) -> state.put("optimizer." + name, tensor));
    schedule.state().forEach((name, tensor) -> state.put("schedule." + name, tensor));
    method.state().forEach((name, tensor) -> state.put("method." + name, tensor));
    state.put(GENERATOR, Backend.generatorState());
    return state;
  }
}
