package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.backbone.Backbone;
import io.diptych.data.DataException;
import io.diptych.data.Datasets;
import io.diptych.data.ImageSet;
import io.diptych.data.Opening;
import io.diptych.data.SplitImages;
import io.diptych.nn.Module;
import io.diptych.optim.Optimizers;
import io.diptych.option.Families;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.train.DivergedException;
import io.diptych.view.Normalize;
import io.diptych.view.ViewOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Fine-tuning of a small network on images that differ in how bright they are. */
@ExtendWith(Scoped.class)
final class FineTuningTest {
  private static final Families FAMILIES =
      Families.of(Optimizers.FAMILY, Optimizers.SCHEDULES, ViewOptions.AUGMENTATIONS);
  private static final TinyEncoders ENCODERS = new TinyEncoders(1, 8);
  private static final String QUICK = "labels: 100, epochs: 6, batch_size: 16";

  @TempDir Path dir;

  @Test
  void theWholeNetworkLearns() {
    Backbone encoder = ENCODERS.trained(1, Device.CPU);
    Map<String, List<Float>> before = values(encoder);
    Learnt learnt = run("{" + QUICK + "}", encoder, Watch.NONE);
    assertThat(learnt.last().accuracy()).isGreaterThan(0.9);
    assertThat(learnt.values()).containsOnlyKeys("top1", "top5", "mean_per_class");
    assertThat(learnt.values().get("top5")).isEqualTo(1);
    Map<String, List<Float>> after = values(encoder);
    assertThat(after.keySet())
        .filteredOn(name -> !name.endsWith("num_batches_tracked"))
        .allSatisfy(name -> assertThat(after.get(name)).isNotEqualTo(before.get(name)));
  }

  @Test
  void aFrozenEncoderStaysBitForBitWhileTheHeadLearns() {
    Backbone encoder = ENCODERS.trained(1, Device.CPU);
    Map<String, List<Float>> before = values(encoder);
    Learnt learnt =
        run(
            "{weights: freeze, epochs: 30, batch_size: 16, head: {optimizer: {lr: 1}}}",
            encoder,
            Watch.NONE);
    assertThat(learnt.last().accuracy()).isGreaterThan(0.6);
    assertThat(values(encoder)).isEqualTo(before);
    assertThat(encoder.modules()).noneMatch(Module::isTraining);
  }

  @Test
  void theResultIsThatOfTheLastEpochAndNotTheBest() {
    // The labels of the test images are moved on: what is learnt is wrong of all of them.
    FineTuning.Task task =
        new FineTuning.Task(
            BrightImages.resident(60, 8, 1, 0),
            BrightImages.resident(30, 8, 2, 1),
            ENCODERS.transform(BrightImages.resident(3, 8, 1, 0)),
            ENCODERS.side());
    String late = "{optimizer: {lr: 1.0e-9}, schedule: {name: multi_step, milestones: [1], gamma: ";
    Learnt learnt =
        run(
            "{epochs: 8, batch_size: 16, backbone: " + late + "2.0e7}}, head: " + late + "2.0e8}}}",
            task,
            ENCODERS.trained(1, Device.CPU),
            Watch.NONE);
    assertThat(learnt.last().accuracy()).isLessThan(0.1);
    assertThat(learnt.best()).isGreaterThan(0.2);
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    Backbone first = ENCODERS.trained(1, Device.CPU);
    Backbone second = ENCODERS.trained(1, Device.CPU);
    Backbone third = ENCODERS.trained(1, Device.CPU);
    run("{epochs: 2, batch_size: 16}", first, Watch.NONE);
    run("{epochs: 2, batch_size: 16}", second, Watch.NONE);
    run("{epochs: 2, batch_size: 16, seed: 1}", third, Watch.NONE);
    assertThat(values(second)).isEqualTo(values(first));
    assertThat(values(third)).isNotEqualTo(values(first));
  }

