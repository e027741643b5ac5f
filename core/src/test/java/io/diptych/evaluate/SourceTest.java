package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import io.diptych.data.ImageSet;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Layer;
import io.diptych.optim.Optimizers;
import io.diptych.option.Families;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.HorizontalFlip;
import io.diptych.view.Normalize;
import io.diptych.view.ViewOptions;
import io.diptych.view.ViewPipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Protocols that look at images anew or ask the network's own classifier. */
@ExtendWith(Scoped.class)
final class SourceTest {
  private static final Families FAMILIES =
      Families.of(Optimizers.FAMILY, Optimizers.SCHEDULES, ViewOptions.AUGMENTATIONS);
  private static final Normalize NORMALIZE = new Normalize(List.of(0.3), List.of(0.4));
  private static final int CLASSES = 3;

  @TempDir Path directory;

  /** Batch norm of the images and means over their columns: what a mirror turns around. */
  private static final class Columns extends Layer {
    private final BatchNorm norm = child("norm", new BatchNorm(1));

    Columns() {
      norm.initialize(0);
    }

    @Override
    public Tensor forward(Tensor images) {
      return norm.forward(images).mean(1, 2);
    }
  }

  private final Columns encoder = new Columns();
  private final ImageSet train = images(60, 1);
  private final ImageSet test = images(30, 2);

  private Subject subject(List<ViewPipeline> views, @Nullable Layer classifier) {
    Features features = Features.of(NORMALIZE, Device.CPU, 16);
    return Subject.of(
            Subject.Rows.ALL,
            features,
            encoder,
            encoder,
            train,
            test,
            null,
            Map.of("checkpoint", "abc", "recipe_hash", "def"),
            Map.of())
        .from(
            new Source(
                encoder,
                features,
                null,
                NORMALIZE,
                views,
                classifier == null ? null : () -> classifier));
  }

