package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(Scoped.class)
final class LinearProbeTest {
  @Test
  void findsTheWeightsThatScikitLearnFinds() throws IOException {
    JsonNode recorded = recorded();
    Tensor features = matrix(recorded.required("features"));
    Tensor queries = matrix(recorded.required("queries"));
    Tensor labels = Tensor.of(numbers(recorded.required("labels")), 24).to(DType.INT64);
    for (JsonNode fit : recorded.required("fits")) {
      double lambda = fit.required("lambda").asDouble();
      try (LinearProbe probe = LinearProbe.of(exact(lambda), features, labels, 3)) {
        LinearProbe.Model model = probe.fit();
        assertClose(model.weight(), matrix(fit.required("weight")), 1e-5);
        assertClose(
            probe.logits(model, queries).logSoftmax(1),
            matrix(fit.required("log_probabilities")),
            1e-5);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 200})
  void endsWhereTheGradientVanishes(int samples) {
    int width = 50; // more than the one number of samples, less than the other
    Tensor features = features(samples, width);
    Tensor labels = labels(samples, 4);
    double lambda = 1e-3;
    try (LinearProbe probe = LinearProbe.of(exact(lambda), features, labels, 4)) {
      LinearProbe.Model model = probe.fit();
      Tensor rows = standardised(features);
      Tensor excess =
          probe.logits(model, features).softmax(1).sub(labels.oneHot(4).to(DType.FLOAT64));
      Tensor gradient = rows.t().matmul(excess).div(samples).add(model.weight().mul(lambda));
      assertThat(gradient.abs().max().item()).isLessThan(1e-8);
      assertThat(excess.mean(0).abs().max().item()).isLessThan(1e-8);
      assertThat(model.gradientNorm()).isLessThan(1e-9);
      assertThat(model.lambda()).isEqualTo(lambda);
    }
  }

  @Test
  void doesNotCareForTheScaleOfAFeatureNorForOneThatNeverVaries() {
    Tensor features = features(60, 4);
    Tensor labels = labels(60, 3);
    Tensor factors = Tensor.of(new double[] {1e-3, 1, 40, 1e6}, 1, 4);
    Tensor constant = Tensor.full(0.1, DType.FLOAT64, Device.CPU, 60, 1);
    Tensor changed = Tensor.cat(List.of(features.mul(factors).add(7), constant), 1);
    try (LinearProbe one = LinearProbe.of(exact(0.01), features, labels, 3);
        LinearProbe other = LinearProbe.of(exact(0.01), changed, labels, 3)) {
      assertClose(other.logits(other.fit(), changed), one.logits(one.fit(), features), 1e-6);
    }
  }

  @Test
  void fitsSomeSamplesAsIfThereWereNoOthersButForTheScale() {
    Tensor features = features(40, 6);
    Tensor labels = labels(40, 2);
    try (LinearProbe probe = LinearProbe.of(exact(0.1), features, labels, 2)) {
      long[] all = IntStream.range(0, 40).asLongStream().toArray();
      assertClose(probe.fit(all).weight(), probe.fit().weight(), 1e-8);
      long[] some = Arrays.copyOf(all, 10);
      LinearProbe.Model fewer = probe.fit(some);
      assertThat(fewer.weight().sub(probe.fit().weight()).abs().max().item()).isGreaterThan(1e-3);
      assertThat(fewer.weight().shape().sizes()).containsExactly(6, 2);
    }
  }

  @Test
  void choosesAStrongPenaltyForNoiseAndAWeakOneForWhatIsCertain() {
    Tensor labels = labels(100, 2);
    Tensor noise = features(100, 10);
    Tensor told = noise.add(labels.to(DType.FLOAT64).mul(20).unsqueeze(1));
    assertThat(chosen(noise, labels)).isGreaterThanOrEqualTo(0.03);
    assertThat(chosen(told, labels)).isLessThanOrEqualTo(1e-4);
  }

  @Test
  void choosesTheSamePenaltyEveryTime() {
    Tensor features = features(100, 10);
    Tensor labels = labels(100, 3);
    assertThat(chosen(features, labels)).isEqualTo(chosen(features, labels));
  }

  @Test
  void takesAMiddlingPenaltyWhereNoSampleCanBeHeldOut() {
    try (LinearProbe probe =
        LinearProbe.of(
            Options.defaults(LinearProbe.Settings.class), features(9, 4), labels(9, 3), 3)) {
      assertThat(probe.fit(new long[] {0, 1, 2}).lambda()).isEqualTo(1e-3);
    }
  }

  @Test
  void stopsWhenAsked() {
    int[] asked = {0};
    Watch watch = new Watch(Progress.NONE, () -> ++asked[0] > 20);
    try (LinearProbe probe =
        LinearProbe.of(
            Options.defaults(LinearProbe.Settings.class),
            features(100, 10),
            labels(100, 3),
            3,
            watch)) {
      assertThatThrownBy(probe::fit).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void refusesSettingsWithoutMeaning() {
    assertThatThrownBy(() -> Options.defaults(LinearProbe.Settings.class, Map.of("lambda", -1)))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("lambda");
    assertThatThrownBy(
            () ->
                Options.defaults(
                    LinearProbe.Settings.class, Map.of("labels_per_class", List.of(0))))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("labels_per_class");
    Map<String, Object> nothing = Map.of("labels_per_class", List.of(), "all_labels", false);
    assertThatThrownBy(() -> Options.defaults(LinearProbe.Settings.class, nothing))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("must name a number of labels, or all_labels be true");
    assertThatThrownBy(() -> LinearProbe.of(exact(1), features(4, 2), labels(3, 2), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("features must be [N, F] with N labels, were [4, 2] with labels [3]");
  }

  private static double chosen(Tensor features, Tensor labels) {
    LinearProbe.Settings settings = Options.defaults(LinearProbe.Settings.class);
    try (LinearProbe probe = LinearProbe.of(settings, features, labels, 3)) {
      return probe.fit().lambda();
    }
  }

  private static LinearProbe.Settings exact(double lambda) {
    Map<String, Object> given = new HashMap<>();
    given.put("lambda", lambda);
    given.put("tolerance", 1e-10);
    given.put("max_iterations", 5000);
    return Options.defaults(LinearProbe.Settings.class, given);
  }

  /** What the probe's documentation promises, formed anew. */
  private static Tensor standardised(Tensor features) {
    Tensor rows = features.sub(features.meanKeep(0)).div(features.stdKeep(false, 0));
    return rows.div(Math.sqrt(features.size(1)));
  }

  private static Tensor features(int samples, int width) {
    Keyed randomness = Keyed.of(11);
    return randomness
        .normal(Tensor.arange((long) samples * width, Device.CPU))
        .reshape(samples, width);
  }

  private static Tensor labels(int samples, int classes) {
    return Tensor.arange(samples, Device.CPU).remainder(classes);
  }

  private static JsonNode recorded() throws IOException {
    try (InputStream in = LinearProbeTest.class.getResourceAsStream("logistic.json")) {
      return JsonMapper.builder().build().readTree(in);
    }
  }

  private static Tensor matrix(JsonNode rows) {
    double[] values = new double[rows.size() * rows.get(0).size()];
    int next = 0;
    for (JsonNode row : rows) {
      for (double value : numbers(row)) {
        values[next++] = value;
      }
    }
    return Tensor.of(values, rows.size(), rows.get(0).size());
  }

  private static double[] numbers(JsonNode list) {
    double[] values = new double[list.size()];
    Arrays.setAll(values, i -> list.get(i).asDouble());
    return values;
  }

  private static void assertClose(Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toDoubleArray()).containsExactly(expected.toDoubleArray(), within(tolerance));
  }
}