  @Test
  void streamedImagesGiveWhatResidentOnesGive() throws IOException {
    BrightImages.folder(dir, 25, 12, 8);
    String settings =
        "{labels: 50, epochs: 2, batch_size: 4,"
            + " augment: [horizontal_flip, {normalize: {mean: [0.4], std: [0.3]}}]}";
    Backbone first = ENCODERS.trained(3, Device.CPU);
    Backbone second = ENCODERS.trained(3, Device.CPU);
    Learnt resident;
    Learnt streamed;
    try (SplitImages images = open("resident")) {
      resident = run(settings, task(images), first, Watch.NONE);
    }
    try (SplitImages images = open("streamed")) {
      streamed = run(settings, task(images), second, Watch.NONE);
    }
    assertThat(streamed.last().predicted()).isEqualTo(resident.last().predicted());
    assertThat(values(second)).isEqualTo(values(first));
  }

  private SplitImages open(String storage) {
    return Datasets.openStored(
        Opening.of(
            Map.of(
                "name",
                "folder",
                "path",
                dir.toString(),
                "image_size",
                8,
                "storage",
                storage,
                "workers",
                2)),
        report -> {});
  }

  private static FineTuning.Task task(SplitImages images) {
    return new FineTuning.Task(
        images.train(), images.test(), ENCODERS.transform(images.train()), ENCODERS.side());
  }

  @Test
  void learnsFromTheSameShareOfEachClassOrFromAList() throws IOException {
    assertThat(size("{}")).isEqualTo(6);
    assertThat(size("{labels: 0.01}")).isEqualTo(3);
    assertThat(size("{labels: 100}")).isEqualTo(60);
    Path list = Files.writeString(dir.resolve("list.txt"), "3\n4,first\n\n59\n3\n");
    assertThat(size("{list: '" + list + "'}")).isEqualTo(3);
    Files.writeString(list, "60\n");
    assertThatThrownBy(() -> size("{list: '" + list + "'}"))
        .isInstanceOf(DataException.class)
        .hasMessage(list + " line 1: there is no training image 60: they are 0 to 59");
    Files.writeString(list, "dark/1.png\n");
    assertThatThrownBy(() -> size("{list: '" + list + "'}"))
        .hasMessageContaining("expected the number of a training image")
        .hasMessageContaining("'dark/1.png'");
  }

  @Test
  void aListOfFilesIsForStreamedImages() throws IOException {
    BrightImages.folder(dir, 9, 3, 8);
    Path list = Files.writeString(dir.resolve("list.txt"), "dark/100.png\n104.png\n8\n");
    try (SplitImages images = open("streamed");
        FineTuning tuning =
            new FineTuning(settings("{list: '" + list + "'}"), task(images), features())) {
      assertThat(tuning.size()).isEqualTo(3);
    }
    Files.writeString(list, "dark/104.png\n");
    try (SplitImages images = open("streamed")) {
      assertThatThrownBy(
              () -> new FineTuning(settings("{list: '" + list + "'}"), task(images), features()))
          .hasMessage(list + " line 1: there is no training image 'dark/104.png'");
    }
  }

  @Test
  void endsWhenAskedAndLeaksNothing() {
    List<Long> handles = new ArrayList<>();
    Watch watch = new Watch((what, part) -> handles.add(Backend.handleCount()), () -> false);
    run(
        "{labels: 100, epochs: 10, batch_size: 10, test_every: 2}",
        ENCODERS.trained(1, Device.CPU),
        watch);
    assertThat(handles).hasSize(61);
    // From the second test on; garbage may only make it fewer.
    assertThat(handles.subList(30, 61))
        .allSatisfy(n -> assertThat(n).isLessThan(handles.get(24) + 50));

    handles.clear();
    Watch stopping = new Watch((what, part) -> handles.add(0L), () -> handles.size() == 5);
    assertThatThrownBy(() -> run("{batch_size: 10}", ENCODERS.trained(1, Device.CPU), stopping))
        .isInstanceOf(CancellationException.class);
    assertThat(handles).hasSize(5);
  }

  @Test
  void aLossThatIsNoNumberEndsIt() {
    assertThatThrownBy(
            () ->
                run(
                    "{labels: 100, backbone: {optimizer: {lr: 1.0e30}}, epochs: 3, batch_size: 16}",
                    ENCODERS.trained(1, Device.CPU),
                    Watch.NONE))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("fine-tuning diverged in epoch 1: the mean loss is ")
        .hasMessageEndingWith(
            "take smaller learning rates (finetune.backbone.optimizer.lr,"
                + " finetune.head.optimizer.lr)");
  }

