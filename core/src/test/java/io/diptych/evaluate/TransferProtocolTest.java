package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.data.DataException;
import io.diptych.data.Opening;
import io.diptych.optim.Optimizers;
import io.diptych.option.Families;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Normalize;
import io.diptych.view.ViewOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Folders of images learnt by a small network: transfer, and what it shares with fine-tuning. */
@ExtendWith(Scoped.class)
final class TransferProtocolTest {
  private static final Families FAMILIES =
      Families.of(Optimizers.FAMILY, Optimizers.SCHEDULES, ViewOptions.AUGMENTATIONS);

  @TempDir Path dir;
  private Path results;

  @BeforeEach
  void makeImages() throws IOException {
    BrightImages.folder(dir.resolve("bright"), 30, 12, 12);
    results = dir.resolve("evaluation");
  }

  @Test
  void colourImagesOfAnotherSizeComeToAGreyEncoder() throws IOException {
    // Streamed as they are, and in memory at a size of their own; pixels are of the latter only.
    EvaluateSettings settings =
        settings(
            "{transfer: {data: {name: folder, path: %s}, sets: [{name: folder, path: %s,"
                + " image_size: 10}], linear_sgd: {epochs: 40, batch_size: 8, optimizer: {lr: 1}}}}");
    try (Candidate candidate = candidate(1)) {
      List<Measures> rows =
          Protocol.TRANSFER
              .run(candidate, settings, results, Progress.NONE, () -> false)
              .measures();
      assertThat(rows).extracting(Measures::features).containsExactly("bright", "bright 2");
      for (Measures row : rows) {
        assertThat(row.values().keySet())
            .containsExactly("top1", "top5", "mean_per_class", "untrained", "pixels");
        assertThat(row.values().get("top1")).isGreaterThan(0.8);
        assertThat(row.values().get("top5")).isEqualTo(1);
        assertThat(row.values().get("mean_per_class"))
            .isCloseTo(row.values().get("top1"), within(1e-12));
      }
      assertThat(rows.get(0).values().get("pixels")).isNaN();
      assertThat(rows.get(1).values().get("pixels")).isGreaterThan(0.8);
    }
    JsonNode json = json("transfer");
    assertThat(json.get("data").get("train").asInt()).isEqualTo(60);
    JsonNode set = json.get("sets").get(0);
    assertThat(set.get("classes").asInt()).isEqualTo(3);
    assertThat(set.get("results").get(1).get("features").asString()).isEqualTo("untrained");
    assertThat(set.get("results").get(0).get("interval")).hasSize(2);
    assertThat(json.get("measures").get(0).get("values").get("pixels").isNull()).isTrue();
  }

  @Test
  void isFoundAgainUntilItsImagesChange() throws IOException {
    EvaluateSettings settings =
        settings("{transfer: {data: {name: folder, path: %s}, linear_sgd: {epochs: 1}}}");
    Findings found;
    try (Candidate candidate = candidate(3)) {
      assertThat(Protocol.TRANSFER.stored(candidate, settings, results)).isEmpty();
      found = Protocol.TRANSFER.run(candidate, settings, results, Progress.NONE, () -> false);
    }
    assertThat(stored(settings)).contains(found);
    assertThat(stored(settings("{transfer: {data: {name: folder, path: %s}, normalize: set}}")))
        .isEmpty();
    Files.delete(dir.resolve("bright/train/dark/100.png"));
    assertThat(stored(settings)).isEmpty();
  }

  private Optional<Findings> stored(EvaluateSettings settings) throws IOException {
    try (Candidate candidate = candidate(3)) {
      return Protocol.TRANSFER.stored(candidate, settings, results);
    }
  }

  @Test
  void theNetworkCanBeFineTunedOnOtherImagesToo() throws IOException {
    EvaluateSettings settings =
        settings(
            "{transfer: {data: {name: folder, path: %s}, by: finetune, normalize: set,"
                + " finetune: {epochs: 8, batch_size: 8}}}");
    List<String> steps = new ArrayList<>();
    try (Candidate candidate = candidate(3)) {
      Measures row =
          Protocol.TRANSFER
              .run(candidate, settings, results, (what, part) -> steps.add(what), () -> false)
              .measures()
              .get(0);
      assertThat(row.values().get("top1")).isGreaterThan(0.8);
      assertThat(row.values().get("pixels")).isNaN();
    }
    assertThat(steps)
        .contains(
            "statistics of bright",
            "finetune on bright from encoder",
            "finetune on bright from untrained");
  }

