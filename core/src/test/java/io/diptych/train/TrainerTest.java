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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
      this(name, Map.of("epochs", epochs, "checkpoint_every", checkpointEvery));
    }

    Run(String name, Map<String, Object> options) {
      Map<String, Object> all = new HashMap<>(Map.of("batch_size", 16, "log_every", 3));
      all.putAll(options);
      TrainSettings settings = Options.defaults(TrainSettings.class, all);
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
                  4L * settings.epochs()),
              source,
              settings,
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

  @ParameterizedTest
  @EnumSource
  void aShorterTypeComputesTheSameLossButForRounding(TrainSettings.Precision precision)
      throws IOException {
    double exact = firstLoss(TrainSettings.Precision.FLOAT32);
    boolean shorter = precision != TrainSettings.Precision.FLOAT32;
    assertThat(firstLoss(precision)).isCloseTo(exact, offset(shorter ? 0.005 : 0));
  }

  private double firstLoss(TrainSettings.Precision precision) throws IOException {
    Run run =
        new Run(precision.name(), Map.of("epochs", 1, "log_every", 1, "precision", precision));
    List<Double> losses = new ArrayList<>();
    run.trainer.run(onSteps(line -> losses.add(line.loss())), () -> false);
    assertThat(run.method.network().state().get("encoder.conv1.weight").dtype())
        .isEqualTo(DType.FLOAT32);
    return losses.get(0);
  }

  private static MetricSink onSteps(Consumer<MetricSink.StepMetrics> consumer) {
    return new MetricSink() {
      @Override
      public void step(StepMetrics metrics) {
        consumer.accept(metrics);
      }

      @Override
      public void epoch(EpochMetrics metrics) {}
    };
  }

  @Test
  void inHalfPrecisionAnOverflowLeavesTheStepOutAndLowersTheScale() throws IOException {
    Map<String, Object> options =
        Map.of(
            "epochs",
            3,
            "log_every",
            1,
            "precision",
            "float16",
            "loss_scale",
            Map.of("initial", 1e30, "backoff", 1e-12, "growth_interval", 2));
    Run run = new Run("run", options);
    float[] before = run.method.encoder().state().get("conv1.weight").toFloatArray();
    run.trainer.makeStep();
    assertThat(run.method.encoder().state().get("conv1.weight").toFloatArray())
        .as("the step that overflowed")
        .isEqualTo(before);
    List<Double> norms = new ArrayList<>();
    run.trainer.run(onSteps(line -> norms.add(line.gradNorm())), () -> false);
    assertThat(norms).anyMatch(Double::isFinite);
    assertThat(run.method.encoder().state().get("conv1.weight").toFloatArray())
        .isNotEqualTo(before);
    try (Scope scope = Scope.open()) {
      Checkpoint checkpoint = Checkpoint.read(Trainer.last(run.checkpoints));
      double[] scaler = checkpoint.tensors().get("scaler.scale_and_clean_steps").toDoubleArray();
      assertThat(scaler[0]).isLessThan(1e20);
    }
  }

  @Test
  void aRunInHalfPrecisionGoesOnWithItsScale() throws IOException {
    Map<String, Object> options =
        Map.of("epochs", 4, "precision", "float16", "loss_scale", Map.of("growth_interval", 3));
    new Run("whole", options).go(() -> false);
    new Run("parts", options).until(7);
    new Run("parts", options).resumed().go(() -> false);
    assertSameRuns("whole", "parts");
  }

  @Test
  void weightDecayMomentumAndClippingReachTheOptimiser() throws IOException {
    new Run("plain", 2, 1).go(() -> false);
    for (Map<String, Object> option :
        List.<Map<String, Object>>of(
            Map.of("weight_decay_end", 0.5),
            Map.of("momentum_end", 0.1),
            Map.of("clip_norm", 0.01))) {
      Map<String, Object> all = new HashMap<>(option);
      all.put("epochs", 2);
      String name = option.keySet().iterator().next();
      new Run(name, all).go(() -> false);
      assertThat(weights(name)).as(name).isNotEqualTo(weights("plain"));
    }
  }

  private float[] weights(String run) throws IOException {
    try (Scope scope = Scope.open()) {
      return Checkpoint.read(Trainer.last(directory.resolve(run)))
          .tensors()
          .get("network.encoder.conv1.weight")
          .toFloatArray();
    }
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
  void aLossThatIsNoNumberStopsTheRunNamesTheTermAndLeavesTheStep() throws IOException {
    Run run = new Run("run", 4, 1);
    poison(run);
    Path bundle = directory.resolve("replay/step-0.safetensors");
    assertThatExceptionOfType(DivergedException.class)
        .isThrownBy(() -> run.go(() -> false))
        .withMessageStartingWith("the loss term 'nt_xent' became NaN at step 0 (epoch 1); ")
        .withMessageEndingWith("; repeat the step with 'diptych replay " + bundle + "'");
    assertThat(run.checkpoints).doesNotExist();
    Replay replay = replay(bundle);
    assertThat(replay.isFinite()).isFalse();
    assertThat(replay.failure()).startsWith("the loss term 'nt_xent' became NaN");
    assertThat(replay.terms().get("nt_xent")).isNaN();
    assertThat(replay.weights())
        .singleElement()
        .extracting("name")
        .isEqualTo("encoder.conv1.weight");
    assertThat(replay.views()).extracting(Replay.Summary::notFinite).containsExactly(0L, 0L);
    assertThat(replay.rows()).extracting(Replay.Summary::notFinite).doesNotContain(0L);
  }

  private Replay replay(Path bundle) throws IOException {
    try (Scope scope = Scope.open()) {
      Run again = new Run("again", 4, 1);
      TrainSettings settings = Options.defaults(TrainSettings.class, Map.of("batch_size", 16));
      return Replay.of(Checkpoint.read(bundle), again.method, settings, Device.CPU);
    }
  }

  @Test
  void anAlarmStopsTheRunAndItsStepCanBeMadeAgain() throws IOException {
    // Any features count as collapsed: the run stops on the third line, after step 9.
    Map<String, Object> alarms = Map.of("collapse_std", 1, "patience", 3);
    Run run = new Run("run", Map.of("epochs", 4, "alarms", alarms));
    assertThatExceptionOfType(DivergedException.class)
        .isThrownBy(() -> run.go(() -> false))
        .withMessageStartingWith("the features collapsed: on the last 3 log lines")
        .withMessageContaining("at step 9");
    assertThat(Files.readString(directory.resolve("run.jsonl")))
        .contains("{\"kind\":\"warning\",\"step\":9,\"rule\":\"collapse\",\"text\":\"the features");

    List<Double> losses = new ArrayList<>();
    Map<String, Object> options = Map.of("epochs", 4, "log_every", 1);
    new Run("whole", options).trainer.run(onSteps(line -> losses.add(line.loss())), () -> false);
    Replay replay = replay(directory.resolve("replay/step-9.safetensors"));
    assertThat(replay.isFinite()).isTrue();
    assertThat(replay.step().number()).isEqualTo(9);
    assertThat(replay.terms().get("nt_xent")).isEqualTo(losses.get(9));
    assertThat(replay.gradNorm()).isPositive();
  }

  @Test
  void aGradientThatIsNoNumberStopsBeforeItSpoilsTheWeights() throws IOException {
    Run run = new Run("run", Map.of("epochs", 4, "log_every", 1));
    run.trainer.makeStep();
    run.method
        .network()
        .parameters()
        .values()
        .iterator()
        .next()
        .mul(1e38)
        .sum()
        .mul(1e38)
        .backward();
    assertThatExceptionOfType(DivergedException.class)
        .isThrownBy(run.trainer::makeStep)
        .withMessageStartingWith("the gradient became NaN or infinite at step 1 (epoch 1)");
    run.method
        .network()
        .state()
        .forEach((name, t) -> assertThat(t.isFinite().all().item()).as(name).isEqualTo(1));
  }

  @Test
  void aProbeLearnsAndLeavesTheRunAsItIs() throws IOException {
    new Run("without", 4, 1).go(() -> false);
    Map<String, Object> options = Map.of("epochs", 4, "probe", Map.of("linear", true));
    new Run("with", options).until(6);
    List<Map<String, Double>> measures = new ArrayList<>();
    Run second = new Run("with", options).resumed();
    second.trainer.run(onSteps(line -> measures.add(line.metrics())), () -> false);
    assertThat(measures.get(0)).containsOnlyKeys("probe_loss", "probe_top1");
    assertThat(measures.get(0).get("probe_top1")).isEqualTo(1); // There is one class only.
    try (Scope scope = Scope.open()) {
      Checkpoint without = Checkpoint.read(Trainer.last(directory.resolve("without")));
      Checkpoint with = Checkpoint.read(Trainer.last(directory.resolve("with")));
      assertThat(with.tensors()).containsKeys("probe.weight", "probe.optimizer.momentum.weight");
      without
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(with.tensors().get(name).toBytes())
                      .as(name)
                      .isEqualTo(tensor.toBytes()));
    }
    new Run("with", 5, 1).resumed(); // The probe may go,
    new Run("without", Map.of("epochs", 5, "probe", Map.of("linear", true))).resumed(); // or come.
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
  void aRunGoesOnOnAnotherKindOfDeviceWhoseGeneratorIsNotInTheCheckpoint() throws IOException {
    new Run("run", 1, 1).go(() -> false);
    try (Scope scope = Scope.open()) {
      Checkpoint checkpoint = Checkpoint.read(Trainer.last(directory.resolve("run")));
      Map<String, Tensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
      Tensor generator = Objects.requireNonNull(tensors.remove("generator.cpu"));
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new Run("none", 2, 1)
                      .trainer.resume(new Checkpoint(tensors, checkpoint.metadata())))
          .withMessageStartingWith("the checkpoint does not fit: missing generator.cpu");
      tensors.put("generator.cuda", generator.narrow(0, 0, 16));
      byte[] before = Backend.generatorState(Device.CPU).toBytes();
      Run run = new Run("moved", 2, 1);
      run.trainer.resume(new Checkpoint(tensors, checkpoint.metadata()));
      assertThat(run.trainer.stepsMade()).isEqualTo(4);
      assertThat(Backend.generatorState(Device.CPU).toBytes()).isEqualTo(before);
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
          if (run.trainer.stepsMade() % 20 == 10) {
            System.gc();
            handles.add(Backend.handleCount());
            resident.add(Backend.residentBytes());
          }
          return false;
        });
    assertThat(handles).hasSize(10);
    // The least of some, as the collector frees what it does when it does.
    assertThat(least(handles, 7) - least(handles, 0)).as("handles").isLessThan(500);
    assertThat(least(resident, 7) - least(resident, 0)).as("bytes").isLessThan(32L << 20);
  }

  private static long least(List<Long> values, int from) {
    return values.subList(from, from + 3).stream().mapToLong(Long::longValue).min().orElseThrow();
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
      lines.add(
          object.remove(List.of("images_per_second", "data_wait", "seconds", "memory")).toString());
    }
    return lines;
  }
}
