package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.data.ImageSet;
import io.diptych.method.Method;
import io.diptych.method.SimClr;
import io.diptych.method.Step;
import io.diptych.optim.CosineSchedule;
import io.diptych.optim.Sgd;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import io.diptych.view.HorizontalFlip;
import io.diptych.view.Normalize;
import io.diptych.view.RandomResizedCrop;
import io.diptych.view.ViewGroup;
import io.diptych.view.ViewPipeline;
import io.diptych.view.Views;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Real training of a tiny network on random images: 4 epochs of 4 steps. */
final class TrainerTest {
  private static final int IMAGES = 64;
  private static final int STEPS = 16;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final MetricSink NOWHERE = MetricSink.all();

  @TempDir private Path directory;
  private ImageSet images;

  @BeforeEach
  void make() {
    byte[] pixels = new byte[IMAGES * 144];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Keyed.of(1).bits(i, 0);
    }
    images =
        ImageSet.of(
            "noise",
            Tensor.of(pixels, IMAGES, 1, 12, 12),
            Tensor.of(new long[IMAGES], IMAGES),
            List.of("all"));
  }

  @AfterEach
  void close() {
    images.close();
  }

  /** Everything of one process of a run, made anew as after a restart. */
  private final class Run {
    final Method method;
    final Trainer trainer;
    final Path checkpoints;

    Run(String name, int epochs, int checkpointEvery) {
      this(name, epochs, checkpointEvery, TrainSettings.Precision.FLOAT32);
    }

    Run(String name, int epochs, int checkpointEvery, TrainSettings.Precision precision) {
      ResNet.Settings resNet = new ResNet.Settings(8, 4, ResNet.Stem.LIGHT, false);
      SimClr.Settings simClr =
          Options.defaults(
              SimClr.Settings.class, Map.of("projector", Map.of("hidden", 16, "output", 8)));
      method = new SimClr(simClr, Backbones.create(new Choice("resnet", resNet), 1));
      method.network().initialize(5);
      ResidentSource source = new ResidentSource(images, views(), 16, 5);
      checkpoints = directory.resolve(name);
      trainer =
          new Trainer(
              method,
              new Sgd(
                  new Sgd.Settings(0.1, 0.9, 1e-4, 0, false, false), method.network().parameters()),
              new CosineSchedule(
                  Options.defaults(CosineSchedule.Settings.class, Map.of("warmup_epochs", 0.5)),
                  0.1,
                  16,
                  4,
                  4L * epochs),
              source,
              new TrainSettings(epochs, 16, 3, checkpointEvery, precision),
              checkpoints,
              Device.CPU,
              Map.of("recipe", "x"));
    }

    Run resumed() throws IOException {
      try (Scope scope = Scope.open()) {
        trainer.resume(Checkpoint.read(Trainer.last(checkpoints)));
      }
      return this;
    }

    Trainer.Outcome go(BooleanSupplier stop) throws IOException {
      return trainer.run(
          new JsonLines(directory.resolve(checkpoints + ".jsonl"), trainer.stepsMade()), stop);
    }

    Trainer.Outcome until(long step) throws IOException {
      return go(() -> trainer.stepsMade() >= step);
    }
  }

  private static Views views() {
    RandomResizedCrop crop = Options.defaults(RandomResizedCrop.class, Map.of("size", 12));
    Normalize normalize = new Normalize(List.of(0.5), List.of(0.25));
    return new Views(
        List.of(
            new ViewGroup(2, new ViewPipeline(List.of(crop, new HorizontalFlip(0.5), normalize)))));
  }

  @Test
  void aRunThatWasInterruptedAnywhereEndsAsOneThatWasNot() throws IOException {
    assertThat(new Run("whole", 4, 2).go(() -> false)).isEqualTo(Trainer.Outcome.COMPLETED);
    for (int stop : new int[] {1, 3, 4, 6, 8, 15}) {
      String parts = "stopped at " + stop;
      assertThat(new Run(parts, 4, 2).until(stop)).isEqualTo(Trainer.Outcome.INTERRUPTED);
      Run second = new Run(parts, 4, 2).resumed();
      assertThat(second.trainer.stepsMade()).isEqualTo(stop);
      assertThat(second.go(() -> false)).isEqualTo(Trainer.Outcome.COMPLETED);
      assertSameRuns("whole", parts);
    }
  }

  @Test
  void aRunMayBeInterruptedManyTimes() throws IOException {
    new Run("whole", 4, 1).go(() -> false);
    assertThat(new Run("parts", 4, 1).until(2)).isEqualTo(Trainer.Outcome.INTERRUPTED);
    for (int stop = 5; stop < STEPS; stop += 3) {
      assertThat(new Run("parts", 4, 1).resumed().until(stop))
          .isEqualTo(Trainer.Outcome.INTERRUPTED);
    }
    assertThat(new Run("parts", 4, 1).resumed().until(STEPS)).isEqualTo(Trainer.Outcome.COMPLETED);
    assertSameRuns("whole", "parts");
  }

  @Test
  void aRunThatDiedGoesOnFromItsLastCheckpoint() throws IOException {
    new Run("whole", 4, 1).go(() -> false);
    Run dying = new Run("parts", 4, 1);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                dying.go(
                    () -> {
                      if (dying.trainer.stepsMade() == 7) {
                        throw new IllegalStateException("the machine went away");
                      }
                      return false;
                    }));
    Run second = new Run("parts", 4, 1).resumed();
    assertThat(second.trainer.stepsMade()).isEqualTo(4);
    second.go(() -> false);
    assertSameRuns("whole", "parts");
  }

  @Test
  void trainingChangesTheNetworkAndLowersTheLoss() throws IOException {
    Run run = new Run("run", 15, 15);
    float[] before = run.method.encoder().state().get("conv1.weight").toFloatArray();
    List<Double> losses = new ArrayList<>();
    run.trainer.run(
        new MetricSink() {
          @Override
          public void step(StepMetrics metrics) {
            assertThat(metrics.featureStd()).isBetween(0.0, 1 / Math.sqrt(8));
            assertThat(metrics.effectiveRank()).isBetween(1.0, 8.0);
            assertThat(metrics.dataWait()).isBetween(0.0, 1.0);
            assertThat(metrics.terms()).containsOnlyKeys("nt_xent");
          }

          @Override
          public void epoch(EpochMetrics metrics) {
            losses.add(metrics.loss());
          }
        },
        () -> false);
    assertThat(run.method.encoder().state().get("conv1.weight").toFloatArray())
        .isNotEqualTo(before);
    assertThat(losses).hasSize(15);
    assertThat(losses.get(14)).isLessThan(losses.get(0) - 0.05);
  }

  @Test
  void brainFloatsComputeTheSameLossButForRounding() throws IOException {
    List<Double> losses = new ArrayList<>();
    for (TrainSettings.Precision precision : TrainSettings.Precision.values()) {
      Run run = new Run(precision.name(), 1, 1, precision);
      run.trainer.run(
          new MetricSink() {
            @Override
            public void step(StepMetrics metrics) {}

            @Override
            public void epoch(EpochMetrics metrics) {
              losses.add(metrics.loss());
            }
          },
          () -> false);
      assertThat(run.method.network().state().get("encoder.conv1.weight").dtype())
          .isEqualTo(DType.FLOAT32);
    }
    assertThat(losses.get(1)).isCloseTo(losses.get(0), offset(0.02)).isNotEqualTo(losses.get(0));
  }

  @Test
  void aCheckpointHoldsTheNetworkTheOptimiserTheGeneratorAndWhoseRunItIs() throws IOException {
    new Run("run", 1, 1).go(() -> false);
    try (Scope scope = Scope.open()) {
      Checkpoint checkpoint = Checkpoint.read(Trainer.last(directory.resolve("run")));
      assertThat(checkpoint.step()).isEqualTo(4);
      assertThat(checkpoint.text("recipe")).isEqualTo("x");
      assertThat(checkpoint.tensors())
          .containsKeys(
              "network.encoder.conv1.weight",
              "network.encoder.bn1.num_batches_tracked",
              "network.projector.0.bias",
              "optimizer.momentum.encoder.conv1.weight",
              "generator.cpu");
    }
    assertThat(directory.resolve("run").toFile().list())
        .containsExactlyInAnyOrder("last.safetensors", "best.safetensors");
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunAndNamesTheTerm() {
    Run run = new Run("run", 4, 1);
    poison(run);
    assertThatExceptionOfType(DivergedException.class)
        .isThrownBy(() -> run.go(() -> false))
        .withMessageStartingWith("the loss term 'nt_xent' became NaN at step 0 (epoch 1); ");
    assertThat(run.checkpoints).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 8})
  void noCheckpointEverHoldsWeightsThatAreNoNumbers(int step) throws IOException {
    // Step 5 is within an epoch; after step 8 a checkpoint is due before any loss could tell.
    Run run = new Run("run", 4, 1);
    assertThatExceptionOfType(DivergedException.class)
        .isThrownBy(
            () ->
                run.go(
                    () -> {
                      if (run.trainer.stepsMade() == step) {
                        poison(run);
                      }
                      return false;
                    }))
        .withMessageContaining("NaN")
        .withMessageContaining("step " + step)
        .withMessageContaining("Try a lower learning rate");
    try (Scope scope = Scope.open()) {
      Checkpoint checkpoint = Checkpoint.read(Trainer.last(run.checkpoints));
      assertThat(checkpoint.step()).isEqualTo(4);
      checkpoint
          .tensors()
          .forEach((name, t) -> assertThat(t.isFinite().all().item()).as(name).isEqualTo(1));
    }
  }

  @Test
  void aBatchOfMoreImagesThanThereAreIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResidentSource(images, views(), 65, 1))
        .withMessage("train.batch_size: 65 is more than the 64 training images of 'noise'");
  }

  @Test
  void anEpochShowsEveryImageOnceInAnOrderOfItsOwn() {
    ResidentSource source = new ResidentSource(images, views(), 20, 1);
    assertThat(source.stepsPerEpoch()).isEqualTo(3);
    List<List<Long>> epochs = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      List<Long> seen = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        try (Scope scope = Scope.open()) {
          Batch batch = source.batch(new Step(3L * epoch + i, 6, 3));
          for (long index : batch.index().toLongArray()) {
            seen.add(index);
          }
        }
      }
      assertThat(seen).doesNotHaveDuplicates().hasSize(60);
      epochs.add(seen);
    }
    assertThat(epochs.get(0)).isNotEqualTo(epochs.get(1));
  }

  @Test
  void aCheckpointOfALongerRunOrAnotherNetworkIsRefused() throws IOException {
    new Run("run", 2, 1).go(() -> false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Run("run", 1, 1).resumed())
        .withMessage("the checkpoint is at step 8 of a run of 4");
    try (Scope scope = Scope.open()) {
      Checkpoint checkpoint = Checkpoint.read(Trainer.last(directory.resolve("run")));
      Checkpoint partial = new Checkpoint(checkpoint.part("network."), checkpoint.metadata());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Run("other", 2, 1).trainer.resume(partial))
          .withMessageStartingWith(
              "the checkpoint does not fit: missing network.encoder.conv1.weight [4, 1, 4, 4]");
    }
  }

  @Test
  void memoryStaysFlatOverManySteps() throws IOException {
    Run run = new Run("run", 50, 1000);
    List<Long> handles = new ArrayList<>();
    List<Long> resident = new ArrayList<>();
    run.trainer.run(
        NOWHERE,
        () -> {
          if (run.trainer.stepsMade() % 80 == 40) {
            System.gc();
            handles.add(Backend.handleCount());
            resident.add(Backend.residentBytes());
          }
          return false;
        });
    assertThat(handles).hasSize(3);
    assertThat(handles.get(2) - handles.get(0)).as("handles").isLessThan(500);
    assertThat(resident.get(2) - resident.get(0)).as("bytes").isLessThan(32L << 20);
  }

  private static void poison(Run run) {
    run.method.network().state().get("encoder.conv1.weight").detach().fill_(Double.NaN);
  }

  private void assertSameRuns(String one, String other) throws IOException {
    try (Scope scope = Scope.open()) {
      Checkpoint first = Checkpoint.read(Trainer.last(directory.resolve(one)));
      Checkpoint second = Checkpoint.read(Trainer.last(directory.resolve(other)));
      assertThat(second.step()).isEqualTo(first.step()).isEqualTo(STEPS);
      assertThat(second.text("best_loss")).isEqualTo(first.text("best_loss"));
      assertThat(second.tensors().keySet()).containsExactlyElementsOf(first.tensors().keySet());
      first
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(second.tensors().get(name).toBytes())
                      .as(name)
                      .isEqualTo(tensor.toBytes()));
    }
    assertThat(withoutTimes(other)).isEqualTo(withoutTimes(one)).isNotEmpty();
  }

  private List<String> withoutTimes(String run) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve(run + ".jsonl"))) {
      ObjectNode object = (ObjectNode) JSON.readTree(line);
      lines.add(object.remove(List.of("images_per_second", "data_wait", "seconds")).toString());
    }
    return lines;
  }
}
