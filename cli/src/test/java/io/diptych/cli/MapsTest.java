package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps by the command in processes of its own. */
final class MapsTest {
  @TempDir private Path dir;

  @Test
  void mapsAreMadeOnceAndOfTheLayerThatIsAskedFor() throws Exception {
    Path data = Diptych.tinyData(dir.resolve("data"), 200, 100);
    String recipe = Diptych.tinyRecipe(dir.resolve("tiny.yaml"), data).toString();
    Diptych.Result pretrained =
        Diptych.run(dir, "pretrain", recipe, "train.epochs=1", "--out", "run");
    assertThat(pretrained.code()).as(pretrained.err()).isZero();

    Diptych.Result made = project("evaluate.project.methods=[pca, tsne, umap]");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out())
        .containsPattern("map, trustworthiness +pca +tsne +umap\n")
        .containsPattern("  encoder( +[01]\\.\\d{4}){3}\n")
        .containsPattern("  untrained( +[01]\\.\\d{4}){3}\n")
        .containsPattern("  pixels( +[01]\\.\\d{4}){3}\n");
    Path file = dir.resolve("run/evaluation/project.json");
    assertThat(Files.readString(file)).contains("\"sprite\":\"data:image/png;base64,");
    assertThat(project("evaluate.project.methods=[pca, tsne, umap]").out())
        .contains("project: measured before, of the same checkpoint, images and settings");

    Diptych.Result inner =
        project("evaluate.project.methods=[pca]", "evaluate.project.layer=layer1");
    assertThat(inner.code()).as(inner.err()).isZero();
    assertThat(inner.out()).containsPattern("map, trustworthiness +pca\n");
    assertThat(Files.readString(file)).contains("\"layer\":\"layer1\"");

    Diptych.Result none = project("evaluate.project.layer=layer7");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.error())
        .isEqualTo(
            "diptych: evaluate.project.layer: the encoder has no layer 'layer7'; take stem, layer1,"
                + " layer2, layer3");
  }

  private Diptych.Result project(String... overrides) throws Exception {
    List<String> args = new ArrayList<>(List.of("evaluate", "run", "--protocol", "project"));
    args.addAll(List.of(overrides));
    return Diptych.run(dir, args.toArray(String[]::new));
  }
}
