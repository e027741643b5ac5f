package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.option.Options;
import io.diptych.option.Preset;
import io.diptych.recipe.Recipe;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Presets through the command: listed, taken, refused, and written down as settings. */
final class PresetsTest {
  private static String run(int code, String... args) {
    StringWriter out = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(out));
    assertThat(command.execute(args)).as(out.toString()).isEqualTo(code);
    return out.toString();
  }

  @Test
  void theyAreListedWithWhatTheySet() {
    assertThat(run(0, "recipes", "--presets"))
        .contains("evaluate.linear_sgd.preset=twist-resnet")
        .contains("batch_size: 1024")
        .contains("evaluate.cluster.preset=twist");
    assertThat(run(0, "evaluate", "--help")).contains("diptych recipes --presets");
    assertThat(run(2, "recipes", "sample/simclr", "--presets")).contains("--presets stands alone");
  }

  @Test
  void thePageNamesAllOfThem() throws Exception {
    Path docs = Path.of("").toAbsolutePath().getParent().resolve("docs/evaluation.md");
    String page = Files.readString(docs);
    for (Map.Entry<String, List<Preset>> section : Options.presets(Recipe.class).entrySet()) {
      for (Preset preset : section.getValue()) {
        assertThat(page)
            .contains(
                "| `"
                    + section.getKey().replace("evaluate.", "").replace("transfer.", "")
                    + "` | `"
                    + preset.name()
                    + "` | "
                    + preset.about()
                    + " |");
      }
    }
  }

  @Test
  void aRunIsJudgedByThem(@TempDir Path dir) throws Exception {
    Path recipe = TinyMethods.recipe(dir, "selfcon", 1);
    assertThat(Diptych.run(dir, "pretrain", recipe.toString(), "--out", "run").code()).isZero();
    Diptych.Result judged =
        Diptych.run(
            dir,
            "evaluate",
            "run",
            "--protocol",
            "knn,linear-sgd,stats",
            "evaluate.knn.preset=w-mse",
            "evaluate.knn.sweep=[1, 20]",
            "evaluate.linear_sgd.epochs=2",
            "evaluate.linear_sgd.augment.0.random_resized_crop.size=12",
            "evaluate.linear_sgd.preset=mixed-barlow-twins-cifar");
    assertThat(judged.code()).isEqualTo(2); // a preset's list cannot be reached into
    assertThat(judged.error()).contains("evaluate.linear_sgd.augment");
    judged =
        Diptych.run(
            dir,
            "evaluate",
            "run",
            "--protocol",
            "knn,linear-sgd,stats",
            "evaluate.knn.preset=w-mse",
            "evaluate.knn.sweep=[1, 20]",
            "evaluate.linear_sgd.epochs=2",
            "evaluate.linear_sgd.augment=[random_resized_crop: {size: 12}]",
            "evaluate.linear_sgd.preset=mixed-barlow-twins-cifar");
    assertThat(judged.code()).as(judged.err()).isZero();
    assertThat(judged.out())
        .contains("exit1", "ensemble", "k=20 majority", "alignment")
        .doesNotContain("weighted"); // undefined for distances
    String json = Files.readString(dir.resolve("run/evaluation/linear-sgd.json"));
    assertThat(json)
        .contains("\"overrides\":\"evaluate.knn.preset=w-mse")
        .contains("\"epochs\":2")
        .contains("\"batch_size\":512")
        .contains("\"batch_norm\":\"batch\"")
        .contains("\"features\":\"exit1\"");
    assertThat(Diptych.run(dir, "report", "run").code()).isZero();
    assertThat(
            Diptych.run(
                    dir,
                    "evaluate",
                    "run",
                    "--protocol",
                    "cluster",
                    "evaluate.cluster.preset=twist")
                .error())
        .contains("evaluate.cluster.assign: argmax needs a method that names classes itself")
        .contains("which selfcon does not");
  }

  @Test
  void theClassesThatATwistRunNamesAreJudged(@TempDir Path dir) throws Exception {
    Path recipe = TinyMethods.recipe(dir, "twist", 1);
    Files.writeString(
        recipe,
        Files.readString(recipe).replace("output: 16", "output: 10"),
        StandardCharsets.UTF_8);
    assertThat(Diptych.run(dir, "pretrain", recipe.toString(), "--out", "run").code()).isZero();
    Diptych.Result judged =
        Diptych.run(
            dir, "evaluate", "run", "--protocol", "cluster", "evaluate.cluster.preset=twist");
    assertThat(judged.code()).as(judged.err()).isZero();
    assertThat(judged.out()).contains("acc5").doesNotContain("untrained");
    assertThat(
            Diptych.run(
                    dir,
                    "evaluate",
                    "run/checkpoints/last.safetensors",
                    "--protocol",
                    "knn",
                    "evaluate.features.blocks=4")
                .error())
        .contains("evaluate.features: joins tokens of a vision transformer");
  }
}
