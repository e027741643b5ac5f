package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.Golden;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import tools.jackson.databind.JsonNode;

/** Neighbours and accuracies against recorded ones. */
public final class EvaluationGoldens {
  private EvaluationGoldens() {}

  public static void weightedVotesOfNeighbours(Golden golden) {
    int classes = golden.parameter("num_classes").asInt();
    Knn.Settings settings =
        weighted(golden.parameter("k").asInt(), golden.parameter("temperature").asDouble());
    try (Knn knn =
        Knn.of(settings, golden.input("bank_features"), labels(golden, "bank_labels"), classes)) {
      Tensor scores = knn.scores(golden.input("test_features"));
      Outcome outcome = Outcome.of(scores, labels(golden, "test_labels"));
      golden.checkMaxRelative("pred_scores", scores);
      golden.checkEach("pred_top1", predicted(outcome));
      golden.checkMaxRelative("acc_top1_percent", number(100 * outcome.accuracy()));
      golden.checkMaxRelative("acc_top5_percent", number(100 * outcome.top(5)));
    }
  }

  public static void majorityOfNeighboursByDistance(Golden golden) {
    Tensor trainLabels = labels(golden, "train_labels");
    Knn.Settings settings =
        new Knn.Settings(
            golden.parameter("k").asInt(), 0.07, Knn.Votes.MAJORITY, Knn.Distance.EUCLIDEAN);
    int classes = (int) trainLabels.max().item() + 1;
    try (Knn knn = Knn.of(settings, golden.input("train_features"), trainLabels, classes)) {
      Outcome outcome =
          Outcome.of(knn.scores(golden.input("test_features")), labels(golden, "test_labels"));
      golden.checkEach("pred", predicted(outcome));
      golden.checkMaxRelative("accuracy", number(outcome.accuracy()));
    }
  }

  public static void votesOfAMemoryBank(Golden golden) {
    int classes = golden.parameter("n_classes").asInt();
    Tensor bank = golden.input("bank");
    Tensor bankLabels = labels(golden, "bank_labels");
    Tensor targets = labels(golden, "targets");
    Knn.Settings settings =
        weighted(golden.parameter("K").asInt(), golden.parameter("sigma").asDouble());
    try (Knn knn = Knn.of(settings, bank, bankLabels, classes);
        Knn nearest = Knn.of(weighted(1, 1), bank, bankLabels, classes)) {
      Tensor scores = knn.scores(golden.input("features"));
      Outcome outcome = Outcome.of(scores, targets);
      golden.checkEach("class_scores", scores);
      golden.checkEach("predictions", predicted(outcome));
      golden.checkEach("top1", number(outcome.accuracy()));
      golden.checkEach("top5", number(outcome.top(5)));
      Outcome first = Outcome.of(nearest.scores(golden.input("features")), targets);
      golden.checkEach("nearest_neighbour_accuracy", number(first.accuracy()));
    }
  }

  public static void accuracyAmongTheFirstFive(Golden golden) {
    Outcome outcome = Outcome.of(golden.input("logits"), labels(golden, "labels"));
    golden.checkMaxRelative("acc1_percent", number(100 * outcome.top(1)));
    golden.checkMaxRelative("acc5_percent", number(100 * outcome.top(5)));
  }

  public static void accuracyAmongTheFirstFew(Golden golden) {
    Outcome outcome = Outcome.of(golden.input("logits"), labels(golden, "target"));
    JsonNode ks = golden.parameter("topk");
    for (int i = 0; i < ks.size(); i++) {
      double expected = golden.expected("percent").get(i).asDouble();
      assertThat(100 * outcome.top(ks.get(i).asInt())).isCloseTo(expected, offset(1e-4));
    }
  }

  public static void accuracyOfEachClass(Golden golden) {
    int classes = golden.parameter("n_classes").asInt();
    Tensor prediction = labels(golden, "prediction");
    Outcome outcome =
        Outcome.of(prediction.oneHot(classes).to(DType.FLOAT64), labels(golden, "target"));
    golden.checkEach("present_class_mean", number(outcome.meanPerClass()));
  }

  private static Knn.Settings weighted(int k, double temperature) {
    return new Knn.Settings(k, temperature, Knn.Votes.WEIGHTED, Knn.Distance.COSINE);
  }

  private static Tensor labels(Golden golden, String key) {
    return golden.input(key).to(DType.INT64);
  }

  private static Tensor predicted(Outcome outcome) {
    return Tensor.of(outcome.predicted(), outcome.size());
  }

  private static Tensor number(double value) {
    return Tensor.of(new double[] {value}, 1);
  }
}
