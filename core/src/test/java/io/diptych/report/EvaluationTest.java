package io.diptych.report;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.DataException;
import io.diptych.report.Evaluation.Result;
import io.diptych.report.Evaluation.Spectrum;
import io.diptych.report.Maps.Layout;
import io.diptych.report.MeasureTable.Entry;
import io.diptych.report.Series.Point;
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

final class EvaluationTest {
  private static final String EVALUATION =
      """
      {"protocol":"knn","version":1,"checkpoint":"abc",
       "data":{"name":"sample","train":20,"test":4,"classes":["cat","dog"],"fingerprint":"f"},
       "settings":{"k":200,"weight_decay":[0.1,0.01]},
       "results":[
        {"features":"encoder","labels_per_class":null,"accuracy":[0.75],"mean":0.75,"std":0.0}],
       "confusion":[[2,0],[1,1]],
       "per_class":[1.0,0.5]}
      """;

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
  void evaluationIsRead() throws IOException {
    write("evaluation/knn.json", EVALUATION);

    Evaluation evaluation = read().evaluations().get("knn");

    assertThat(evaluation.settings()).containsEntry("weight_decay", "0.1, 0.01");
    assertThat(evaluation.confusion()).containsExactly(List.of(2L, 0L), List.of(1L, 1L));
    assertThat(evaluation.results().get(0).mean()).isEqualTo(0.75);
    assertThat(evaluation.data().className(1)).isEqualTo("dog");
    assertThat(evaluation.data().className(7)).isEqualTo("class 7");
    assertThat(evaluation.data().className(-1)).isEqualTo("no label");
  }

