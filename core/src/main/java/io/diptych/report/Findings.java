package io.diptych.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Puts into words what the numbers say, whether or not the encoder comes out well. The first
 * sentence is the page's summary.
 */
final class Findings {
  private Findings() {}

  static List<String> of(Run run) {
    List<Measure> measures = measured(run);
    if (measures.isEmpty()) {
      return List.of(trained(run) + " How good its features are has not been measured yet.");
    }
    List<String> sentences = new ArrayList<>();
    Measure first = decisive(measures);
    sentences.add(lead(run, first));
    measures.stream()
        .filter(m -> m.labelsPerClass() == null && m.variant() == null && !m.equals(first))
        .filter(m -> m.protocol().equals(Run.LINEAR))
        .findFirst()
        .ifPresent(all -> sentences.add(withAllLabels(run, all)));
    return sentences;
  }

  /** The summary of a comparison; {@code names} are what the page calls the runs. */
  static List<String> of(List<Run> runs, List<String> names) {
    List<Measure> common =
        Measure.of(runs).stream()
            .filter(m -> runs.stream().filter(r -> encoder(r, m).isPresent()).count() > 1)
            .toList();
    if (common.isEmpty()) {
      return List.of(
          "Fewer than two of these "
              + runs.size()
              + " runs have been evaluated, so only their training can be compared.");
    }
    Measure measure = decisive(common);
    List<Run> order =
        runs.stream()
            .filter(r -> encoder(r, measure).isPresent())
            .sorted(Comparator.comparingDouble(r -> -encoder(r, measure).orElseThrow().mean()))
            .toList();
    Run best = order.get(0);
    Run next = order.get(1);
    Score bestScore = encoder(best, measure).orElseThrow();
    Score nextScore = encoder(next, measure).orElseThrow();
    String bestName = names.get(runs.indexOf(best));
    String nextName = names.get(runs.indexOf(next));
    List<String> sentences = new ArrayList<>();
    if (bestScore.differsFrom(nextScore)) {
      sentences.add(
          opening(measure)
              + " the encoder of run "
              + bestName
              + " reaches "
              + bestScore.spoken()
              + ", "
              + Numbers.pointsApart(bestScore.mean() - nextScore.mean())
              + " more than the next, "
              + nextName
              + ".");
    } else {
      sentences.add(
          opening(measure)
              + " the encoders of runs "
              + bestName
              + " and "
              + nextName
              + " does equally well, with "
              + bestScore.spoken()
              + " and "
              + nextScore.spoken()
              + ".");
    }
    verdict(best, measure)
        .ifPresent(verdict -> sentences.add("Run " + bestName + " is " + verdict + "."));
    return sentences;
  }

  private static String trained(Run run) {
    return run.metrics()
        .last()
        .map(last -> "The encoder has been trained for " + Numbers.count(last.step(), "step") + ".")
        .orElse("Training has not logged anything yet.");
  }

  private static List<Measure> measured(Run run) {
    return Measure.of(List.of(run)).stream().filter(m -> encoder(run, m).isPresent()).toList();
  }

  private static Optional<Score> encoder(Run run, Measure measure) {
    return measure.score(run, Features.ENCODER);
  }

  /** Few labels are what pretraining without labels is for; without them the first measure. */
  private static Measure decisive(List<Measure> measures) {
    return measures.stream()
        .filter(m -> m.protocol().equals(Run.LINEAR))
        .filter(m -> m.labelsPerClass() != null && m.variant() == null)
        .findFirst()
        .orElse(measures.get(0));
  }

  private static String opening(Measure measure) {
    Long labels = measure.labelsPerClass();
    String with = "With all labels, ";
    if (measure.variant() != null) {
      with = measure.variant() + ": ";
    } else if (labels != null) {
      with = "With " + Numbers.count(labels, "label") + " per class, ";
    }
    return with + Wording.phrase(measure.protocol()) + " on";
  }

  private static String lead(Run run, Measure measure) {
    Score encoder = encoder(run, measure).orElseThrow();
    String reached = opening(measure) + " the encoder’s features reaches " + encoder.spoken();
    return reached + verdict(run, measure).map(verdict -> ": " + verdict).orElse("") + ".";
  }

  /** How an encoder compares with the baselines that were measured. */
  private static Optional<String> verdict(Run run, Measure measure) {
    Score encoder = encoder(run, measure).orElseThrow();
    List<String> parts =
        Stream.of(Features.PIXELS, Features.UNTRAINED)
            .flatMap(f -> measure.score(run, f).map(s -> compared(encoder, s, f)).stream())
            .toList();
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", parts));
  }

  private static String withAllLabels(Run run, Measure all) {
    Score encoder = encoder(run, all).orElseThrow();
    String versus =
        all.score(run, Features.PIXELS)
            .map(pixels -> ", " + compared(encoder, pixels, Features.PIXELS))
            .orElse("");
    return "With all labels it reaches " + encoder.spoken() + versus + ".";
  }

  private static String compared(Score encoder, Score other, Features features) {
    if (!encoder.differsFrom(other)) {
      return "level with "
          + features.phrase()
          + " ("
          + Numbers.points(encoder.mean() - other.mean())
          + "\u00a0points, within the uncertainty)";
    }
    return Numbers.pointsApart(encoder.mean() - other.mean())
        + (encoder.mean() > other.mean() ? " better than " : " worse than ")
        + features.phrase();
  }
}
