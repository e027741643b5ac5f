package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.optim.Sgd;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.BatchSource;
import io.diptych.train.Checkpoint;
import io.diptych.train.DivergedException;
import io.diptych.train.MetricSink;
import io.diptych.train.TrainSettings;
import io.diptych.train.Trainer;
import io.diptych.view.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The method under the training loop: 3 epochs of 4 steps of a tiny network on noise. */
final class CorInfoMaxTrainingTest {
  private static final int STEPS = 12;

  @TempDir private Path directory;

  private final class Run implements MetricSink {
    final List<StepMetrics> lines = new ArrayList<>();
    final Trainer trainer;
    final Path checkpoints;

    Run(String name, Map<String, Object> options) {
      Map<String, Object> all = new LinkedHashMap<>(options);
      all.put("projector", Map.of("widths", "16-8"));
      ResNet.Settings resNet = new ResNet.Settings(8, 4, ResNet.Stem.LIGHT, false);
      CorInfoMax method =
          new CorInfoMax(
              Options.defaults(CorInfoMax.Settings.class, all),
              Backbones.create(new Choice("resnet", resNet), 1));
      method.network().initialize(3);
      checkpoints = directory.resolve(name);
      trainer =
          new Trainer(
              method,
              new Sgd(
                  Options.defaults(Sgd.Settings.class, Map.of()), method.network().parameters()),
              step -> 0.02,
              new Noise(),
              Options.defaults(
                  TrainSettings.class, Map.of("epochs", 3, "batch_size", 6, "log_every", 2)),
              checkpoints,
              Device.CPU,
              Map.of());
    }

    Run resumed() throws IOException {
      try (Scope scope = Scope.open()) {
        trainer.resume(Checkpoint.read(Trainer.last(checkpoints)));
      }
      return this;
    }

    void until(long steps) throws IOException {
      trainer.run(this, (BooleanSupplier) () -> trainer.stepsMade() >= steps);
    }

    @Override
    public void step(StepMetrics metrics) {
      lines.add(metrics);
    }

    @Override
    public void epoch(EpochMetrics metrics) {}
  }

  private static final class Noise implements BatchSource {
    @Override
    public long stepsPerEpoch() {
      return STEPS / 3;
    }

    @Override
    public Batch batch(Step step) {
      return CorInfoMaxCase.batch(view(step.number(), 0), view(step.number(), 1));
    }

    private static Tensor view(long step, long number) {
      return Keyed.of(step * 2 + number)
          .normal(Tensor.arange(6 * 144, Device.CPU))
          .to(DType.FLOAT32)
          .reshape(6, 1, 12, 12);
    }
  }

  @Test
  void aRunThatWasInterruptedEndsAsOneThatWasNot() throws IOException {
    Map<String, Object> options = Map.of("track_information", true);
    Run whole = new Run("whole", options);
    whole.until(STEPS);
    new Run("parts", options).until(5);
    Run second = new Run("parts", options).resumed();
    second.until(STEPS);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> expected = Checkpoint.read(Trainer.last(whole.checkpoints)).tensors();
      Map<String, Tensor> actual = Checkpoint.read(Trainer.last(second.checkpoints)).tensors();
      assertThat(actual.keySet())
          .containsExactlyElementsOf(expected.keySet())
          .contains("method.covariance1", "method.mean2", "method.ldmi.cross_covariance");
      expected.forEach(
          (name, tensor) ->
              assertThat(actual.get(name).toBytes()).as(name).isEqualTo(tensor.toBytes()));
    }
    assertThat(second.lines).hasSize(4);
    for (int line = 0; line < 4; line++) {
      MetricSink.StepMetrics one = whole.lines.get(line + 2);
      assertThat(second.lines.get(line).terms()).isEqualTo(one.terms());
      assertThat(second.lines.get(line).metrics())
          .containsOnlyKeys("ldmi")
          .isEqualTo(one.metrics());
    }
  }

  @Test
  void aCovarianceWithoutALogarithmStopsTheRunAndSaysWhereAndWhy() {
    // 6 rows never fill 8 dimensions.
    Run run = new Run("run", Map.of("covariance_memory", 0, "epsilon", 0));
    assertThatExceptionOfType(DivergedException.class)
        .isThrownBy(() -> run.until(STEPS))
        .withMessageMatching(
            "the loss could not be computed at step 0 \\(epoch 1\\): the covariance of view [12]"
                + " \\(8 x 8\\) is singular: with epsilon 0.0 on its diagonal the smallest"
                + " eigenvalue is [-.0-9E]+; raise epsilon, .*");
  }
}
