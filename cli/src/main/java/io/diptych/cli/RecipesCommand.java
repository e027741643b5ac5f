package io.diptych.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the built-in recipes or prints one. */
@Command(name = "recipes", description = "List the built-in recipes, or print one.")
final class RecipesCommand extends Verbose implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "A recipe's name.")
  private @Nullable String name;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (name != null) {
      out.print(BuiltIn.RECIPES.text(name));
    } else {
      for (String each : BuiltIn.RECIPES.names()) {
        out.printf(Locale.ROOT, "%-28s %s%n", each, BuiltIn.RECIPES.summary(each));
      }
    }
    out.flush();
    return 0;
  }
}
