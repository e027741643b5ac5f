package io.diptych.cli;

import io.diptych.data.LoadReport;
import io.diptych.recipe.Pretraining;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.recipe.StartOptions;
import io.diptych.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;

/** Pretraining with its progress on the console. */
final class Training {
  private Training() {}

  static Trainer.Outcome run(Recipe recipe, RunDirectory run, StartOptions options, PrintWriter out)
      throws IOException {
    if (options.resume() && !run.holdsRun()) {
      throw new IllegalArgumentException(run.path() + ": holds no run to resume");
    }
    if (!options.resume()) {
      run.requireFree();
    }
    try (Pretraining pretraining = Pretraining.prepare(recipe, report -> tell(report, out))) {
      out.println("pretraining " + recipe.name() + " → " + run.path());
      out.flush();
      ConsoleProgress progress =
          new ConsoleProgress(out, ConsoleProgress.isTerminal(), recipe.train().epochs());
      Trainer.Outcome outcome = pretraining.start(run, options, progress, Stop::requested);
      progress.end();
      if (outcome == Trainer.Outcome.INTERRUPTED) {
        out.println("stopped and saved; continue with --resume");
      }
      out.flush();
      return outcome;
    }
  }

  /** Says which images were left out, and why. */
  static void tellSkipped(LoadReport report, PrintWriter out) {
    for (String skipped : report.skipped()) {
      out.println("skipped " + skipped);
    }
  }

  private static void tell(LoadReport report, PrintWriter out) {
    tellSkipped(report, out);
    out.println(
        report.images()
            + " images"
            + (report.skipped().isEmpty() ? "" : ", " + report.skipped().size() + " skipped")
            + (report.ignored() == 0 ? "" : ", " + report.ignored() + " other files ignored"));
  }
}
