package io.diptych.report;

import io.diptych.report.Evaluation.Spectrum;
import io.diptych.report.Series.Marker;
import io.diptych.report.Series.Point;
import java.util.ArrayList;
import java.util.List;

/** The share of the features' variance that lies along each of their principal directions. */
final class SpectrumPlot {
  /** Shares below this, in per cent, are rounding. */
  private static final double LEAST = 1e-5;

  private static final int[] TABLED = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000};

  private SpectrumPlot() {}

  static void write(Html html, Evaluation evaluation) {
    Parts.explain(
        html,
        "The variance along each principal direction of the features, largest first. A line that"
            + " stays high long uses many directions; one that falls at once has collapsed to few.");
    List<Series> series = evaluation.spectra().stream().map(SpectrumPlot::series).toList();
    List<Point> points =
        series.stream().flatMap(one -> one.points().stream()).filter(Point::finite).toList();
    if (points.isEmpty()) {
      Parts.explain(html, "The features do not vary at all.");
      return;
    }
    double widest = points.stream().mapToDouble(Point::x).max().orElseThrow();
    double lowest = points.stream().mapToDouble(Point::y).min().orElseThrow();
    double highest = points.stream().mapToDouble(Point::y).max().orElseThrow();
    Axis x = Axis.ratios(1, Math.max(2, widest));
    Axis y = Axis.decades(lowest, highest);
    Parts.figure(
        html,
        "labels linked",
        "Spectrum of the features",
        "share of the variance in %, by direction",
        () -> {
          String words = words(evaluation);
          String name = "direction";
          new LineChart(740, 360, x, y, name, series).write(html, words, "wide read");
          new LineChart(340, 320, x, y, name, series).write(html, words, "narrow read");
        });
    Parts.fold(html, "Values in a table", () -> table(html, evaluation));
  }

  private static Series series(Spectrum spectrum) {
    double total = total(spectrum);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < spectrum.variances().size(); i++) {
      double share = 100 * spectrum.variances().get(i) / total;
      if (share >= LEAST) {
        points.add(new Point(i + 1, share));
      }
    }
    return new Series(
        Features.label(spectrum.features()), spectrum.features(), Marker.NONE, points, List.of());
  }

  private static double total(Spectrum spectrum) {
    return spectrum.variances().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The share of the variance that the first directions hold. */
  private static double cumulated(Spectrum spectrum, int directions) {
    return spectrum.variances().stream().limit(directions).mapToDouble(v -> v).sum()
        / total(spectrum);
  }

  private static String words(Evaluation evaluation) {
    StringBuilder words = new StringBuilder("Line chart of the spectrum of the features.");
    for (Spectrum spectrum : evaluation.spectra()) {
      words.append(' ').append(Features.label(spectrum.features())).append(": the first direction");
      words.append(" holds ").append(Numbers.percentSign(cumulated(spectrum, 1)));
      words.append(", the first ten ").append(Numbers.percentSign(cumulated(spectrum, 10)));
      words.append(" of the variance.");
    }
    return words.toString();
  }

  private static void table(Html html, Evaluation evaluation) {
    List<Spectrum> spectra = evaluation.spectra();
    int most = spectra.stream().mapToInt(s -> s.variances().size()).max().orElse(0);
    String caption = "Share of the variance in % that the first directions hold together";
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table");
          Parts.caption(html, caption);
          html.open("thead").open("tr").leaf("th", "First", "scope", "col", "class", "number");
          for (Spectrum one : spectra) {
            html.leaf("th", Features.label(one.features()), "scope", "col", "class", "number");
          }
          html.close("tr").close("thead").open("tbody");
          for (int first : TABLED) {
            if (first <= most) {
              html.open("tr");
              html.leaf("th", Numbers.count(first), "scope", "row", "class", "number");
              for (Spectrum one : spectra) {
                html.leaf("td", Numbers.percent(cumulated(one, first)), "class", "number");
              }
              html.close("tr").line();
            }
          }
          html.close("tbody").close("table");
        });
  }
}
