package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.ImageSet;
import io.diptych.nn.Layer;
import io.diptych.option.Options;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Normalize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Both protocols on images whose class is how bright their upper half is, under noise. */
@ExtendWith(Scoped.class)
final class ProtocolTest {
  private static final int CLASSES = 3;
  private static final List<String> NAMES = List.of("dark", "grey", "bright");
  private static final Knn.Settings KNN =
      Options.defaults(Knn.Settings.class, Map.of("k", 5, "distance", "cosine"));

  @TempDir Path directory;

  @Test
  void knnBeatsTheBaselinesWithFeaturesThatKnow() throws IOException {
    List<Score> scores =
        KnnProtocol.run(subject(), KNN, directory, Progress.NONE, () -> false).scores();
    assertThat(scores)
        .extracting(Score::features)
        .containsExactly("encoder", "untrained", "pixels");
    assertThat(scores.get(0).mean()).isGreaterThan(0.95);
    assertThat(scores.get(1).mean()).isLessThan(0.6);
  }

  @Test
  void knnWritesWhatItMeasuredAndOnWhat() throws IOException {
    Subject subject = subject();
    List<Score> scores =
        KnnProtocol.run(subject, KNN, directory, Progress.NONE, () -> false).scores();
    JsonNode json = read("knn.json");
    assertThat(json.get("protocol").asString()).isEqualTo("knn");
    assertThat(json.get("version").asInt()).isEqualTo(1);
    assertThat(json.get("created").asString()).endsWith("Z");
    assertThat(json.get("checkpoint").asString()).isEqualTo("abc");
    assertThat(json.get("data").get("train").asInt()).isEqualTo(90);
    assertThat(json.get("data").get("test").asInt()).isEqualTo(30);
    assertThat(json.get("data").get("classes").get(2).asString()).isEqualTo("bright");
    assertThat(json.get("data").get("fingerprint").asString())
        .isEqualTo(subject.train().fingerprint());
    assertThat(json.get("settings").get("k").asInt()).isEqualTo(5);
    assertThat(json.get("settings").get("votes").asString()).isEqualTo("weighted");
    JsonNode first = json.get("results").get(0);
    assertThat(first.get("features").asString()).isEqualTo("encoder");
    assertThat(first.get("labels_per_class").isNull()).isTrue();
    assertThat(first.get("accuracy").get(0).asDouble()).isEqualTo(scores.get(0).mean());
    assertThat(first.get("std").asDouble()).isZero();
    assertThat(first.get("top5").asDouble()).isEqualTo(1);
    assertThat(json.get("confusion").size()).isEqualTo(CLASSES);
    assertThat(json.get("per_class").size()).isEqualTo(CLASSES);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void featuresOfTheTestImagesAloneAreThoseOfAll() {
    Subject all = subject();
    Subject test =
        Subject.of(
            Subject.Rows.TEST,
            Features.of(new Normalize(List.of(0.0), List.of(1.0)), Device.CPU, 16),
            mean(0),
            mean(4),
            images(90, 0),
            images(30, 1000),
            null,
            Map.of(),
            Map.of());
    for (int kind = 0; kind < 3; kind++) {
      Subject.Kind one = test.kinds().get(kind);
      assertThat(one.name()).isEqualTo(all.kinds().get(kind).name());
      assertThat(one.train().size(0)).isZero();
      assertThat(one.test().toFloatArray()).isEqualTo(all.kinds().get(kind).test().toFloatArray());
    }
    assertThat(test.train().size()).isEqualTo(90);
  }

  @Test
  void knnShowsTheNeighboursOfTheFirstTestImageOfEachClass() throws IOException {
    Subject subject = subject();
    KnnProtocol.run(subject, KNN, directory, Progress.NONE, () -> false);
    JsonNode neighbours = read("knn.json").get("neighbours");
    assertThat(neighbours.size()).isEqualTo(CLASSES);
    long[] labels = subject.train().labels().toLongArray();
    for (int c = 0; c < CLASSES; c++) {
      JsonNode query = neighbours.get(c).get("query");
      assertThat(query.get("index").asInt()).isEqualTo(c);
      assertThat(query.get("label").asInt()).isEqualTo(c);
      assertThat(query.get("png").asString()).startsWith("data:image/png;base64,");
      JsonNode nearest = neighbours.get(c).get("nearest");
      assertThat(nearest.size()).isEqualTo(8);
      double before = 1.000001;
      for (JsonNode one : nearest) {
        assertThat(one.get("label").asLong()).isEqualTo(labels[one.get("index").asInt()]);
        assertThat(one.get("similarity").asDouble()).isLessThanOrEqualTo(before);
        before = one.get("similarity").asDouble();
      }
    }
  }

  @Test
  void knnWarnsWhereThereAreFewerImagesThanNeighbours() throws IOException {
    List<String> lines = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            lines.add(new SimpleFormatter().formatMessage(record));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("io.diptych.evaluate");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      Knn.Settings settings = Options.defaults(Knn.Settings.class);
      KnnProtocol.run(subject(), settings, directory, Progress.NONE, () -> false);
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(handler);
    }
    assertThat(lines)
        .containsExactly("knn.k: 200 is more than the 90 training images: all of them vote");
  }

