package io.diptych.cli;

import io.diptych.option.OptionException;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.reference.ReferencePrograms;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Lists the built-in recipes, or prints one or its learning rates, or lists the presets, or turns a
 * command line of another program into a recipe.
 */
@Command(
    name = "recipes",
    description =
        "List the built-in recipes, or print one; or list the presets of sections; or print the"
            + " recipe of a reference program's command line.",
    footer = {"", "diptych recipes --from selfcon -- --method SupCon --cosine > mine.yaml"})
final class RecipesCommand extends Verbose implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "A recipe's name; with --schedule also the path of a YAML file.")
  private @Nullable String name;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings laid over the recipe whose schedule is drawn.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--schedule",
      description = "Draw the learning rate over the epochs of the recipe.")
  private boolean schedule;

  @Option(
      names = "--presets",
      description = "List the named settings that sections of a recipe can take.")
  private boolean presets;

  @Option(
      names = "--from",
      paramLabel = "PROGRAM",
      description =
          "Print the recipe that trains what a reference program would with the command line behind"
              + " '--': selfcon, selfcon/one_stage, corinfomax, corinfomax/imagenet1k or"
              + " corinfomax/imagenet100.")
  private @Nullable String program;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (program != null) {
      if (presets || schedule) {
        throw new OptionException("", "--from goes with neither --schedule nor --presets");
      }
      List<String> line = new ArrayList<>(overrides);
      if (name != null) {
        line.add(0, name);
      }
      out.print(ReferencePrograms.recipe(program, line));
    } else if (presets) {
      if (name != null || schedule) {
        throw new OptionException("", "--presets stands alone; it lists those of every recipe");
      }
      PresetPrinter.print(Recipe.class, out);
    } else if (schedule) {
      if (name == null) {
        throw new OptionException("", "--schedule needs the name of a recipe, or its file");
      }
      new SchedulePlot(BuiltIn.read(name, overrides), out).print();
    } else if (name != null) {
      if (!overrides.isEmpty()) {
        throw new OptionException(
            "", "key=value is for --schedule; a recipe is printed as it was written");
      }
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