  @Test
  void theTrainedEncoderSeesNewViewsWhereTheyAreAskedFor() throws IOException {
    // Shown inverted, dark images are learnt as bright ones; the baselines see them as they are.
    String yaml =
        "{transfer: {data: {name: folder, path: %s}, sets: [{name: folder, path: %s,"
            + " image_size: 8}, {name: folder, path: %s, storage: resident}], linear_sgd:"
            + " {epochs: 40, batch_size: 8, optimizer: {lr: 1}, batch_norm: MODE, augment:"
            + " [{random_resized_crop: {size: 8}}, {solarize: {p: 1, threshold: 0}}]}}}";
    for (String mode : List.of("running", "batch")) {
      EvaluateSettings settings = settings(yaml.replace("MODE", mode));
      try (Candidate candidate = candidate(3)) {
        List<Measures> rows =
            Protocol.TRANSFER
                .run(candidate, settings, results, Progress.NONE, () -> false)
                .measures();
        assertThat(rows).hasSize(3);
        for (Measures row : rows) {
          assertThat(row.values().get("top1")).as("%s", row).isLessThan(0.5);
          assertThat(row.values().get("untrained")).as("%s", row).isGreaterThan(0.8);
        }
      }
    }
  }

  @Test
  void everySetIsCheckedBeforeTheFirstIsLearnt() throws IOException {
    Path unlabelled = Files.createDirectories(dir.resolve("heap/test"));
    Files.copy(dir.resolve("bright/test/dark/100.png"), unlabelled.resolve("a.png"));
    Files.createDirectories(dir.resolve("heap/train"));
    Files.copy(dir.resolve("bright/train/dark/100.png"), dir.resolve("heap/train/a.png"));
    for (String storage : List.of("streamed", "resident")) {
      assertFails(
          settings(
              "{transfer: {data: {name: folder, path: %s}, sets: [{name: folder, storage: "
                  + storage
                  + ", path: '"
                  + dir.resolve("heap")
                  + "'}]}}"),
          "evaluate.transfer.sets.0: "
              + (storage.equals("streamed")
                  ? "evaluation needs a label for every image, 'folder' has images without: use a"
                      + " labelled data set, such as a folder with a sub-folder for each class"
                  : "no image of 'folder' has a label"));
    }
    EvaluateSettings missing =
        settings(
            "{transfer: {data: {name: folder, path: %s}, sets: [{name: folder, path: /nowhere}]}}");
    List<String> steps = new ArrayList<>();
    try (Candidate candidate = candidate(3)) {
      assertThatThrownBy(
              () ->
                  Protocol.TRANSFER.run(
                      candidate, missing, results, (what, part) -> steps.add(what), () -> false))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("evaluate.transfer.sets.0: /nowhere");
    }
    assertThat(steps).isEmpty();
  }

  @Test
  void setsOfOneNameAreNumbered() {
    EvaluateSettings settings =
        settings(
            "{transfer: {data: {name: folder, path: a/photos}, sets: [{name: folder, path:"
                + " 'b/photos 2'}, {name: folder, path: b/photos}, {name: dtd}, {name: dtd}]}}");
    assertThat(settings.transfer().all())
        .extracting(TransferSettings.Named::name)
        .containsExactly("photos", "photos 2", "photos 3", "dtd", "dtd 2");
  }

  @Test
  void writesNothingWhenStopped() throws IOException {
    EvaluateSettings settings = settings("{transfer: {data: {name: folder, path: %s}}}");
    for (Protocol protocol : List.of(Protocol.TRANSFER, Protocol.FINETUNE)) {
      List<String> steps = new ArrayList<>();
      try (Candidate candidate = candidate(3)) {
        assertThatThrownBy(
                () ->
                    protocol.run(
                        candidate,
                        settings,
                        results,
                        (what, part) -> steps.add(what),
                        () -> steps.size() > 3))
            .isInstanceOf(CancellationException.class);
      }
    }
    assertThat(results).doesNotExist();
  }

  @Test
  void fineTuningComparesWithTheUntrainedEncoder() throws IOException {
    EvaluateSettings settings =
        settings("{finetune: {labels: 50, epochs: 2, batch_size: 8, test_every: 2}}");
    try (Candidate candidate = candidate(3)) {
      Findings found =
          Protocol.FINETUNE.run(candidate, settings, results, Progress.NONE, () -> false);
      assertThat(found.measures())
          .extracting(Measures::features)
          .containsExactly("encoder", "untrained");
      assertThat(Protocol.FINETUNE.stored(candidate, settings, results)).contains(found);
    }
    JsonNode json = json("finetune");
    assertThat(json.get("labelled").asInt()).isEqualTo(15);
    assertThat(json.get("confusion")).hasSize(3);
    assertThat(json.get("per_class")).hasSize(3);
    JsonNode training = json.get("training").get(0);
    assertThat(training.get("best_epoch_accuracy").asDouble())
        .isEqualTo(json.get("measures").get(0).get("values").get("top1").asDouble());
    assertThat(training.get("interval")).hasSize(2);
    assertThat(json.get("settings").get("labels").asDouble()).isEqualTo(50);
  }