  @Test
  void linearMeasuresEachNumberOfLabelsAndAll() throws IOException {
    List<Score> scores =
        LinearProtocol.run(subject(), linear(2, 5), directory, Progress.NONE, () -> false);
    assertThat(scores).hasSize(9);
    assertThat(scores.subList(0, 3)).extracting(Score::labelsPerClass).containsExactly(2, 5, null);
    assertThat(scores.get(0).accuracy()).hasSize(3);
    assertThat(scores.get(2).accuracy()).hasSize(1);
    assertThat(scores.get(2).mean()).isGreaterThan(0.95);
    JsonNode json = read("linear.json");
    assertThat(json.get("results").size()).isEqualTo(9);
    assertThat(json.get("results").get(1).get("labels_per_class").asInt()).isEqualTo(5);
    assertThat(json.get("results").get(1).get("lambda").size()).isEqualTo(3);
    assertThat(json.get("settings").get("lambda").isNull()).isTrue();
    assertThat(json.get("confusion").size()).isEqualTo(CLASSES);
    assertThat(json.has("neighbours")).isFalse();
  }

  @Test
  void linearTellsHowFarItIs() throws IOException {
    List<String> steps = new ArrayList<>();
    Progress progress = (what, part) -> steps.add(what + " " + Math.round(100 * part));
    LinearProtocol.run(subject(), linear(2), directory, progress, () -> false);
    assertThat(steps)
        .hasSize(15)
        .startsWith(
            "linear probe on encoder 0",
            "linear probe on encoder 25",
            "linear probe on encoder 50",
            "linear probe on encoder 75",
            "linear probe on encoder 100",
            "linear probe on untrained 0");
  }

  @Test
  void linearDrawsTheSameSamplesForAllFeatures() throws IOException {
    ImageSet train = images(90, 0);
    ImageSet test = images(30, 1000);
    Layer pixels = layer(input -> input.flatten(1));
    List<Score> scores =
        LinearProtocol.run(
            subject(pixels, pixels, train, test), linear(2), directory, Progress.NONE, () -> false);
    assertThat(scores.get(0).accuracy()).isEqualTo(scores.get(2).accuracy());
    assertThat(scores.get(0).accuracy()).isEqualTo(scores.get(4).accuracy());
    assertThat(scores.get(0).std()).isGreaterThan(0);
  }

  @Test
  void tellsWhichClassHasTooFewLabels() {
    assertThatThrownBy(
            () -> LinearProtocol.run(subject(), linear(31), directory, Progress.NONE, () -> false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels_per_class: 31 asked for, but class 'dark' has 30 labelled samples");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void writesNothingWhenStopped() {
    List<String> steps = new ArrayList<>();
    Progress progress = (what, part) -> steps.add(what);
    assertThatThrownBy(
            () -> KnnProtocol.run(subject(), KNN, directory, progress, () -> steps.size() > 2))
        .isInstanceOf(CancellationException.class);
    assertThat(steps.get(0)).isEqualTo("kNN on encoder");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void needsLabels() {
    ImageSet some = images(30, 0);
    ImageSet unlabelled =
        ImageSet.of("pile", some.pixels().copy(), some.labels().sub(1).copy(), NAMES);
    assertThatThrownBy(() -> subject(mean(0), mean(0), unlabelled, some))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "evaluation needs a label for every image, 'pile' has images without: use a labelled"
                + " data set, such as a folder with a sub-folder for each class");
  }

  @Test
  void needsTheSameClassesForTrainingAndTest() {
    ImageSet train = images(30, 0);
    ImageSet other =
        ImageSet.of("other", train.pixels().copy(), train.labels().copy(), List.of("a", "b", "c"));
    assertThatThrownBy(() -> subject(mean(0), mean(0), train, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must have the same classes")
        .hasMessageContaining("[a, b, c]");
  }

  private JsonNode read(String name) throws IOException {
    return JsonMapper.builder().build().readTree(Files.readString(directory.resolve(name)));
  }

  private static LinearProbe.Settings linear(Integer... labels) {
    Map<String, Object> given = new HashMap<>();
    given.put("labels_per_class", Arrays.asList(labels));
    given.put("draws", 3);
    return Options.defaults(LinearProbe.Settings.class, given);
  }

  private static Subject subject() {
    return subject(mean(0), mean(4), images(90, 0), images(30, 1000));
  }

  private static Subject subject(Layer encoder, Layer untrained, ImageSet train, ImageSet test) {
    return Subject.of(
        Subject.Rows.ALL,
        Features.of(new Normalize(List.of(0.0), List.of(1.0)), Device.CPU, 16),
        encoder,
        untrained,
        train,
        test,
        null,
        Map.of("checkpoint", "abc", "recipe_hash", "def"),
        Map.of("diptych", "test"));
  }

  /** The mean of four rows of the image from this one on, beside what is missing to 1. */
  private static Layer mean(int row) {
    return layer(
        input -> {
          Tensor level = input.narrow(2, row, 4).flatten(1).meanKeep(1);
          return Tensor.cat(List.of(level, level.rsub(1)), 1);
        });
  }

  private interface Function {
    Tensor of(Tensor input);
  }

  private static Layer layer(Function function) {
    return new Layer() {
      @Override
      public Tensor forward(Tensor input) {
        return function.of(input);
      }
    };
  }

  private static ImageSet images(int count, int from) {
    byte[] pixels = new byte[count * 64];
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % CLASSES;
      for (int p = 0; p < 64; p++) {
        double noise = 90 * Keyed.of(from).uniform(from + i, p);
        pixels[i * 64 + p] = (byte) (int) (p < 32 ? labels[i] * 80 + noise : 2 * noise);
      }
    }
    return ImageSet.of(
        "stripes", Tensor.of(pixels, count, 1, 8, 8), Tensor.of(labels, count), NAMES);
  }
}
