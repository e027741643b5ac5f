package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.data.ImageSet;
import io.diptych.method.Method;
import io.diptych.method.Twist;
import io.diptych.optim.Sgd;
import io.diptych.optim.TwoStageCosineSchedule;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Normalize;
import io.diptych.view.RandomResizedCrop;
import io.diptych.view.ViewGroup;
import io.diptych.view.ViewPipeline;
import io.diptych.view.Views;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both stages of TWIST with everything that has a state of its own: crops of two sizes, a teacher,
 * dropout in both networks. Four epochs of two steps, half of them in each stage.
 */
final class TwistRunTest {
  @TempDir private Path directory;

  @Test
  void aRunThatWasInterruptedInEitherStageEndsAsOneThatWasNot() throws IOException {
    byte[] pixels = new byte[32 * 144];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Keyed.of(1).bits(i, 0);
    }
    Tensor labels = Tensor.of(new long[32], 32);
    try (ImageSet images =
        ImageSet.of("noise", Tensor.of(pixels, 32, 1, 12, 12), labels, List.of("all"))) {
      List<String> terms = new ArrayList<>();
      Backend.seed(1);
      trainer(images, "whole").run(new Terms(terms), () -> false);
      assertThat(terms)
          .containsExactly(
              "[consistency, sharpness, diversity]",
              "[consistency, sharpness, diversity]",
              "[self_label]",
              "[self_label]");
      for (int stop : new int[] {3, 4, 5}) {
        String name = "stopped at " + stop;
        Backend.seed(1);
        Trainer first = trainer(images, name);
        first.run(MetricSink.all(), () -> first.stepsMade() >= stop);
        Backend.seed(2);
        Trainer second = trainer(images, name);
        try (Scope scope = Scope.open()) {
          second.resume(Checkpoint.read(Trainer.last(directory.resolve(name))));
        }
        second.run(MetricSink.all(), () -> false);
        assertSame(name);
      }
    }
  }

  private record Terms(List<String> terms) implements MetricSink {
    @Override
    public void step(StepMetrics metrics) {
      terms.add(metrics.terms().keySet().toString());
    }

    @Override
    public void epoch(EpochMetrics metrics) {}
  }

  private void assertSame(String name) throws IOException {
    try (Scope scope = Scope.open()) {
      Checkpoint whole = Checkpoint.read(Trainer.last(directory.resolve("whole")));
      Checkpoint parts = Checkpoint.read(Trainer.last(directory.resolve(name)));
      assertThat(whole.tensors())
          .containsKeys(
              "method.teacher.encoder.conv1.weight",
              "method.teacher.projector.norm.running_mean",
              "method.teacher_started");
      assertThat(parts.tensors().keySet()).isEqualTo(whole.tensors().keySet());
      whole
          .tensors()
          .forEach(
              (key, tensor) ->
                  assertThat(parts.tensors().get(key).toBytes())
                      .as("%s, %s", name, key)
                      .isEqualTo(tensor.toBytes()));
    }
  }

  private Trainer trainer(ImageSet images, String name) {
    Twist.Settings settings =
        Options.defaults(
            Twist.Settings.class,
            Map.of(
                "mme_epochs",
                2,
                "momentum_encoder",
                true,
                "momentum_start",
                0.5,
                "projector",
                Map.of("hidden", 8, "output", 6, "dropout", 0.2)));
    ResNet.Settings resNet = new ResNet.Settings(8, 4, ResNet.Stem.LIGHT, false);
    Method method = new Twist(settings, Backbones.create(new Choice("resnet", resNet), 1));
    method.network().initialize(5);
    return new Trainer(
        method,
        Options.defaults(Sgd.Settings.class).create(method.network().parameters()),
        new TwoStageCosineSchedule(
            Options.defaults(
                TwoStageCosineSchedule.Settings.class,
                Map.of("warmup_epochs", 1, "first_epochs", 2, "second_warmup_epochs", 0.5)),
            1,
            16,
            2,
            8),
        new ResidentSource(images, new Views(List.of(views(2, 12), views(2, 8))), 16, 5),
        Options.defaults(
            TrainSettings.class, Map.of("epochs", 4, "batch_size", 16, "log_every", 2)),
        directory.resolve(name),
        Device.CPU,
        Map.of("recipe", "x"));
  }

  private static ViewGroup views(int count, int size) {
    RandomResizedCrop crop = Options.defaults(RandomResizedCrop.class, Map.of("size", size));
    return new ViewGroup(
        count, new ViewPipeline(List.of(crop, new Normalize(List.of(0.5), List.of(0.25)))));
  }
}