  @Test
  void weightsThatGiveNoNumbersEndItToo() {
    assertThatThrownBy(
            () ->
                run(
                    "{backbone: {optimizer: {lr: 1.0e30}}, epochs: 3, batch_size: 16}",
                    ENCODERS.trained(1, Device.CPU),
                    Watch.NONE))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith(
            "fine-tuning diverged in epoch 1: the network gives no numbers; take smaller");
  }

  @Test
  void groupsOfParametersHaveRatesOfTheirOwn() {
    Backbone encoder = ENCODERS.trained(1, Device.CPU);
    Map<String, List<Float>> before = values(encoder);
    run(
        "{epochs: 1, batch_size: 16, parameter_groups: [{match: layer1.*, lr: 0}]}",
        encoder,
        Watch.NONE);
    Map<String, List<Float>> after = values(encoder);
    assertThat(after.get("layer1.0.conv1.weight")).isEqualTo(before.get("layer1.0.conv1.weight"));
    assertThat(after.get("layer2.0.conv1.weight"))
        .isNotEqualTo(before.get("layer2.0.conv1.weight"));
    assertThatThrownBy(
            () -> run("{parameter_groups: [{match: none.*, lr: 0}]}", encoder, Watch.NONE))
        .isInstanceOf(OptionException.class)
        .hasMessageStartingWith("finetune.parameter_groups.0.match: 'none.*' matches no parameter");
  }

  @Test
  void wrongSettingsAreNamed() {
    assertThatThrownBy(() -> settings("{augment: [horizontal_flip]}"))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("augment: a pipeline must end with normalize");
    assertThatThrownBy(() -> settings("{batch_size: 1}"))
        .hasMessageContaining(
            "batch_size: must be 2 at least, as batch norms learn from the batch");
    assertThat(settings("{batch_size: 1, weights: freeze}").batchSize()).isEqualTo(1);
    assertThatThrownBy(() -> settings("{labels: 0}")).hasMessageContaining("(0, 100]");
    assertThatThrownBy(() -> settings("{weights: thaw}")).hasMessageContaining("finetune, freeze");
  }

  @Test
  void theHeadStartsAsPublishedProgramsStartIt() {
    Classifier network = new Classifier(ENCODERS.trained(1, Device.CPU), 1000, false, 5);
    Map<String, Tensor> head = network.head().parameters();
    assertThat(head.get("bias").square().sum().item()).isZero();
    Tensor weight = head.get("weight");
    double variance = weight.square().sum().item() / weight.numel();
    assertThat(Math.sqrt(variance)).isBetween(0.0097, 0.0103);
    assertThat(network.state()).containsKeys("encoder.conv1.weight", "head.weight");
  }

  private static int size(String yaml) {
    try (FineTuning tuning = new FineTuning(settings(yaml), task(), features())) {
      return tuning.size();
    }
  }

  private static FineTuning.Task task() {
    ImageSet train = BrightImages.resident(60, 8, 1, 0);
    return new FineTuning.Task(
        train, BrightImages.resident(30, 8, 2, 0), ENCODERS.transform(train), ENCODERS.side());
  }

  private static Learnt run(String yaml, Backbone encoder, Watch watch) {
    return run(yaml, task(), encoder, watch);
  }

  private static Learnt run(String yaml, FineTuning.Task task, Backbone encoder, Watch watch) {
    try (FineTuning tuning = new FineTuning(settings(yaml), task, features())) {
      return tuning.run("encoder", encoder, watch);
    }
  }

  private static Features features() {
    return Features.of(new Normalize(List.of(0.4), List.of(0.3)), Device.CPU, 16);
  }

  private static FineTuneSettings settings(String yaml) {
    return Options.bind(
        FineTuneSettings.class, Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "test"), FAMILIES);
  }

  private static Map<String, List<Float>> values(Module module) {
    Map<String, List<Float>> values = new TreeMap<>();
    module
        .state()
        .forEach(
            (name, tensor) -> {
              List<Float> numbers = new ArrayList<>();
              for (float number : tensor.to(DType.FLOAT32).toFloatArray()) {
                numbers.add(number);
              }
              values.put(name, numbers);
            });
    return values;
  }
}