  private static LinearSgd.Settings sgd(String yaml) {
    return Options.bind(
        LinearSgd.Settings.class,
        Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "test"),
        FAMILIES);
  }

  private LinearSgd.Result learn(LinearSgd.Settings settings) throws IOException {
    Subject subject = subject(List.of(), null);
    return LinearSgdProtocol.result(subject, subject.kinds().get(0), settings, Watch.NONE);
  }

  @Test
  void imagesSeenAnewWithoutAugmentationsTeachWhatComputedFeaturesDo() throws IOException {
    LinearSgd.Result cached = learn(sgd("{epochs: 5, batch_size: 16, augment: null}"));
    LinearSgd.Result anew = learn(sgd("{epochs: 5, batch_size: 16, augment: []}"));
    assertThat(anew.logits().toDoubleArray())
        .containsExactly(cached.logits().toDoubleArray(), within(1e-4));
    assertThat(anew.last().predicted()).isEqualTo(cached.last().predicted());
    assertThat(anew.best()).isEqualTo(cached.best());
  }

  @Test
  void augmentedImagesTeachSomethingElseTheSameEveryTime() throws IOException {
    LinearSgd.Settings flipped = sgd("{epochs: 5, batch_size: 16, augment: [horizontal_flip]}");
    double[] first = learn(flipped).logits().toDoubleArray();
    assertThat(learn(flipped).logits().toDoubleArray()).isEqualTo(first);
    assertThat(learn(sgd("{epochs: 5, batch_size: 16}")).logits().toDoubleArray())
        .isNotEqualTo(first);
  }

  @Test
  void runningStatisticsDriftOnlyWhileTheClassifierLearns() throws IOException {
    double before = encoder.state().get("norm.running_mean").toDoubleArray()[0];
    LinearSgd.Result fixed = learn(sgd("{epochs: 2, batch_size: 16, augment: []}"));
    LinearSgd.Result drifted =
        learn(sgd("{epochs: 2, batch_size: 16, augment: [], batch_norm: batch}"));
    assertThat(drifted.logits().toDoubleArray()).isNotEqualTo(fixed.logits().toDoubleArray());
    assertThat(encoder.state().get("norm.running_mean").toDoubleArray()).containsExactly(before);
    assertThat(encoder.isTraining()).isFalse();
    // The classifier alone: statistics of all batches are nearly those that the images have.
    assertThat(drifted.last().accuracy()).isGreaterThan(0.9);
  }

  @Test
  void onlyFeaturesCannotBeSeenAnew() {
    Subject bare =
        new Subject(
            train, test, List.of(subject(List.of(), null).kinds().get(0)), Map.of(), Map.of());
    assertThatThrownBy(
            () ->
                LinearSgdProtocol.run(
                    bare, sgd("{augment: []}"), directory, Progress.NONE, () -> false))
        .hasMessage(
            "evaluate.linear_sgd.augment: needs the encoder itself, and only features are there;"
                + " leave it out");
  }

  private static Layer columnsAsClasses() {
    return new Layer() {
      @Override
      public Tensor forward(Tensor features) {
        // Classes under other numbers than the labels', which matching has to find.
        return Tensor.cat(List.of(features.narrow(1, 1, 2), features.narrow(1, 0, 1)), 1);
      }
    };
  }

  private List<Measures> clusters(String yaml, @Nullable Layer classifier) throws IOException {
    return ClusterProtocol.run(
        subject(List.of(), classifier),
        Options.bind(
            ClusterProtocol.Settings.class,
            Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "test"),
            FAMILIES),
        directory,
        Progress.NONE,
        () -> false);
  }

  @Test
  void theClassesThatTheNetworkNamesAreClusters() throws IOException {
    List<Measures> found = clusters("{preset: twist}", columnsAsClasses());
    assertThat(found).hasSize(1);
    assertThat(found.get(0).features()).isEqualTo("encoder");
    assertThat(found.get(0).values())
        .containsEntry("nmi", 1.0)
        .containsEntry("acc", 1.0)
        .containsEntry("acc5", 1.0);
    assertThat(
            JsonMapper.builder()
                .build()
                .readTree(Files.readString(directory.resolve("cluster.json")))
                .get("settings")
                .get("assign")
                .asString())
        .isEqualTo("argmax");
  }

  @Test
  void otherNumbersOfClassesHaveNoAccuracy() throws IOException {
    Layer two =
        new Layer() {
          @Override
          public Tensor forward(Tensor features) {
            return features.narrow(1, 0, 2);
          }
        };
    assertThat(clusters("{assign: argmax}", two).get(0).values())
        .containsOnlyKeys("nmi", "ami", "ari", "fmi");
  }

  @Test
  void aNetworkThatNamesNoClassesIsRefused() {
    assertThatThrownBy(() -> clusters("{assign: argmax}", null))
        .hasMessage(
            "evaluate.cluster.assign: argmax needs a network that names classes itself, which this"
                + " one does not; take kmeans");
  }

  private List<Measures> stats(List<ViewPipeline> views) throws IOException {
    return StatsProtocol.run(
        subject(views, null),
        Options.defaults(StatsProtocol.Settings.class),
        directory,
        Progress.NONE,
        () -> false);
  }

  @Test
  void alignmentIsZeroWhereViewsDoNotChangeTheFeaturesAndGrowsWithTheChange() throws IOException {
    ViewPipeline plain = new ViewPipeline(List.of(NORMALIZE));
    ViewPipeline mirrored = new ViewPipeline(List.of(new HorizontalFlip(1.0), NORMALIZE));
    ViewPipeline random = new ViewPipeline(List.of(new HorizontalFlip(0.0), NORMALIZE));
    double none = stats(List.of(random, random)).get(0).values().get("alignment");
    assertThat(none).isCloseTo(0, offset(1e-9));
    Measures encoder = stats(List.of(plain, mirrored)).get(0);
    Tensor rows = subject(List.of(), null).kinds().get(0).test();
    double expected = Alignment.squares(rows, rows.flip(1)) / rows.size(0);
    assertThat(encoder.values().get("alignment")).isCloseTo(expected, offset(1e-5));
    assertThat(expected).isGreaterThan(0.1);
  }

  @Test
  void whereNoViewsAreKnownAlignmentIsLeftOut() throws IOException {
    ViewPipeline plain = new ViewPipeline(List.of(NORMALIZE));
    for (List<ViewPipeline> views : List.of(List.<ViewPipeline>of(), List.of(plain, plain))) {
      for (Measures one : stats(views)) {
        assertThat(one.values()).containsOnlyKeys("uniformity", "effective_rank", "width");
      }
    }
  }

  @Test
  void alignmentIsThatOfTheFormula() {
    Tensor x = Tensor.of(new double[] {2, 0, 0, 3}, 2, 2);
    Tensor y = Tensor.of(new double[] {0, 1, 0, 5}, 2, 2);
    assertThat(Alignment.squares(x, y)).isCloseTo(2, offset(1e-12));
  }

  /** Images whose class is the column of 3 that is bright. */
  private static ImageSet images(int count, long seed) {
    byte[] pixels = new byte[count * 9];
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % CLASSES;
      for (int p = 0; p < 9; p++) {
        double noise = 60 * Keyed.of(seed).uniform(i, p);
        pixels[i * 9 + p] = (byte) (int) (p % 3 == labels[i] ? 190 + noise : noise);
      }
    }
    return ImageSet.of(
        "columns",
        Tensor.of(pixels, count, 1, 3, 3),
        Tensor.of(labels, count),
        List.of("left", "middle", "right"));
  }
}