  @Test
  void overridesAreTheWordsThatWereTyped() throws IOException {
    write(
        "evaluation/knn.json",
        extended(
            """
            "overrides":"evaluate.knn.k=20\\nevaluate.transfer.sets=[{name: dtd}, {name: mnist}]\\n\
            threads=1\\ndata.path=my photos"
            """));

    assertThat(read().evaluations().get("knn").overrides())
        .containsExactly(
            "evaluate.knn.k=20",
            "evaluate.transfer.sets=[{name: dtd}, {name: mnist}]",
            "threads=1",
            "data.path=my photos");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":1|\"version\":2|version: this diptych reads version 1; use a newer one, found 2",
        "\"mean\":0.75|\"men\":0.75|results[0].mean: missing",
        "\"train\":20|\"train\":\"20\"|data.train: expected a whole number, found \"20\"",
        "[[2,0],[1,1]]|[[2,0]]|confusion: expected 2 rows, one per class, found [[2,0]]",
        "[[2,0],[1,1]]|[[2,0],[1]]|confusion[1]: expected 2 numbers, one per class, found [1]",
        "[1.0,0.5]|[1.0]|per_class: expected 2 numbers, one per class, found [1.0]",
        "[1.0,0.5]|7|per_class: expected a list, found 7",
      })
  void wrongEvaluationIsRefusedWithItsPlace(String right, String wrong, String problem)
      throws IOException {
    write("evaluation/knn.json", EVALUATION.replace(right, wrong));

    assertRefused("RUN/evaluation/knn.json: " + problem);
  }

  @Test
  void measuresSpectraAndMapsAreRead() throws IOException {
    write(
        "evaluation/knn.json",
        extended(
            """
            "measures":[{"features":"encoder","values":{"nmi":0.5,"uniformity":null}}],
            "spectra":[{"features":"pixels","variances":[2.0,1.0]}],
            "maps":[{"features":"encoder","method":"tsne","points":[[0,1],[2.5,3]]}],
            "images":{"index":[4,7],"label":[0,-1]}
            """));

    Evaluation evaluation = read().evaluations().get("knn");

    assertThat(evaluation.measures(Features.ENCODER))
        .isEqualTo(Map.of("nmi", 0.5, "uniformity", Double.NaN));
    assertThat(evaluation.measures(Features.PIXELS)).isEmpty();
    assertThat(evaluation.spectra()).containsExactly(new Spectrum("pixels", List.of(2.0, 1.0)));
    Maps maps = requireNonNull(evaluation.maps());
    assertThat(maps.all())
        .containsExactly(
            new Layout("encoder", "tsne", List.of(new Point(0, 1), new Point(2.5, 3)), Double.NaN));
    assertThat(maps.indices()).containsExactly(4L, 7L);
    assertThat(maps.labels()).containsExactly(0L, -1L);
    assertThat(maps.sprite()).isNull();
  }

  @Test
  void accuraciesAmongMeasuresOfKindsAreResults() throws IOException {
    write(
        "evaluation/finetune.json",
        withoutResults(
            """
            "labelled":5,
            "measures":[
             {"features":"encoder","values":{"top1":0.75,"top5":1.0,"mean_per_class":0.7}},
             {"features":"untrained","values":{"top1":0.5,"top5":null,"mean_per_class":0.4}}]
            """));

    Run run = read();
    Measure measure = new Measure("finetune", null, "5\u00a0labels");

    assertThat(Measure.of(List.of(run))).containsExactly(measure);
    assertThat(measure.score(run, Features.ENCODER).orElseThrow().result())
        .isEqualTo(new Result("encoder", null, measure.variant(), 1, 0.75, 0, 1.0, 4));
    assertThat(measure.score(run, Features.UNTRAINED).orElseThrow().mean()).isEqualTo(0.5);
    assertThat(measure.score(run, Features.PIXELS)).isEmpty();
    assertThat(MeasureTable.entries(List.of(run)))
        .containsExactly(new Entry("finetune", "mean_per_class"));
  }

  @Test
  void accuraciesOfOtherDataAreResultsOfEachSet() throws IOException {
    write(
        "evaluation/transfer.json",
        withoutResults(
            """
            "sets":[{"name":"dtd","train":30,"test":10},{"name":"mnist","train":60,"test":20}],
            "measures":[
             {"features":"dtd","values":{"top1":0.6,"top5":0.9,"mean_per_class":0.6,\
            "untrained":0.3,"pixels":null}},
             {"features":"mnist","values":{"top1":0.9,"untrained":0.8,"pixels":0.7}}]
            """));

    Run run = read();
    Measure dtd = new Measure("transfer", null, "dtd");
    Measure mnist = new Measure("transfer", null, "mnist");

    assertThat(Measure.of(List.of(run))).containsExactly(dtd, mnist);
    assertThat(dtd.score(run, Features.ENCODER).orElseThrow().result())
        .isEqualTo(new Result("encoder", null, "dtd", 1, 0.6, 0, 0.9, 10));
    assertThat(dtd.score(run, Features.UNTRAINED).orElseThrow().mean()).isEqualTo(0.3);
    assertThat(dtd.score(run, Features.PIXELS)).isEmpty();
    assertThat(mnist.score(run, Features.PIXELS).orElseThrow().mean()).isEqualTo(0.7);
    assertThat(MeasureTable.entries(List.of(run)))
        .containsExactly(new Entry("transfer", "dtd, mean_per_class"));
  }

  @Test
  void aSetMayBeCalledLikeAKindOfFeatures() throws IOException {
    write(
        "evaluation/transfer.json",
        withoutResults(
            """
            "sets":[{"name":"pixels","train":30,"test":10}],
            "measures":[{"features":"pixels","values":{"top1":0.6,"untrained":0.3,"pixels":0.2}}]
            """));

    Run run = read();
    Measure set = new Measure("transfer", null, "pixels");

    assertThat(Measure.of(List.of(run))).containsExactly(set);
    assertThat(set.score(run, Features.ENCODER).orElseThrow().result())
        .isEqualTo(new Result("encoder", null, "pixels", 1, 0.6, 0, null, 10));
    assertThat(set.score(run, Features.PIXELS).orElseThrow().mean()).isEqualTo(0.2);
  }

  @Test
  void featuresOfAnExitAreVariantsOfTheEncoder() throws IOException {
    String exit =
        """
        [{"features":"exit1","labels_per_class":null,"accuracy":[0.5],"mean":0.5,"std":0.0},
        """;
    write(
        "evaluation/knn.json",
        extended(
                """
                "measures":[{"features":"encoder","values":{"weighted@20":0.7}},
                 {"features":"exit1","values":{"weighted@20":0.4}}]
                """)
            .replace("\"results\":[", "\"results\":" + exit));

    Run run = read();

    assertThat(Measure.of(List.of(run)))
        .extracting(Measure::labels)
        .containsExactly("exit1", "all labels");
    assertThat(run.evaluations().get("knn").measures(Features.ENCODER))
        .isEqualTo(Map.of("weighted@20", 0.7, "exit1, weighted@20", 0.4));
  }

  private static String withoutResults(String more) {
    String data = EVALUATION.substring(0, EVALUATION.indexOf("\"results\""));
    return data.replace("knn", more.contains("sets") ? "transfer" : "finetune")
        + "\"results\":[],"
        + more
        + "}";
  }

  /** The evaluation with more in it. */
  private static String extended(String more) {
    return EVALUATION.strip().replaceAll("}$", "") + "," + more + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[0,1],[2,3]|[0,1]|maps[0].points: expected 2 points, one per image, found [[0,1]]",
        "[2,3]|[2]|maps[0].points[1]: expected two numbers, found [2]",
        "[2,3]|[2,NaN]|maps[0].points[1]: expected finite numbers, found [2,\"NaN\"]",
        "[4,7]|[4]|images.index: expected 2 numbers, one per label, found [4]",
        "[4,7]|\"4\"|images.index: expected a list, found \"4\"",
      })
  void wrongMapIsRefusedWithItsPlace(String right, String wrong, String problem)
      throws IOException {
    String maps =
        "\"maps\":[{\"features\":\"encoder\",\"method\":\"pca\",\"points\":[[0,1],[2,3]]}],"
            + "\"images\":{\"index\":[4,7],\"label\":[0,1]}";
    write("evaluation/knn.json", extended(maps.replace(right, wrong)));

    assertRefused("RUN/evaluation/knn.json: " + problem);
  }

  @Test
  void cutEvaluationIsRefusedWithItsLine() throws IOException {
    write("evaluation/knn.json", EVALUATION.substring(0, EVALUATION.indexOf("\"mean\"")));

    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(run.resolve("evaluation/knn.json") + ": line 5: not JSON: ")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://example.org/cat.png|expected \"data:image/png;base64,…\"",
        "data:image/png;base64,%%%|not base64: Illegal base64 character 25",
        "data:image/png;base64,AAAA|not a PNG picture",
      })
  void pictureThatIsNotEmbeddedIsRefused(String uri, String problem) throws IOException {
    String image = "{\"index\":1,\"label\":0,\"png\":\"" + uri + "\"}";
    write(
        "evaluation/knn.json",
        extended("\"neighbours\":[{\"query\":" + image + ",\"nearest\":[]}]"));

    assertRefused(
        "RUN/evaluation/knn.json: neighbours[0].query.png: " + problem + ", found \"" + uri + "\"");
  }
}
