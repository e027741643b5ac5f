package io.diptych.report;

import java.util.List;
import java.util.Optional;

/** What the encoder's features are worth, beside raw pixels and the untrained encoder. */
final class AccuracyTable {
  /** From this number of classes on, being among the first five is worth reporting. */
  private static final int MANY_CLASSES = 20;

  private AccuracyTable() {}

  static void write(Html html, Run run) {
    List<Measure> measures = Measure.of(List.of(run));
    String caption = caption(run);
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table", "class", "accuracy");
          Parts.caption(html, caption);
          head(html);
          html.open("tbody");
          measures.forEach(measure -> row(html, run, measure));
          if (run.data().map(d -> d.classes().size() >= MANY_CLASSES).orElse(false)) {
            measures.forEach(measure -> topFiveRow(html, run, measure));
          }
          html.close("tbody").close("table");
        });
  }

  private static String caption(Run run) {
    String tested =
        run.data()
            .map(d -> " on " + Numbers.count(d.test(), "test image") + " of " + d.name())
            .orElse("");
    return "Accuracy in %"
        + tested
        + ", mean ± standard deviation over the draws of labelled images; differences in points";
  }

  private static void head(Html html) {
    html.open("thead").open("tr");
    html.leaf("th", "Classifier", "scope", "col");
    for (Features features : Features.values()) {
      html.open("th", "scope", "col", "class", "number");
      html.leaf("span", "", "class", "key " + features.key(), "aria-hidden", "true");
      html.text(features.label()).close("th");
    }
    html.leaf("th", "vs pixels", "scope", "col", "class", "number");
    html.leaf("th", "vs untrained", "scope", "col", "class", "number");
    html.close("tr").close("thead");
  }

  private static void row(Html html, Run run, Measure measure) {
    html.open("tr");
    rowHeader(html, run, measure, "");
    for (Features features : Features.values()) {
      html.open("td", "class", "number " + features.key());
      Score.write(html, measure.score(run, features));
      html.close("td");
    }
    difference(html, run, measure, Features.PIXELS);
    difference(html, run, measure, Features.UNTRAINED);
    html.close("tr").line();
  }

  private static void rowHeader(Html html, Run run, Measure measure, String addition) {
    html.open("th", "scope", "row");
    html.text(Wording.title(measure.protocol()) + addition + " ");
    html.leaf("span", measure.labels() + otherData(run, measure), "class", "with").close("th");
  }

  /** The name of the data where they are not those of the caption. */
  private static String otherData(Run run, Measure measure) {
    String usual = run.data().map(Evaluation.Data::name).orElse("");
    String own = run.evaluation(measure.protocol()).map(e -> e.data().name()).orElse(usual);
    return own.equals(usual) || measure.variant() != null ? "" : ", " + own;
  }

  private static void difference(Html html, Run run, Measure measure, Features baseline) {
    Optional<Score> encoder = measure.score(run, Features.ENCODER);
    Optional<Score> other = measure.score(run, baseline);
    if (encoder.isEmpty() || other.isEmpty()) {
      html.leaf("td", "–", "class", "number");
      return;
    }
    double points = encoder.get().mean() - other.get().mean();
    String style = encoder.get().against(other.get());
    html.leaf("td", Numbers.points(points), "class", "number " + style);
  }

  private static void topFiveRow(Html html, Run run, Measure measure) {
    List<Optional<Double>> values =
        List.of(Features.values()).stream()
            .map(
                f ->
                    measure
                        .score(run, f)
                        .flatMap(score -> Optional.ofNullable(score.result().top5())))
            .toList();
    if (values.stream().noneMatch(Optional::isPresent)) {
      return;
    }
    html.open("tr");
    rowHeader(html, run, measure, ", top 5");
    for (Optional<Double> value : values) {
      html.leaf("td", value.map(Numbers::percent).orElse("–"), "class", "number");
    }
    for (int baseline = 1; baseline < values.size(); baseline++) {
      Optional<Double> other = values.get(baseline);
      html.leaf(
          "td",
          values.get(0).flatMap(e -> other.map(o -> Numbers.points(e - o))).orElse("–"),
          "class",
          "number level");
    }
    html.close("tr").line();
  }
}
