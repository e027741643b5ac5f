package io.diptych.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.DataException;
import io.diptych.report.Metrics.Epoch;
import io.diptych.report.Metrics.Sample;
import io.diptych.report.Metrics.Step;
import io.diptych.report.Metrics.Warning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunFilesTest {
  @TempDir private Path run;

  @BeforeEach
  void writeRun() throws IOException {
    write("recipe.yaml", "method: {name: simclr}\n");
  }

  private Path write(String name, String text) throws IOException {
    Path file = run.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Run read() {
    return RunFiles.read(List.of(run)).get(0);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(message.replace("RUN", run.toString()));
  }

  @Test
  void runWithNothingButItsRecipeIsRead() {
    Run read = read();

    assertThat(read.name()).isEqualTo(run.getFileName().toString());
    assertThat(read.metrics()).isEqualTo(Metrics.none());
    assertThat(read.views()).isNull();
    assertThat(read.evaluations()).isEmpty();
  }

  @Test
  void missingDirectoryAndMissingRecipeAreNamed() throws IOException {
    Path nowhere = run.resolve("nowhere");
    assertThatThrownBy(() -> RunFiles.read(List.of(nowhere)))
        .isInstanceOf(DataException.class)
        .hasMessage(nowhere + ": no such run directory");
    Files.delete(run.resolve("recipe.yaml"));
    assertRefused(
        "RUN: not a run directory, as it has no recipe.yaml; diptych pretrain writes one");
  }

  @Test
  void recipeValuesAreFoundByDottedKeys() throws IOException {
    write(
        "recipe.yaml",
        """
        batch: 128
        method: {name: simclr, projector: [128, 64]}
        views:
          - {crop: {scale: [0.3, 1.0]}}
          - flip
        empty: {}
        none:
        """);

    assertThat(read().recipe())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "batch", "128",
                "method.name", "simclr",
                "method.projector", "[128,64]",
                "views.0.crop.scale", "[0.3,1.0]",
                "views.1", "flip",
                "empty", "{}",
                "none", "null"));
  }

  @Test
  void recipeThatIsNotYamlIsRefusedWithItsLine() throws IOException {
    write("recipe.yaml", "method:\n  name: [simclr\n");

    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(run.resolve("recipe.yaml") + ": line 2: not YAML: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void logLinesAreRead() throws IOException {
    write(
        "metrics.jsonl",
        """
        {"kind":"step","step":120,"epoch":3.0,"loss":4.1,"terms":{"nt_xent":4.1},"lr":0.3,\
        "images_per_second":812.0,"data_wait":0.012,"feature_std":0.05,\
        "effective_rank":9.5,"grad_norm":1.5,"metrics":{"probe_top1":0.6},"seconds":33.1}
        {"kind":"epoch","epoch":4,"step":156,"loss":4.0,"seconds":40.5}
        {"kind":"measure","step":156,"epoch":4,"name":"knn_top1","value":0.7}
        {"kind":"warning","step":156,"rule":"collapse","text":"features collapse"}

        {"kind":"of a newer version"}
        {"kind":"step","step":130,"loss":NaN,"lr":"Infinity"}
        """);

    Metrics metrics = read().metrics();

    assertThat(metrics.halfWritten()).isFalse();
    assertThat(metrics.epochs()).containsExactly(new Epoch(4, 156, 4.0, 40.5));
    assertThat(metrics.steps().get(0))
        .isEqualTo(
            new Step(
                120,
                3.0,
                4.1,
                Map.of("nt_xent", 4.1),
                Map.of("probe_top1", 0.6),
                0.3,
                812,
                0.012,
                0.05,
                9.5,
                1.5,
                33.1));
    assertThat(metrics.measures()).isEqualTo(Map.of("knn_top1", List.of(new Sample(156, 4, 0.7))));
    assertThat(metrics.warnings()).containsExactly(new Warning(156, "features collapse"));
    assertThat(metrics.steps().get(1).loss()).isNaN();
    assertThat(metrics.steps().get(1).learningRate()).isInfinite();
    assertThat(metrics.steps().get(1).seconds()).isNaN();
  }

  @Test
  void lastLogLineMayBeHalfWritten() throws IOException {
    String whole = "{\"kind\":\"step\",\"step\":1,\"loss\":4.1}\n";
    String half = "{\"kind\":\"step\",\"st";
    write("metrics.jsonl", whole + half);
    assertThat(read().metrics().steps()).hasSize(1);
    assertThat(read().metrics().halfWritten()).isTrue();

    write("metrics.jsonl", half + "\n" + whole);
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(run.resolve("metrics.jsonl") + ": line 1: not JSON: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|kind: missing",
        "{\"kind\":1}|kind: expected a text, found 1",
        "{\"kind\":\"step\"}|step: missing",
        "{\"kind\":\"step\",\"step\":1.5}|step: expected a whole number, found 1.5",
        "{\"kind\":\"step\",\"step\":1,\"loss\":\"x\"}|loss: expected a number, found \"x\"",
        "{\"kind\":\"step\",\"step\":1,\"terms\":{\"a\":[]}}|terms.a: expected a number, found []",
      })
  void wrongLogLineIsRefusedWithItsPlace(String line, String problem) throws IOException {
    write("metrics.jsonl", "{\"kind\":\"step\",\"step\":1}\n" + line + "\n");

    assertRefused("RUN/metrics.jsonl: line 2: " + problem);
  }

  @Test
  void stepsLoggedAgainAfterResumingReplaceTheEarlierOnes() throws IOException {
    StringBuilder log = new StringBuilder();
    for (int step : new int[] {10, 20, 30, 40, 30, 40, 50}) {
      log.append("{\"kind\":\"step\",\"step\":" + step + ",\"loss\":" + log.length() + "}\n");
    }
    write("metrics.jsonl", log.toString());

    List<Step> steps = read().metrics().steps();

    assertThat(steps).extracting(Step::step).containsExactly(10L, 20L, 30L, 40L, 50L);
    assertThat(steps).extracting(Step::loss).isSorted();
  }

  @Test
  void skippedImagesAreRead() throws IOException {
    assertThat(read().skipped()).isEmpty();
    write("skipped.txt", "a.png: not a picture\nb.png: empty\n");
    assertThat(read().skipped()).containsExactly("a.png: not a picture", "b.png: empty");
  }

  @Test
  void pictureThatIsNotPngIsRefused() throws IOException {
    write("views.png", "GIF89a");

    assertRefused("RUN/views.png: not a PNG picture; delete it, or let pretraining write it again");
  }

  @Test
  void runsOfTheSameNameAreToldApartByTheirParents() throws IOException {
    for (String name : List.of("x/run", "y/run", "y/other")) {
      write(name + "/recipe.yaml", "seed: 1\n");
    }
    List<Path> runs = List.of(run.resolve("x/run"), run.resolve("y/run"), run.resolve("y/other"));

    assertThat(RunFiles.read(runs))
        .extracting(Run::name)
        .containsExactly("x/run", "y/run", "y/other");
  }

  @Test
  void sameRunTwiceIsRefused() {
    assertThatThrownBy(() -> RunFiles.read(List.of(run, run.resolve("."))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the same run directory is given twice: ");
  }
}
