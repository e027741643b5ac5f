package io.diptych.cli;

import io.diptych.train.MetricSink;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Shows how a training goes: a bar that is redrawn on a terminal, a line for each epoch otherwise.
 */
final class ConsoleProgress implements MetricSink {
  private static final int WIDTH = 28;
  private static final double NANOS = 1e9;

  private final PrintWriter out;
  private final boolean terminal;
  private final int epochs;
  private final long begin = System.nanoTime();
  private long firstStep = -1;
  private String last = "";

  ConsoleProgress(PrintWriter out, boolean terminal, int epochs) {
    this.out = out;
    this.terminal = terminal;
    this.epochs = epochs;
  }

  /** Returns whether output can be redrawn. */
  @SuppressWarnings("SystemConsoleNull") // from Java 22 on, the console itself is asked
  static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  @Override
  public void step(StepMetrics m) {
    if (firstStep < 0) {
      firstStep = m.step() - 1;
    }
    double elapsed = (System.nanoTime() - begin) / NANOS;
    double left = elapsed / Math.max(1, m.step() - firstStep) * (m.total() - m.step());
    last =
        String.format(
            Locale.ROOT,
            "loss %.4f  %,.0f images/s  data wait %.1f%%  ETA %s",
            m.loss(),
            m.imagesPerSecond(),
            100 * m.dataWait(),
            duration(left));
    if (terminal) {
      int filled = (int) (WIDTH * m.step() / m.total());
      out.printf(
          Locale.ROOT,
          "\r\033[Kepoch %d/%d %s%s %3d%%  step %d/%d  %s",
          Math.min(epochs, (int) m.epoch() + 1),
          epochs,
          "━".repeat(filled),
          "─".repeat(WIDTH - filled),
          100 * m.step() / m.total(),
          m.step(),
          m.total(),
          last);
      out.flush();
    }
  }

  @Override
  public void epoch(EpochMetrics m) {
    if (!terminal) {
      out.printf(
          Locale.ROOT,
          "epoch %d/%d  mean loss %.4f  step %d  last: %s%n",
          m.epoch(),
          epochs,
          m.loss(),
          m.step(),
          last.isEmpty() ? "-" : last);
      out.flush();
    }
  }

  @Override
  public void warning(Warning warning) {
    line("warning: " + warning.text());
  }

  @Override
  public void measure(Measure measure) {
    line(
        String.format(
            Locale.ROOT,
            "epoch %d/%d  %s %.4f",
            measure.epoch(),
            epochs,
            measure.name(),
            measure.value()));
  }

  /** Writes a line of its own, in place of the bar, which is drawn again below it. */
  private void line(String text) {
    out.println(terminal ? "\r\033[K" + text : text);
    out.flush();
  }

  void end() {
    if (terminal) {
      out.println();
      out.flush();
    }
  }

  static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole >= 3600
        ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }
}
