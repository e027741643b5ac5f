package io.diptych.cli;

import io.diptych.backbone.Architecture;
import io.diptych.backbone.Backbones;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the backbones with what they cost, or the options of one. */
@Command(
    name = "backbones",
    description =
        "List known networks with parameters, multiply-adds of one image and features; or the"
            + " options of one backbone.")
final class BackbonesCommand extends Verbose implements Callable<Integer> {
  private static final double MILLION = 1e6;
  private static final double THOUSAND_MILLION = 1e9;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "A backbone's name.")
  private @Nullable String name;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (name != null) {
      FamilyPrinter.print(Backbones.FAMILY, name, out);
      out.println();
    }
    out.printf(
        Locale.ROOT,
        "%-23s %11s %14s %9s %7s  %s%n",
        "network",
        "parameters",
        "multiply-adds",
        "features",
        "pixels",
        "backbone:");
    for (Architecture network : Architecture.ALL) {
      if (name == null || name.equals(network.family())) {
        print(network, out);
      }
    }
    out.flush();
    return 0;
  }

  private static void print(Architecture network, PrintWriter out) {
    Architecture.Cost cost = network.cost();
    out.printf(
        Locale.ROOT,
        "%-23s %11s %14s %9d %7d  %s%n",
        network.name(),
        amount(cost.parameters()),
        amount(cost.multiplyAdds()),
        cost.features(),
        network.pixels(),
        network.recipe());
  }

  private static String amount(long number) {
    return number < THOUSAND_MILLION
        ? String.format(Locale.ROOT, "%.2f M", number / MILLION)
        : String.format(Locale.ROOT, "%.2f G", number / THOUSAND_MILLION);
  }
}
