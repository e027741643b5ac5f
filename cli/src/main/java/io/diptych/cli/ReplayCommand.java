package io.diptych.cli;

import io.diptych.recipe.SavedStep;
import io.diptych.train.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Repeats a step that made a run stop. */
@Command(
    name = "replay",
    description = "Repeat the step that made a run stop, and show what it computed.")
final class ReplayCommand extends Verbose implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "BUNDLE",
      description = "The file that the run left under replay/.")
  private Path bundle;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings laid over its recipe, such as train.precision=float32.")
  private List<String> overrides = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    SavedStep saved = SavedStep.open(bundle, overrides);
    Replay replay = saved.replay();
    out.printf(
        Locale.ROOT,
        "step %d (epoch %d) of %s%nit stopped because: %s%n",
        replay.step().number(),
        replay.step().epoch() + 1,
        saved.recipe().name(),
        replay.failure());
    print(out, "what the network saw", replay.views());
    print(out, "weights that are no numbers", replay.weights());
    print(out, "what the loss compared", replay.rows());
    out.println();
    replay
        .terms()
        .forEach((name, value) -> out.printf(Locale.ROOT, "loss term %s: %s%n", name, value));
    if (!replay.problem().isEmpty()) {
      out.println(replay.problem());
    }
    out.printf(Locale.ROOT, "norm of the gradient: %s%n%n", replay.gradNorm());
    out.println(
        replay.isFinite()
            ? "this time the loss and its gradient are numbers"
            : "the step goes wrong again");
    out.flush();
    return replay.isFinite() ? 0 : Failures.STOPPED;
  }

  private static void print(PrintWriter out, String title, List<Replay.Summary> summaries) {
    if (summaries.isEmpty()) {
      return;
    }
    out.printf(
        Locale.ROOT,
        "%n%-40s %-18s %10s %10s %10s %10s%n",
        title,
        "shape",
        "min",
        "mean",
        "max",
        "no number");
    for (Replay.Summary each : summaries) {
      out.printf(
          Locale.ROOT,
          "  %-38s %-18s %10.4g %10.4g %10.4g %10d%n",
          each.name(),
          each.shape(),
          each.min(),
          each.mean(),
          each.max(),
          each.notFinite());
    }
  }
}
