package io.diptych.report;

import static io.diptych.report.Numbers.coordinate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The main accuracies in large type, each with its baselines. */
final class Tiles {
  private static final int MOST = 4;

  private Tiles() {}

  static void write(Html html, Run run) {
    List<Measure> measures = chosen(run);
    if (measures.isEmpty()) {
      return;
    }
    html.open("ul", "class", "tiles");
    measures.forEach(measure -> tile(html, run, measure));
    html.close("ul").line();
  }

  /** Of each protocol the fewest labels and all of them. */
  private static List<Measure> chosen(Run run) {
    List<Measure> measured =
        Measure.of(List.of(run)).stream()
            .filter(m -> m.score(run, Features.ENCODER).isPresent())
            .toList();
    List<Measure> chosen = new ArrayList<>();
    for (Measure measure : measured) {
      boolean first =
          chosen.stream().noneMatch(other -> other.protocol().equals(measure.protocol()));
      if (first || (measure.labelsPerClass() == null && measure.variant() == null)) {
        chosen.add(measure);
      }
    }
    return chosen.subList(0, Math.min(MOST, chosen.size()));
  }

  private static void tile(Html html, Run run, Measure measure) {
    Score encoder = measure.score(run, Features.ENCODER).orElseThrow();
    html.open("li").open("p", "class", "of");
    html.text(Wording.title(measure.protocol()) + " ");
    html.leaf("span", measure.labels(), "class", "with").close("p");
    html.open("p", "class", "score").text(Numbers.percent(encoder.mean()));
    html.leaf("span", "\u00a0%", "class", "unit");
    if (encoder.result().draws() > 1) {
      html.leaf("span", " ±\u00a0" + Numbers.percent(encoder.result().std()), "class", "spread");
    }
    html.close("p");
    gauge(html, run, measure);
    for (Features baseline : List.of(Features.PIXELS, Features.UNTRAINED)) {
      measure.score(run, baseline).ifPresent(other -> baseline(html, baseline, encoder, other));
    }
    html.close("li").line();
  }

  /** A bar from 0 to 100 % with a mark for each baseline. */
  private static void gauge(Html html, Run run, Measure measure) {
    html.open("div", "class", "gauge", "aria-hidden", "true");
    for (Features features : Features.values()) {
      Optional<Score> score = measure.score(run, features);
      if (score.isPresent()) {
        String place = coordinate(100 * Math.max(0, Math.min(1, score.get().mean()))) + "%";
        String side = features == Features.ENCODER ? "width: " : "left: ";
        html.leaf("span", "", "class", features.key(), "style", side + place);
      }
    }
    html.close("div");
  }

  private static void baseline(Html html, Features baseline, Score encoder, Score other) {
    double difference = encoder.mean() - other.mean();
    html.open("p", "class", "versus").leaf("span", "", "class", "key " + baseline.key());
    html.leaf("span", baseline.label() + " " + Numbers.percentSign(other.mean()), "class", "name");
    html.leaf("b", Numbers.points(difference), "class", encoder.against(other)).close("p");
  }
}
