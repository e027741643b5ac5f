package io.diptych.cli;

import io.diptych.backbone.Backbones;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the backbones or the options of one. */
@Command(name = "backbones", description = "List the backbones, or the options of one.")
final class BackbonesCommand extends Verbose implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "A backbone's name.")
  private @Nullable String name;

  @Override
  public Integer call() {
    FamilyPrinter.print(Backbones.FAMILY, name, spec.commandLine().getOut());
    return 0;
  }
}
