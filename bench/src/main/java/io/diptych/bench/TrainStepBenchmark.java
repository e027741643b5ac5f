package io.diptych.bench;

import io.diptych.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/**
 * Images per second of whole training steps: views, forward and backward of ResNet-18 with the
 * CIFAR stem on two 32×32 views, NT-Xent, SGD.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 10)
@Measurement(iterations = 3, time = 20)
public class TrainStepBenchmark {
  private Trainer trainer;

  /** Makes the loop. */
  @Setup
  public void open() throws IOException {
    Path checkpoints = Files.createTempDirectory("diptych-bench");
    trainer = Fixture.trainer(Fixture.recipe(), Fixture.device(), checkpoints);
  }

  /** Makes one step. */
  @Benchmark
  @OperationsPerInvocation(Fixture.BATCH)
  public void images() {
    trainer.makeStep();
  }
}
