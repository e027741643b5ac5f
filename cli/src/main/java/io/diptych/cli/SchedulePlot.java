package io.diptych.cli;

import io.diptych.optim.Optimizers;
import io.diptych.optim.Schedule;
import io.diptych.recipe.Recipe;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongToDoubleFunction;

/**
 * The rates of a recipe over its epochs, as a chart of characters and a few numbers. An epoch is
 * taken to have 100 steps: the data is not opened.
 */
final class SchedulePlot {
  private static final int STEPS_PER_EPOCH = 100;
  private static final int COLUMNS = 72;
  private static final int ROWS = 10;
  private static final int QUARTERS = 4;
  private static final String BLOCKS = " ▁▂▃▄▅▆▇█";

  private final Recipe recipe;
  private final long steps;
  private final PrintWriter out;

  SchedulePlot(Recipe recipe, PrintWriter out) {
    this.recipe = recipe;
    this.steps = (long) STEPS_PER_EPOCH * recipe.train().epochs();
    this.out = out;
  }

  void print() {
    double base = Optimizers.settings(recipe.optimizer()).lr();
    Schedule schedule =
        Optimizers.schedule(
            recipe.schedule(), base, recipe.train().batchSize(), STEPS_PER_EPOCH, steps);
    out.printf(
        Locale.ROOT,
        "learning rate of %s, schedule %s, optimizer %s, %d epochs%n%n",
        recipe.name(),
        recipe.schedule().name(),
        recipe.optimizer().name(),
        recipe.train().epochs());
    chart(schedule::at);
    numbers(schedule::at);
  }

  private void chart(LongToDoubleFunction rate) {
    double[] values = new double[COLUMNS];
    double highest = Double.MIN_NORMAL;
    for (int column = 0; column < COLUMNS; column++) {
      values[column] = rate.applyAsDouble(column * (steps - 1) / (COLUMNS - 1));
      highest = Math.max(highest, values[column]);
    }
    for (int row = ROWS - 1; row >= 0; row--) {
      String label = row == ROWS - 1 ? number(highest) : row == 0 ? "0" : "";
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%10s ┤", label));
      for (double value : values) {
        double filled = value / highest * ROWS - row;
        int eighths = (int) Math.round(8 * Math.max(0, Math.min(1, filled)));
        line.append(BLOCKS.charAt(eighths));
      }
      out.println(line.toString().stripTrailing());
    }
    out.printf(Locale.ROOT, "%10s └%s%n", "", "─".repeat(COLUMNS));
    String last = Integer.toString(recipe.train().epochs());
    out.printf(
        Locale.ROOT, "%12s0%" + (COLUMNS - last.length() - 1) + "s%s%n%n", "", "epoch ", last);
  }

  private void numbers(LongToDoubleFunction rate) {
    long highest = 0;
    for (long step = 0; step < steps; step++) {
      if (rate.applyAsDouble(step) > rate.applyAsDouble(highest)) {
        highest = step;
      }
    }
    number("first step", 0, rate);
    number("highest", highest, rate);
    for (int quarter = 1; quarter < QUARTERS; quarter++) {
      number("", steps * quarter / QUARTERS, rate);
    }
    number("last step", steps - 1, rate);
  }

  private void number(String what, long step, LongToDoubleFunction rate) {
    out.printf(
        Locale.ROOT,
        "  epoch %8.2f  %-10s %s%n",
        (double) step / STEPS_PER_EPOCH,
        number(rate.applyAsDouble(step)),
        what);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
