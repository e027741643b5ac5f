package io.diptych.cli;

import io.diptych.method.Methods;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the methods or the options of one. */
@Command(name = "methods", description = "List the methods, or the options of one.")
final class MethodsCommand extends Verbose implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "A method's name.")
  private @Nullable String name;

  @Override
  public Integer call() {
    FamilyPrinter.print(Methods.FAMILY, name, spec.commandLine().getOut());
    return 0;
  }
}
