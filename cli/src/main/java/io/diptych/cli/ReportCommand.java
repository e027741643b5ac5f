package io.diptych.cli;

import io.diptych.recipe.RunDirectory;
import io.diptych.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a page about runs. */
@Command(
    name = "report",
    description = "Write one self-contained HTML page about a run, or comparing several.")
final class ReportCommand extends Verbose implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run directories.")
  private List<Path> runs;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description =
          "The page; without it report.html in the run directory, or in the current directory for"
              + " several runs.")
  private @Nullable Path to;

  @Override
  public Integer call() throws IOException {
    Path page = to;
    if (page == null) {
      page = runs.size() == 1 ? new RunDirectory(runs.get(0)).report() : Path.of("report.html");
    }
    Report.write(runs, page);
    spec.commandLine().getOut().println("wrote " + page);
    return 0;
  }
}
