package io.diptych.objective;

import static io.diptych.objective.TwinClassesGoldens.epsilon;
import static io.diptych.objective.TwinClassesGoldens.temperature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diptych.Golden;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What each of several ranks recorded, against one loss of the global batch: the logged values are
 * its values, and the mean over ranks of each one's gradient is its gradient.
 */
public final class TwinClassesOnRanksGoldens {
  private final Golden golden;
  private final int ranks;
  private final List<Tensor> student = new ArrayList<>();
  private final List<List<Tensor>> views;

  private TwinClassesOnRanksGoldens(Golden golden) {
    this.golden = golden;
    this.ranks = golden.parameter("world_size").asInt();
    this.views = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      student.add(golden.input("rank" + rank + ".student_logits").requiresGrad_(true));
      views.add(TwinClassesGoldens.views(golden, student.get(rank)));
    }
  }

  public static void ofTheGlobalBatch(Golden golden) {
    TwinClassesOnRanksGoldens onRanks = new TwinClassesOnRanksGoldens(golden);
    if (golden.parameter("self_label_quantile").isNull()) {
      onRanks.checkTerms();
    } else {
      onRanks.checkSelfLabels();
    }
  }

  private void checkTerms() {
    TwinClasses.Terms terms = TwinClassesGoldens.terms(golden, global(views), teacher());
    Tensor loss = TwinClassesGoldens.total(golden, terms);
    loss.backward();
    for (int rank = 0; rank < ranks; rank++) {
      JsonNode logged = golden.expected("rank" + rank + ".logged");
      close("kl", terms.consistency(), logged.required("kl").asDouble());
      close("eh", terms.sharpness(), logged.required("eh").asDouble());
      close("he", terms.diversity(), logged.required("he").asDouble());
      close("final", loss, logged.required("final").asDouble());
      checkAgreement(logged);
      golden.checkEach("rank" + rank + ".grad.student_logits", student.get(rank).grad().mul(ranks));
    }
    JsonNode raw = golden.expected("raw_after_all_reduce");
    double shift = ranks * Math.log(ranks);
    double weight = golden.parameter("lam2").asDouble();
    close("kl", terms.consistency().mul(ranks), raw.required("kl").asDouble());
    close("eh", terms.sharpness().mul(ranks), raw.required("eh").asDouble());
    close("he", terms.diversity().mul(ranks).sub(shift), raw.required("he").asDouble());
    close("final", loss.mul(ranks).add(weight * shift), raw.required("final").asDouble());
  }

  /** In this stage each rank chose and learnt on its own; what it logged is its loss over ranks. */
  private void checkSelfLabels() {
    TwinClasses.Terms globals =
        TwinClasses.ofPairs(global(views).subList(0, 2), temperature(golden), epsilon(golden));
    double quantile = golden.parameter("self_label_quantile").asDouble();
    for (int rank = 0; rank < ranks; rank++) {
      List<Tensor> own = views.get(rank);
      List<Tensor> teacher = teacherOf(rank);
      List<Tensor> source = teacher.isEmpty() ? own : teacher;
      Tensor loss =
          SelfLabels.of(source.get(0), source.get(1), temperature(golden), quantile, 0)
              .loss(own, false);
      loss.backward();
      JsonNode logged = golden.expected("rank" + rank + ".logged");
      close("final", loss.div(ranks), logged.required("final").asDouble());
      close("eh", globals.sharpness(), logged.required("eh").asDouble());
      close("he", globals.diversity(), logged.required("he").asDouble());
      checkAgreement(logged);
      golden.checkEach("rank" + rank + ".grad.student_logits", student.get(rank).grad());
    }
  }

  private void checkAgreement(JsonNode logged) {
    List<Tensor> all = global(views);
    close("acc", TwinClasses.agreement(all.get(0), all.get(1)), logged.required("acc").asDouble());
  }

  private List<Tensor> teacher() {
    List<List<Tensor>> each = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      each.add(teacherOf(rank));
    }
    return global(each);
  }

  private List<Tensor> teacherOf(int rank) {
    return golden.parameter("use_momentum_encoder").asInt() == 0
        ? List.of()
        : TwinClassesGoldens.split(golden.input("rank" + rank + ".teacher_logits"), 2);
  }

  /** Returns each view's rows of all ranks. */
  private static List<Tensor> global(List<List<Tensor>> ofRanks) {
    List<Tensor> global = new ArrayList<>();
    for (int view = 0; view < ofRanks.get(0).size(); view++) {
      int one = view;
      global.add(Tensor.cat(ofRanks.stream().map(views -> views.get(one)).toList(), 0));
    }
    return global;
  }

  private void close(String what, Tensor actual, double expected) {
    double tolerance = golden.root().required("tolerance").asDouble();
    assertThat(actual.item())
        .as("%s %s", golden, what)
        .isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
  }
}
