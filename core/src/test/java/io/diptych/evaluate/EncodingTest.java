package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.VisionTransformer;
import io.diptych.data.ImageSet;
import io.diptych.option.Choice;
import io.diptych.option.Families;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Normalize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What of a backbone is judged: exits and their ensemble, tokens of transformers. */
@ExtendWith(Scoped.class)
final class EncodingTest {
  private static final Encoding.Settings PLAIN = new Encoding.Settings(1, false);

  @TempDir Path directory;

  record Holder(@Option(family = "backbone", doc = "a backbone") Choice backbone) {}

  private static Backbone backbone(String yaml) {
    byte[] text = ("backbone: " + yaml).getBytes(StandardCharsets.UTF_8);
    Choice choice =
        Options.bind(Holder.class, Yaml.read(text, "test"), Families.of(Backbones.FAMILY))
            .backbone();
    Backbone backbone = Backbones.create(choice, 1);
    backbone.initialize(3);
    backbone.train(false);
    return backbone;
  }

  private static Tensor pixels(int count, int side) {
    return Keyed.of(5)
        .normal(Tensor.arange((long) count * side * side, Device.CPU))
        .reshape(count, 1, side, side)
        .to(DType.FLOAT32);
  }

  @Test
  void tokensOfTheLastBlocksAreJoinedOldestFirstAndTheMeanOfThePatchesLast() {
    VisionTransformer vit =
        (VisionTransformer)
            backbone("{name: vit, width: 8, heads: 2, depth: 3, patch: 4, image_size: 8}");
    try (Autograd.Guard guard = Autograd.noGrad()) {
      Tensor images = pixels(2, 8);
      List<Tensor> blocks = vit.lastBlocks(images, 2);
      Tensor joined = Encoding.of(new Encoding.Settings(2, true), vit).forward(images);
      assertThat(joined.shape().sizes()).containsExactly(2, 24);
      assertThat(joined.narrow(1, 0, 8).contiguous().toFloatArray())
          .isEqualTo(blocks.get(0).select(1, 0).contiguous().toFloatArray());
      assertThat(joined.narrow(1, 8, 8).contiguous().toFloatArray())
          .containsExactly(vit.forward(images).toFloatArray(), within(1e-5f));
      assertThat(joined.narrow(1, 16, 8).contiguous().toFloatArray())
          .containsExactly(
              blocks.get(1).narrow(1, 1, 4).mean(1).contiguous().toFloatArray(), within(1e-6f));
      assertThat(Encoding.of(PLAIN, vit).forward(images).toFloatArray())
          .isEqualTo(vit.forward(images).toFloatArray());
    }
  }

