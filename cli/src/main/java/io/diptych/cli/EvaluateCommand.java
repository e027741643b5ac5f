package io.diptych.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges a trained encoder. */
@Command(
    name = "evaluate",
    description =
        "Judge the features of a trained encoder, beside raw pixels and the untrained encoder.",
    footer =
        "%nSettings of published programs are presets: evaluate.linear_sgd.preset=twist-resnet."
            + " diptych recipes --presets lists them.")
final class EvaluateCommand extends Verbose implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN|WEIGHTS", description = "Run directory or checkpoint.")
  private Path run;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings laid over the run's recipe, such as evaluate.knn.k=20.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--protocol",
      split = ",",
      paramLabel = "P",
      description =
          "knn, linear, linear-sgd, cluster, retrieve, stats, finetune, transfer or project, several"
              + " with commas, or all; knn,linear without it.")
  private List<String> protocols = Evaluating.PROTOCOLS;

  @Option(
      names = "--again",
      description = "Measure anew what was measured before of the same checkpoint and settings.")
  private boolean again;

  @Override
  public Integer call() throws IOException {
    Evaluating.run(run, overrides, protocols, again, spec.commandLine().getOut());
    return 0;
  }
}
