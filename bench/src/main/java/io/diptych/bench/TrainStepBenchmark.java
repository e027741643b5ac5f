package io.diptych.bench;

import io.diptych.backbone.Backbones;
import io.diptych.data.ImageSet;
import io.diptych.method.Method;
import io.diptych.method.MethodContext;
import io.diptych.method.Methods;
import io.diptych.optim.Optimizers;
import io.diptych.recipe.Recipe;
import io.diptych.tensor.Device;
import io.diptych.train.ResidentSource;
import io.diptych.train.Trainer;
import io.diptych.view.Views;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    Recipe recipe = Fixture.recipe();
    Device device = Fixture.device();
    ImageSet images = Fixture.images(device);
    Method method =
        Methods.create(
            recipe.method(),
            Backbones.create(recipe.backbone(), 3),
            new MethodContext(images.size(), images.classNames().size(), recipe.seed()));
    method.network().initialize(recipe.seed());
    method.network().to(device);
    method.network().channelsLast();
    ResidentSource source =
        new ResidentSource(images, Views.of(recipe.views()), Fixture.BATCH, recipe.seed());
    Path checkpoints = Files.createTempDirectory("diptych-bench");
    trainer =
        new Trainer(
            method,
            Optimizers.create(recipe.optimizer(), method.network().parameters()),
            step -> 1e-3,
            source,
            recipe.train(),
            checkpoints,
            device,
            Map.of());
  }

  /** Makes one step. */
  @Benchmark
  @OperationsPerInvocation(Fixture.BATCH)
  public void images() {
    trainer.makeStep();
  }
}
