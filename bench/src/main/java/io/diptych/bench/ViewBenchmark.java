package io.diptych.bench;

import io.diptych.data.ImageSet;
import io.diptych.method.Step;
import io.diptych.recipe.Recipe;
import io.diptych.train.ResidentSource;
import io.diptych.view.Batch;
import io.diptych.view.Views;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Images per second of the view pipeline alone: both SimCLR views of resident 32×32 images. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
public class ViewBenchmark {
  private ResidentSource source;
  private Step step;

  /** Makes the source. */
  @Setup
  public void open() {
    Recipe recipe = Fixture.recipe();
    ImageSet images = Fixture.images(Fixture.device());
    source = new ResidentSource(images, Views.of(recipe.views()), Fixture.BATCH, recipe.seed());
    step = new Step(0, Long.MAX_VALUE, source.stepsPerEpoch());
  }

  /** Makes the views of one batch. */
  @Benchmark
  @OperationsPerInvocation(Fixture.BATCH)
  public long images() {
    try (io.diptych.tensor.Scope scope = io.diptych.tensor.Scope.open()) {
      Batch batch = source.batch(step);
      step = step.next();
      return batch.views().get(1).numel();
    }
  }
}
