package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** Unsupervised classification and multi-label metrics against recorded ones. */
public final class ClusterGoldens {
  private ClusterGoldens() {}

  public static void unsupervisedClassification(Golden golden) {
    long[] labels = whole(golden.input("labels"));
    long[] clusters = whole(golden.input("predictions"));
    Agreement agreement = Agreement.of(clusters, labels);
    golden.checkEach("nmi", number(agreement.nmi()));
    golden.checkEach("ami", number(agreement.ami()));
    golden.checkEach("ari", number(agreement.ari()));
    golden.checkEach("fmi", number(agreement.fmi()));
    ClusterMatch match = ClusterMatch.of(clusters, labels, golden.parameter("num_classes").asInt());
    golden.checkEach("acc", number(match.accuracy()));
    int[] expected = match(golden.expected("match"));
    // Another assignment that is as good may be found; it says other things of other clusters.
    assertThat(hits(match.classes(), clusters, labels)).isEqualTo(hits(expected, clusters, labels));
    if (Arrays.equals(match.classes(), expected)) {
      golden.checkEach("acc_top5", number(match.top(golden.input("probs"), 5)));
      golden.checkEach(
          "mapped_predictions", Tensor.of(match.mapped(), labels.length).to(DType.FLOAT64));
    }
  }

  public static void averagePrecision(Golden golden) {
    double[] precision =
        MultiLabel.averagePrecision(
            golden.input("scores"),
            golden.input("labels"),
            golden.parameter("ignore_label").asLong(),
            golden.parameter("tie_epsilon").asDouble());
    golden.checkEach("ap", Tensor.of(precision, precision.length));
    golden.checkEach("map", number(Arrays.stream(precision).average().orElseThrow()));
  }

  public static void multiLabelLoss(Golden golden) {
    Tensor logits = golden.input("logits").requiresGrad_(true);
    Tensor loss =
        MultiLabel.crossEntropy(
            logits, golden.input("labels"), golden.parameter("ignore_label").asLong());
    loss.backward();
    golden.checkEach("loss", loss.detach().reshape(1));
    golden.checkEach("grad.logits", logits.grad());
  }

  private static int[] match(JsonNode pairs) {
    int[] classOf = new int[pairs.size()];
    for (JsonNode pair : pairs) {
      classOf[pair.get(0).asInt()] = pair.get(1).asInt();
    }
    return classOf;
  }

  private static int hits(int[] classOf, long[] clusters, long[] labels) {
    int hits = 0;
    for (int i = 0; i < labels.length; i++) {
      hits += clusters[i] < classOf.length && classOf[(int) clusters[i]] == labels[i] ? 1 : 0;
    }
    return hits;
  }

  private static long[] whole(Tensor tensor) {
    return tensor.to(DType.INT64).toLongArray();
  }

  private static Tensor number(double value) {
    return Tensor.of(new double[] {value}, 1);
  }
}
