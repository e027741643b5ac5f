package io.diptych.cli;

import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.recipe.StartOptions;
import io.diptych.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains an encoder by a recipe. */
@Command(name = "pretrain", description = "Train an encoder without labels, by a recipe.")
final class PretrainCommand extends Verbose implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "RECIPE",
      description = "A built-in recipe (see 'diptych recipes') or the path of a YAML file.")
  private String recipe;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings laid over the recipe, such as train.epochs=10.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run directory; runs/NAME without it.")
  private @Nullable Path directory;

  @Option(
      names = "--resume",
      description = "Go on with the run in the directory, from its last checkpoint.")
  private boolean resume;

  @Option(
      names = "--allow",
      paramLabel = "KEY",
      description =
          "With --resume: a setting, or a section of them, that may differ from the run's, such as"
              + " train.epochs; may be given several times.")
  private List<String> allowed = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    Recipe resolved = BuiltIn.read(recipe, overrides);
    Path path = directory == null ? Path.of("runs").resolve(resolved.name()) : directory;
    PrintWriter out = spec.commandLine().getOut();
    StartOptions options = new StartOptions(resume, allowed, command(), out::println);
    Trainer.Outcome outcome = Training.run(resolved, new RunDirectory(path), options, out);
    return outcome == Trainer.Outcome.COMPLETED ? 0 : Failures.INTERRUPTED;
  }

  /** What was typed, without whether it is the beginning or goes on: a run has one command. */
  private String command() {
    return Stream.concat(Stream.of("diptych", "pretrain", recipe), overrides.stream())
        .collect(Collectors.joining(" "));
  }
}
