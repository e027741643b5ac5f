package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.StreamedSet;
import io.diptych.tensor.Ranked;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** kNN on all kinds of features, with the neighbours of some test images. */
public final class KnnProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "knn";

  private static final System.Logger LOGGER = System.getLogger("io.diptych.evaluate");
  private static final int QUERIES = 10;
  private static final int SHOWN = 8;
  private static final int PICTURE = 48;

  private KnnProtocol() {}

  /** How many neighbours vote, and how. */
  private record Ballot(int k, Knn.Votes votes, Ensemble ensemble) {
    String name() {
      return "k=" + k + " " + votes.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Measures and writes {@code knn.json}. Of several exits, the ensemble is the mean of the shares
   * of the votes.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return a score for each kind of features, and with a sweep the accuracy of each of its votes
   */
  public static Findings run(
      Subject subject,
      Knn.Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    warnOfFew(settings, subject.train().size());
    List<Ballot> ballots = ballots(settings, subject);
    int most = ballots.stream().mapToInt(Ballot::k).max().orElseThrow();
    ResultFile file = new ResultFile(NAME, subject, settings);
    Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
    for (Subject.Kind kind : subject.kinds()) {
      Watch watch = Watch.named("kNN on " + kind.name(), progress, cancelled);
      try (Scope scope = Scope.open();
          Knn knn =
              Knn.of(settings, kind.train(), subject.train().labels(), subject.classes(), watch)) {
        Ranked found = knn.search(kind.test(), most);
        for (Ballot ballot : ballots) {
          count(knn.votes(found, ballot.k(), ballot.votes()), ballot, kind, subject, outcomes);
        }
        if (kind.name().equals(Subject.ENCODER)) {
          neighbours(subject, kind, knn, file.array("neighbours"));
        }
      }
    }
    Findings findings = findings(ballots, outcomes);
    file.scores(findings.scores()).measures(findings.measures());
    List<Outcome> encoder = outcomes.get(Subject.ENCODER);
    if (encoder != null) {
      file.classes(encoder.get(0));
    }
    file.write(directory);
    return findings;
  }

  private static void warnOfFew(Knn.Settings settings, int images) {
    if (settings.k() > images) {
      LOGGER.log(
          Level.WARNING,
          "knn.k: {0} is more than the {1} training images: all of them vote",
          Integer.toString(settings.k()),
          Integer.toString(images));
    }
  }

  /** What is asked for first, then the sweep. */
  private static List<Ballot> ballots(Knn.Settings settings, Subject subject) {
    List<Ballot> ballots = new ArrayList<>();
    ballots.add(new Ballot(settings.k(), settings.votes(), new Ensemble(subject)));
    for (int k : settings.sweep()) {
      for (Knn.Votes votes : Knn.Votes.values()) {
        if (votes == Knn.Votes.MAJORITY || settings.distance() == Knn.Distance.COSINE) {
          ballots.add(new Ballot(k, votes, new Ensemble(subject)));
        }
      }
    }
    return ballots;
  }

  private static void count(
      Tensor votes,
      Ballot ballot,
      Subject.Kind kind,
      Subject subject,
      Map<String, List<Outcome>> outcomes) {
    Tensor labels = subject.test().labels();
    outcomes.computeIfAbsent(kind.name(), name -> new ArrayList<>()).add(Outcome.of(votes, labels));
    ballot
        .ensemble()
        .hear(kind, votes.div(votes.sumKeep(1)))
        .ifPresent(
            mean ->
                outcomes
                    .computeIfAbsent(Ensemble.NAME, name -> new ArrayList<>())
                    .add(Outcome.of(mean, labels)));
  }

  private static Findings findings(List<Ballot> ballots, Map<String, List<Outcome>> outcomes) {
    List<Score> scores = new ArrayList<>();
    List<Measures> measures = new ArrayList<>();
    outcomes.forEach(
        (name, each) -> {
          Outcome first = each.get(0);
          scores.add(new Score(name, null, List.of(first.accuracy()), first.top(5), List.of()));
          Map<String, Double> values = new LinkedHashMap<>();
          for (int i = 1; i < ballots.size(); i++) {
            values.put(ballots.get(i).name(), each.get(i).accuracy());
          }
          if (!values.isEmpty()) {
            measures.add(new Measures(name, values));
          }
        });
    return new Findings(scores, measures);
  }

  private static void neighbours(Subject subject, Subject.Kind kind, Knn knn, ArrayNode target) {
    long[] queries = queries(subject.test());
    Tensor rows =
        kind.test().indexSelect(0, Tensor.of(queries, queries.length).to(kind.test().device()));
    List<List<Knn.Neighbour>> nearest = knn.nearest(rows, SHOWN);
    for (int i = 0; i < queries.length; i++) {
      ObjectNode node = target.addObject();
      image(subject.test(), (int) queries[i], node.putObject("query"));
      ArrayNode list = node.putArray("nearest");
      for (Knn.Neighbour neighbour : nearest.get(i)) {
        ObjectNode one = list.addObject();
        one.put("similarity", neighbour.similarity());
        image(subject.train(), neighbour.index(), one);
      }
    }
  }

  /** The first test images of the first classes: a choice that no result can influence. */
  private static long[] queries(ImageCollection test) {
    long[] labels = test.labels().toLongArray();
    List<Long> chosen = new ArrayList<>();
    for (long label = 0; label < test.classNames().size() && chosen.size() < QUERIES; label++) {
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == label) {
          chosen.add((long) i);
          break;
        }
      }
    }
    return chosen.stream().mapToLong(Long::longValue).toArray();
  }

  private static void image(ImageCollection images, int index, ObjectNode node) {
    node.put("index", index)
        .put("label", (long) images.labels().select(0, index).item())
        .put("png", Thumbnail.dataUri(pixels(images, index)));
  }

  private static Tensor pixels(ImageCollection images, int index) {
    return images instanceof ImageSet resident
        ? resident.pixels().select(0, index)
        : ((StreamedSet) images).pictures(new long[] {index}, PICTURE).select(0, 0);
  }
}
