package io.diptych.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FindingsTest {
  @TempDir private Path folder;

  private SyntheticRun run(String name) throws IOException {
    return new SyntheticRun(folder.resolve(name), 1).recipe("seed: 1\n").exact();
  }

  private static Run read(SyntheticRun run) {
    return RunFiles.read(List.of(run.directory())).get(0);
  }

  private static String said(List<String> findings) {
    return String.join(" ", findings).replace('\u00a0', ' ');
  }

  @Test
  void betterEncoderIsSaidToBeBetter() throws IOException {
    SyntheticRun run = run("a").linear(new double[] {0.723, 0.641, 0.470});

    assertThat(said(Findings.of(read(run))))
        .isEqualTo(
            "With 5 labels per class, a linear classifier on the encoder’s features reaches"
                + " 72.3 % ± 0.0: 8.2 points better than raw pixels and 25.3 points better than an"
                + " untrained encoder.");
  }

  @Test
  void worseEncoderIsSaidToBeWorse() throws IOException {
    SyntheticRun run =
        run("a").linear(new double[] {0.60, 0.641, 0.62}, new double[] {0.80, 0.848, 0.76});

    assertThat(said(Findings.of(read(run))))
        .contains(
            "reaches 60.0 % ± 0.0: 4.1 points worse than raw pixels and 2.0 points worse than an"
                + " untrained encoder.")
        .endsWith("With all labels it reaches 80.0 %, 4.8 points worse than raw pixels.");
  }

  @Test
  void smallDifferenceIsNotCalledOne() throws IOException {
    SyntheticRun run = run("a").knn(0.831, 0.829, 0.714);

    assertThat(said(Findings.of(read(run))))
        .isEqualTo(
            "With all labels, a kNN classifier on the encoder’s features reaches 83.1 %: level with"
                + " raw pixels (+0.2 points, within the uncertainty) and 11.7 points better than an"
                + " untrained encoder.");
  }

  @Test
  void baselinesThatWereNotMeasuredAreLeftOut() throws IOException {
    assertThat(said(Findings.of(read(run("a").knn(0.5)))))
        .isEqualTo("With all labels, a kNN classifier on the encoder’s features reaches 50.0 %.");
  }

  @Test
  void runThatWasNotEvaluatedSaysHowFarItIs() throws IOException {
    assertThat(said(Findings.of(read(run("a")))))
        .isEqualTo(
            "Training has not logged anything yet. How good its features are has not been measured"
                + " yet.");
    assertThat(said(Findings.of(read(run("b").metrics(1, 10, List.of("nt_xent"))))))
        .startsWith("The encoder has been trained for 1 step.");
  }

  @Test
  void comparisonNamesTheBestRun() throws IOException {
    List<Run> runs =
        List.of(read(run("a").knn(0.70, 0.72)), read(run("b").knn(0.80, 0.72)), read(run("c")));

    assertThat(said(Findings.of(runs, List.of("A (a)", "B (b)", "C (c)"))))
        .isEqualTo(
            "With all labels, a kNN classifier on the encoder of run B (b) reaches 80.0 %, 10.0"
                + " points more than the next, A (a). Run B (b) is 8.0 points better than raw"
                + " pixels.");
  }

  @Test
  void comparisonOfLevelRunsNamesNoWinner() throws IOException {
    List<Run> runs = List.of(read(run("a").knn(0.801)), read(run("b").knn(0.80)));

    assertThat(said(Findings.of(runs, List.of("A", "B"))))
        .isEqualTo(
            "With all labels, a kNN classifier on the encoders of runs A and B does equally well, with"
                + " 80.1 % and 80.0 %.");
  }
}