  @Test
  void otherBackbonesAndTooManyBlocksAreRefused() {
    Backbone resnet = backbone("{name: resnet, depth: 8, width: 4, stem: light}");
    assertThatThrownBy(() -> Encoding.of(new Encoding.Settings(4, false), resnet))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "evaluate.features: joins tokens of a vision transformer, which this backbone is not;"
                + " leave it out");
    Backbone vit = backbone("{name: vit, width: 8, heads: 2, depth: 3, patch: 4, image_size: 8}");
    assertThatThrownBy(() -> Encoding.of(new Encoding.Settings(4, false), vit))
        .hasMessage(
            "evaluate.features.blocks: must be at most the 3 blocks that the backbone has, was 4");
  }

  private static Subject subject() {
    Backbone encoder =
        backbone(
            "{name: resnet, depth: 8, width: 4, stem: light, exits: {after: [1, 2], size: fc}}");
    return Subject.of(
        Subject.Rows.ALL,
        Features.of(new Normalize(List.of(0.0), List.of(1.0)), Device.CPU, 16),
        Encoding.of(PLAIN, encoder),
        Encoding.withoutExits(PLAIN, encoder),
        images(40),
        images(20),
        null,
        Map.of("checkpoint", "abc", "recipe_hash", "def"),
        Map.of());
  }

  @Test
  void exitsStandBetweenTheEncoderAndTheBaselines() {
    Subject subject = subject();
    assertThat(subject.kinds())
        .extracting(Subject.Kind::name)
        .containsExactly("encoder", "exit1", "exit2", "untrained", "pixels");
    // Here the baseline has the same weights.
    assertThat(subject.kinds().get(0).test().toFloatArray())
        .containsExactly(subject.kinds().get(3).test().toFloatArray(), within(1e-5f));
    assertThat(subject.kinds().get(1).test().toFloatArray())
        .isNotEqualTo(subject.kinds().get(2).test().toFloatArray());
  }

  private static DataIdentity identity(Subject subject) {
    return DataIdentity.of(subject.train(), subject.test());
  }

  @Test
  void protocolsJudgeEveryExitAndTheEnsemble() throws IOException {
    Subject subject = subject();
    Knn.Settings knn = Options.defaults(Knn.Settings.class, Map.of("k", 3, "sweep", List.of(1, 5)));
    Findings found = KnnProtocol.run(subject, knn, directory, Progress.NONE, () -> false);
    String[] names = {"encoder", "exit1", "exit2", "ensemble", "untrained", "pixels"};
    assertThat(found.scores()).extracting(Score::features).containsExactly(names);
    assertThat(found.measures()).extracting(Measures::features).containsExactly(names);
    assertThat(found.measures().get(0).values())
        .containsOnlyKeys("k=1 weighted", "k=1 majority", "k=5 weighted", "k=5 majority");
    assertThat(
            StoredResult.find(
                directory, "knn", Map.of("checkpoint", "abc"), () -> identity(subject), PLAIN, knn))
        .contains(found);
    assertThat(
            StoredResult.find(
                directory,
                "knn",
                Map.of("checkpoint", "abc"),
                () -> identity(subject),
                new Encoding.Settings(4, false),
                knn))
        .isEmpty();

    LinearProbe.Settings linear =
        Options.defaults(
            LinearProbe.Settings.class, Map.of("labels_per_class", List.of(2), "draws", 2));
    assertThat(LinearProtocol.run(subject, linear, directory, Progress.NONE, () -> false))
        .extracting(score -> score.features() + " " + score.labelsPerClass())
        .containsExactlyElementsOf(
            Stream.of(names).flatMap(n -> Stream.of(n + " 2", n + " null")).toList());
    assertThat(Files.readString(directory.resolve("linear.json"))).contains("\"ensemble\"");
  }

  @Test
  void theEnsembleIsTheMeanOfItsMembers() {
    Subject subject = subject();
    Ensemble ensemble = new Ensemble(subject);
    List<Subject.Kind> kinds = subject.kinds();
    assertThat(ensemble.hear(kinds.get(0), Tensor.of(new double[] {3, 0}, 1, 2))).isEmpty();
    assertThat(ensemble.hear(kinds.get(1), Tensor.of(new double[] {0, 6}, 1, 2))).isEmpty();
    Optional<Tensor> mean = ensemble.hear(kinds.get(2), Tensor.of(new double[] {0, 3}, 1, 2));
    assertThat(mean.orElseThrow().toDoubleArray()).containsExactly(1, 3);
    assertThat(ensemble.hear(kinds.get(3), Tensor.of(new double[] {0, 3}, 1, 2))).isEmpty();
  }

  private static ImageSet images(int count) {
    byte[] pixels = new byte[count * 256];
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
      for (int p = 0; p < 256; p++) {
        pixels[i * 256 + p] = (byte) (int) (90 * labels[i] + 120 * Keyed.of(count).uniform(i, p));
      }
    }
    return ImageSet.of(
        "halves",
        Tensor.of(pixels, count, 1, 16, 16),
        Tensor.of(labels, count),
        List.of("dark", "bright"));
  }
}
