package io.diptych.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a page begins with: what was run, what came out in a sentence, and the main numbers. */
final class Hero {
  private static final int SHORT_HASH = 12;

  private Hero() {}

  static void of(Html html, String title, Run run) {
    html.open("div", "class", "hero");
    words(html, title, Findings.of(run));
    facts(html, run);
    Tiles.write(html, run);
    html.close("div").line();
  }

  static void of(Html html, String title, List<Run> runs, List<String> names) {
    html.open("div", "class", "hero");
    words(html, title, Findings.of(runs, names));
    html.close("div").line();
  }

  private static void words(Html html, String title, List<String> findings) {
    html.leaf("h1", title);
    html.leaf("p", findings.get(0), "class", "lead");
    findings.subList(1, findings.size()).forEach(finding -> html.leaf("p", finding));
    html.line();
  }

  /** The run in a few words. */
  private static void facts(Html html, Run run) {
    Map<String, String> facts = new LinkedHashMap<>();
    run.setting("method.name", "method").ifPresent(name -> facts.put("Method", name));
    run.setting("backbone.name", "backbone")
        .ifPresent(
            name ->
                facts.put(
                    "Backbone", name + run.setting("backbone.depth").map(d -> "-" + d).orElse("")));
    run.data()
        .map(Evaluation.Data::name)
        .or(() -> run.setting("data.name", "data"))
        .ifPresent(name -> facts.put("Data", name));
    Optional<Metrics.Step> last = run.metrics().last();
    last.filter(step -> Double.isFinite(step.epoch()))
        .ifPresent(step -> facts.put("Epochs", Numbers.brief(step.epoch())));
    last.filter(step -> Double.isFinite(step.seconds()))
        .ifPresent(step -> facts.put("Training time", Numbers.duration(step.seconds())));
    newest(run).ifPresent(moment -> facts.put("Measured", moment));
    run.evaluations().values().stream()
        .map(Evaluation::recipeHash)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(hash -> facts.put("Recipe hash", shortened(hash)));
    if (!facts.isEmpty()) {
      Parts.facts(html, facts);
    }
  }

  private static Optional<String> newest(Run run) {
    return run.evaluations().values().stream()
        .map(Evaluation::created)
        .filter(Objects::nonNull)
        .max(String::compareTo)
        .map(Settings::moment);
  }

  private static String shortened(String hash) {
    return hash.length() <= SHORT_HASH ? hash : hash.substring(0, SHORT_HASH) + "…";
  }
}
