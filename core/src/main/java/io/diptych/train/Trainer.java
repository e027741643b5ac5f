package io.diptych.train;

import io.diptych.method.Loss;
import io.diptych.method.Method;
import io.diptych.method.Step;
import io.diptych.optim.GradientClip;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Schedule;
import io.diptych.option.Options;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The training loop: views, embeddings, loss, gradients, optimiser, method update; then numbers to
 * the sink and checkpoints to the disk. A run that stops and resumes makes the same steps as one
 * that does not.
 */
public final class Trainer {
  private static final String METER = "meter";
  private static final String BEST_LOSS = "best_loss";

  private final Method method;
  private final Collection<Tensor> parameters;
  private final Rates rates;
  private final BatchSource source;
  private final TrainSettings settings;
  private final Device device;
  private final Checkpoints checkpoints;
  private final ReplayBundle bundle;
  private final Map<String, String> identity;
  private final @Nullable LossScaler scaler;
  private final @Nullable Probe probe;
  private final TrainState state;
  private final Meter meter;
  private final Alarms alarms;
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
    this.parameters = method.network().parameters().values();
    this.rates = new Rates(schedule, optimizer, settings.weightDecayEnd(), settings.momentumEnd());
    this.source = source;
    this.settings = Options.check(settings);
    this.device = device;
    this.checkpoints = new Checkpoints(checkpoints, settings);
    this.bundle = new ReplayBundle(checkpoints, device);
    this.identity = new LinkedHashMap<>(identity);
    this.scaler =
        settings.precision() == TrainSettings.Precision.FLOAT16
            ? new LossScaler(settings.lossScale())
            : null;
    int classes = source.classes();
    this.probe =
        settings.probe().linear() && classes > 0
            ? new Probe(settings.probe(), method, classes, device)
            : null;
    this.state = new TrainState(device, method, optimizer, schedule, scaler, probe);
    this.meter = new Meter(device);
    this.alarms = new Alarms(settings.alarms());
    long perEpoch = source.stepsPerEpoch();
    this.step = new Step(0, perEpoch * settings.epochs(), perEpoch);
  }

  /** Returns the file that {@link #run} writes last, in a directory of checkpoints. */
  public static Path last(Path checkpoints) {
    return Checkpoints.last(checkpoints);
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
    state.load(checkpoint);
    step = new Step(checkpoint.step(), step.total(), step.perEpoch());
    bestLoss = checkpoint.real(BEST_LOSS);
    meter.restore(checkpoint.text(METER));
  }

  /**
   * Goes on from a checkpoint that {@link Checkpoints#newest} found.
   *
   * @param seconds training time up to it, which is only logged
   * @throws IllegalArgumentException if the checkpoint does not fit
   */
  public void resume(Checkpoints.Found found, double seconds) {
    resume(found.checkpoint());
    meter.secondsBefore(seconds);
    checkpoints.resumedFrom(found);
  }

  /**
   * Trains until all epochs are done or {@code stop} says so, which is asked after every step.
   *
   * @throws DivergedException if the loss cannot be computed; if a term of it, the gradient when a
   *     log line is due, or a weight when a checkpoint is due, is infinite or NaN; or if an alarm
   *     stops the run. The last checkpoint is from before, and a bundle repeats the step
   * @throws IOException if a checkpoint or a metric cannot be written
   */
  public Outcome run(MetricSink sink, BooleanSupplier stop) throws IOException {
    method.network().train(true);
    meter.start();
    try {
      while (step.number() < step.total()) {
        boolean epochEnds = step.endsEpoch();
        makeStep();
        if (lineDue(step.number())) {
          log(sink);
        }
        boolean stopping = stop.getAsBoolean();
        if (epochEnds) {
          endEpoch(sink, stopping);
        } else if (stopping) {
          save(0, false);
        }
        if (stopping && step.number() < step.total()) {
          return Outcome.INTERRUPTED;
        }
      }
      return Outcome.COMPLETED;
    } catch (DivergedException e) {
      throw bundle.write(e, step, source, state, identity);
    }
  }

  /**
   * Makes one step, without logging or saving it.
   *
   * @throws DivergedException if the loss cannot be computed or, on the processor, if a term of it
   *     is infinite or NaN; the weights are those before the step
   */
  public void makeStep() {
    boolean line = lineDue(step.number() + 1);
    bundle.stepBegins();
    try (Scope scope = Scope.open()) {
      long begin = System.nanoTime();
      Batch batch = source.batch(step);
      meter.waited(System.nanoTime() - begin);
      Pass pass = new Pass(method, batch, step, settings, device);
      Loss loss = pass.compare();
      meter.add(loss, pass.leaves(), batch.size(), line);
      if (device.isCpu()) {
        // Reading costs nothing here, and the weights stay as they were before the bad step.
        meter.requireFinite(step, () -> method.explain(pass.leaves()));
      }
      pass.backward(loss, scaler == null ? 1 : scaler.scale());
      if (gradientsUsable(line)) {
        rates.apply(step);
      }
      method.network().clearGrad();
      method.update(step);
      if (probe != null) {
        meter.track(probe.learn(batch));
      }
    }
    step = step.next();
    bundle.stepEnded();
  }

  /**
   * Unscales and clips the gradients, measures them, and returns whether the optimiser may use
   * them: not if they overflowed under a scaled loss.
   */
  private boolean gradientsUsable(boolean line) {
    if (scaler != null) {
      GradientClip.scale(parameters, 1 / scaler.scale());
    }
    Double limit = settings.clipNorm();
    if (limit == null && !line && scaler == null) {
      return true;
    }
    Tensor norm =
        limit == null ? GradientClip.norm(parameters) : GradientClip.clip(parameters, limit);
    if (!line && scaler == null) {
      return true;
    }
    double length = norm.item();
    meter.gradient(length);
    boolean finite = Double.isFinite(length);
    if (scaler != null) {
      scaler.made(finite);
    } else if (!finite) {
      throw new DivergedException(
          "the gradient became NaN or infinite at step "
              + step.number()
              + " (epoch "
              + (step.epoch() + 1)
              + ") though the loss did not; the last checkpoint is from before. Try"
              + " train.clip_norm, a lower learning rate or a longer warm-up");
    }
    return finite;
  }

  private boolean lineDue(long made) {
    return made % settings.logEvery() == 0 || made == step.total();
  }

  private void log(MetricSink sink) throws IOException {
    Step made = new Step(step.number() - 1, step.total(), step.perEpoch());
    MetricSink.StepMetrics line = meter.line(step, rates.learningRate(made));
    sink.step(line);
    Optional<Alarms.Alarm> alarm = alarms.see(line, meter.width());
    if (alarm.isPresent()) {
      sink.warning(new MetricSink.Warning(step.number(), alarm.get().rule(), alarm.get().text()));
      if (alarm.get().stops()) {
        throw new DivergedException(alarm.get().text());
      }
    }
  }

  private void endEpoch(MetricSink sink, boolean stopping) throws IOException {
    MetricSink.EpochMetrics epoch = meter.epoch(step);
    rates.schedule().epochEnded(epoch.loss());
    sink.epoch(epoch);
    boolean finished = step.number() == step.total();
    if (stopping
        || finished
        || epoch.epoch() % settings.checkpointEvery() == 0
        || checkpoints.keeps(epoch.epoch())) {
      // Only an epoch that is saved can be the best one.
      boolean best = epoch.loss() < bestLoss;
      bestLoss = Math.min(bestLoss, epoch.loss());
      save(epoch.epoch(), best);
    }
  }

  private void save(int endedEpoch, boolean best) throws IOException {
    meter.requireFinite(step);
    try (Scope scope = Scope.open()) {
      Map<String, String> metadata = new LinkedHashMap<>(identity);
      metadata.put("step", Long.toString(step.number()));
      metadata.put(BEST_LOSS, Double.toString(bestLoss));
      metadata.put(METER, meter.save());
      Map<String, Tensor> tensors = state.tensors();
      TrainState.requireFinite(tensors, step.number());
      checkpoints.save(new Checkpoint(tensors, metadata), endedEpoch, best);
    }
  }
}