  @Test
  void featuresAreJudgedByTheOtherProtocolsOfACandidate() throws IOException {
    try (Candidate candidate = candidate(3)) {
      Findings found =
          Protocol.STATS.run(candidate, settings("{}"), results, Progress.NONE, () -> false);
      assertThat(found.measures()).hasSize(2);
      Subject subject = candidate.subject(Progress.NONE, () -> false);
      assertThatThrownBy(
              () ->
                  Protocol.FINETUNE.run(
                      subject, settings("{}"), results, Progress.NONE, () -> false))
          .hasMessage("finetune needs the encoder, not only its features: run it on a candidate");
    }
  }

  @Test
  void resultsOfASetWithUnreadableImagesAreFoundAgain() throws IOException {
    try (Stream<Path> folders = Files.list(dir.resolve("bright/test"))) {
      Files.writeString(folders.findFirst().orElseThrow().resolve("broken.png"), "no image");
    }
    EvaluateSettings settings = settings("{}");
    Findings found;
    try (Candidate candidate = candidate(3)) {
      found = Protocol.STATS.run(candidate, settings, results, Progress.NONE, () -> false);
      assertThat(Protocol.STATS.stored(candidate, settings, results)).contains(found);
    }
    try (Candidate candidate = candidate(3)) {
      assertThat(Protocol.STATS.stored(candidate, settings, results)).contains(found);
    }
  }

  @Test
  void wrongSetsAreNamed() throws IOException {
    assertFails(
        settings("{}"),
        "evaluate.transfer.data: there is no data set; give one, such as"
            + " evaluate.transfer.data.name=dtd, or several: 'evaluate.transfer.sets=[{name: dtd},"
            + " {name: mnist, path: DIR}]'");
    EvaluateSettings listed = settings("{transfer: {sets: [{name: folder, path: %s}]}}");
    try (Stream<Path> files = Files.walk(dir.resolve("bright/test"))) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    assertFails(listed, "evaluate.transfer.sets.0: 'bright' has no test images to evaluate on");
  }

  @Test
  void streamedImagesNeedASizeWhereTheEncoderHasNone() throws IOException {
    EvaluateSettings settings = settings("{transfer: {data: {name: folder, path: %s}}}");
    try (Candidate candidate = candidate(new TinyEncoders(3, 0))) {
      assertThatThrownBy(
              () -> Protocol.TRANSFER.run(candidate, settings, results, Progress.NONE, () -> false))
          .isInstanceOf(OptionException.class)
          .hasMessage(
              "evaluate.transfer.data.image_size: must be given, as the encoder has no size of its"
                  + " own");
    }
  }

  @Test
  void momentsOfChannelsNormaliseThem() {
    Tensor images =
        Tensor.of(new float[] {0, 0.5f, 1, 0.5f, 0.2f, 0.2f, 0.2f, 0.2f, 1, 1, 0, 0}, 1, 3, 2, 2);
    Normalize normalize = ChannelMoments.normalize(new ChannelMoments().forward(images));
    assertThat(normalize.mean().get(0)).isCloseTo(0.5, within(1e-6));
    assertThat(normalize.std().get(0)).isCloseTo(Math.sqrt(0.125), within(1e-6));
    assertThat(normalize.mean().get(1)).isCloseTo(0.2, within(1e-6));
    assertThat(normalize.std().get(1)).isEqualTo(1e-3);
  }

  private void assertFails(EvaluateSettings settings, String message) throws IOException {
    try (Candidate candidate = candidate(3)) {
      assertThatThrownBy(
              () -> Protocol.TRANSFER.run(candidate, settings, results, Progress.NONE, () -> false))
          .isInstanceOf(OptionException.class)
          .hasMessage(message);
    }
    assertThat(results).doesNotExist();
  }

  private Candidate candidate(int channels) throws IOException {
    return candidate(new TinyEncoders(channels, 8));
  }

  private Candidate candidate(TinyEncoders encoders) throws IOException {
    return new Candidate(
        encoders,
        Options.defaults(Encoding.Settings.class),
        Device.CPU,
        Opening.of(
            Map.of(
                "name",
                "folder",
                "path",
                dir.resolve("bright").toString(),
                "storage",
                "streamed",
                "on_error",
                "skip")),
        report -> {},
        Map.of("diptych", "test"));
  }

  private EvaluateSettings settings(String yaml) {
    String text = yaml.replace("%s", "'" + dir.resolve("bright") + "'");
    return Options.bind(
        EvaluateSettings.class, Yaml.read(text.getBytes(StandardCharsets.UTF_8), "test"), FAMILIES);
  }

  private JsonNode json(String protocol) throws IOException {
    return JsonMapper.builder()
        .build()
        .readTree(Files.readString(results.resolve(protocol + ".json")));
  }
}
