package io.diptych.cli;

import io.diptych.evaluate.Protocol;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.recipe.StartOptions;
import io.diptych.report.Report;
import io.diptych.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows in minutes what the program does. */
@Command(
    name = "quickstart",
    description =
        "Pretrain an encoder on the embedded sample without labels, evaluate it, and write a"
            + " report. Takes minutes on a processor.")
final class QuickstartCommand extends Verbose implements Callable<Integer> {
  private static final String RECIPE = "sample/simclr";

  /** What takes seconds. */
  private static final List<String> PROTOCOLS =
      Stream.of(
              Protocol.KNN,
              Protocol.LINEAR,
              Protocol.CLUSTER,
              Protocol.RETRIEVE,
              Protocol.STATS,
              Protocol.PROJECT)
          .map(Protocol::key)
          .toList();

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "key=value",
      description = "Settings laid over the recipe, such as train.epochs=10.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run directory; runs/quickstart, or the next free number, without it.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    long begin = System.nanoTime();
    Recipe recipe = BuiltIn.read(RECIPE, overrides);
    RunDirectory run = new RunDirectory(out == null ? free() : out);
    StartOptions start = new StartOptions(false, List.of(), "diptych quickstart", console::println);
    if (Training.run(recipe, run, start, console) == Trainer.Outcome.INTERRUPTED) {
      return Failures.INTERRUPTED;
    }
    Evaluating.run(run.path(), List.of(), PROTOCOLS, true, console);
    Report.write(List.of(run.path()), run.report());
    console.println("report: " + run.report().toAbsolutePath());
    console.println("done in " + ConsoleProgress.duration((System.nanoTime() - begin) / 1e9));
    console.flush();
    return 0;
  }

  private static Path free() {
    Path base = Path.of("runs", "quickstart");
    Path path = base;
    for (int i = 2; Files.exists(path); i++) {
      path = base.resolveSibling("quickstart-" + i);
    }
    return path;
  }
}
