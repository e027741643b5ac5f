package io.diptych.cli;

import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description = "Go on with the run in the directory, from its last checkpoint.")
  private boolean resume;

  @Override
  public Integer call() throws IOException {
    Recipe resolved = BuiltIn.read(recipe, overrides);
    Path path = out == null ? Path.of("runs").resolve(resolved.name()) : out;
    Trainer.Outcome outcome =
        Training.run(resolved, new RunDirectory(path), resume, spec.commandLine().getOut());
    return outcome == Trainer.Outcome.COMPLETED ? 0 : Failures.INTERRUPTED;
  }
}
