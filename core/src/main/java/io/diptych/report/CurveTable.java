package io.diptych.report;

import io.diptych.report.Metrics.Sample;
import io.diptych.report.Metrics.Step;
import java.util.List;

/** Some values of all curves of a run, evenly over its course. */
final class CurveTable {
  private static final int ROWS = 12;

  private CurveTable() {}

  static void write(Html html, String caption, List<Curve> curves, Metrics metrics) {
    List<Step> steps = metrics.steps();
    List<List<Sample>> samples =
        curves.stream().map(curve -> curve.samples().apply(metrics)).toList();
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table");
          Parts.caption(html, caption);
          html.open("thead").open("tr");
          html.leaf("th", "Step", "scope", "col", "class", "number");
          html.leaf("th", "Epoch", "scope", "col", "class", "number");
          curves.forEach(c -> html.leaf("th", c.title(), "scope", "col", "class", "number"));
          html.close("tr").close("thead").open("tbody");
          int rows = Math.min(ROWS, steps.size());
          for (int row = 0; row < rows; row++) {
            int index = rows == 1 ? 0 : (int) Math.round(row * (steps.size() - 1.0) / (rows - 1));
            row(html, steps.get(index), samples);
          }
          html.close("tbody").close("table");
        });
  }

  private static void row(Html html, Step step, List<List<Sample>> samples) {
    html.open("tr");
    html.leaf("th", Numbers.count(step.step()), "scope", "row", "class", "number");
    cell(html, step.epoch());
    samples.forEach(values -> cell(html, upTo(values, step.step())));
    html.close("tr").line();
  }

  /** The value of a step, or the last one before it. */
  private static double upTo(List<Sample> samples, long step) {
    double value = Double.NaN;
    for (Sample sample : samples) {
      if (sample.step() > step) {
        break;
      }
      value = sample.value();
    }
    return value;
  }

  private static void cell(Html html, double value) {
    html.leaf("td", Double.isNaN(value) ? "–" : Numbers.value(value), "class", "number");
  }
}
