package io.diptych.bench;

import io.diptych.recipe.Recipe;
import io.diptych.tensor.Device;
import io.diptych.train.JsonLines;
import io.diptych.train.MetricSink;
import io.diptych.train.TensorBoard;
import io.diptych.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What logs and alarms cost: steps of ResNet-18 at 32×32 with a log line every 10 steps, all sinks
 * and alarms, over the same steps without a line. Pairs of 10 steps in turn, so that a busy machine
 * disturbs both alike. {@code -Dpairs=5 -Dbatch=64 -Ddevice=cpu}.
 */
public final class WatchCost {
  private static final int LINE = 10;

  private WatchCost() {}

  /** Prints the medians. */
  public static void main(String[] args) throws IOException {
    int pairs = Integer.getInteger("pairs", 5);
    Device device = Fixture.device();
    Path directory = Files.createTempDirectory("diptych-bench");
    Trainer silent = trainer(device, directory.resolve("silent"), 1_000_000);
    Trainer watched = trainer(device, directory.resolve("watched"), LINE);
    MetricSink sinks =
        MetricSink.all(
            new JsonLines(directory.resolve("metrics.jsonl"), 0),
            new TensorBoard(directory.resolve("tensorboard"), 0));
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    for (int pair = -1; pair < pairs; pair++) {
      double silentMillis = run(silent, MetricSink.all());
      double watchedMillis = run(watched, sinks);
      if (pair >= 0) {
        without.add(silentMillis);
        with.add(watchedMillis);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "step without %.1f ms, with logs and alarms %.1f ms: %+.2f %%%n",
        median(without),
        median(with),
        100 * (median(with) / median(without) - 1));
  }

  private static double run(Trainer trainer, MetricSink sink) throws IOException {
    long until = trainer.stepsMade() + LINE;
    long begin = System.nanoTime();
    trainer.run(sink, () -> trainer.stepsMade() >= until);
    return (System.nanoTime() - begin) / 1e6 / LINE;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private static Trainer trainer(Device device, Path checkpoints, int logEvery) {
    int batch = Integer.getInteger("batch", 64);
    Recipe recipe = Fixture.recipe("train.batch_size=" + batch, "train.log_every=" + logEvery);
    return Fixture.trainer(recipe, device, checkpoints);
  }
}
