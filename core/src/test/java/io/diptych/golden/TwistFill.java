package io.diptych.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diptych.Golden;
import io.diptych.tensor.Tensor;
import java.util.Map;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/** The weights, images and digests of TWIST's recorded networks. */
public final class TwistFill {
  private static final long PER_SEED = 1000003;
  private static final long INPUT = 999983;

  private TwistFill() {}

  /** Fills the float64 state of a network in the order of its entries. */
  public static void fill(Golden golden, Map<String, Tensor> state) {
    long seed = golden.parameter("fill_seed").asLong();
    double gain = golden.parameter("gain").asDouble();
    long number = seed * PER_SEED;
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      entry.getValue().detach().copy_(value(entry.getKey(), entry.getValue(), number++, gain));
    }
  }

  private static Tensor value(String name, Tensor like, long seed, double gain) {
    if (name.endsWith("num_batches_tracked")) {
      return Tensor.zeros();
    }
    Tensor u = Tensor.of(SplitMixFill.uniforms(seed, (int) like.numel()), like.shape().sizes());
    if (name.endsWith("running_var")) {
      return u.add(0.5);
    } else if (name.endsWith("running_mean")
        || name.endsWith("cls_token")
        || name.endsWith("pos_embed")) {
      return u.sub(0.5).mul(0.2);
    } else if (like.rank() >= 2) {
      return u.mul(2).sub(1).mul(Math.sqrt(3 * gain * like.size(0) / like.numel()));
    }
    return name.endsWith("bias") ? u.sub(0.5).mul(0.2) : u.add(0.5);
  }

  /** Returns images in [−2, 2). */
  public static Tensor images(long seed, long... shape) {
    int count = (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
    double[] u = SplitMixFill.uniforms(seed * PER_SEED + INPUT, count);
    return Tensor.of(u, shape).mul(4).sub(2);
  }

  /** Returns the sizes of a recorded shape. */
  public static long[] shape(JsonNode sizes) {
    return LongStream.range(0, sizes.size()).map(i -> sizes.get((int) i).asLong()).toArray();
  }

  /** Checks first values, sum, length and a weighted sum of an output. */
  public static void checkDigest(Golden golden, String what, JsonNode digest, Tensor actual) {
    assertThat(actual.shape().sizes()).as(what).isEqualTo(shape(digest.required("shape")));
    double[] values = actual.toDoubleArray();
    double sum = 0;
    double squares = 0;
    double weighted = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i];
      squares += values[i] * values[i];
      weighted += values[i] * Math.cos(0.1 * i);
    }
    JsonNode first = digest.required("first");
    for (int i = 0; i < first.size(); i++) {
      check(golden, what + "[" + i + "]", first.get(i).asDouble(), values[i]);
    }
    check(golden, what + " sum", digest.required("sum").asDouble(), sum);
    check(golden, what + " l2", digest.required("l2").asDouble(), Math.sqrt(squares));
    check(golden, what + " weighted", digest.required("weighted").asDouble(), weighted);
  }

  /** Checks a number by the case's tolerance times max(1, |expected|). */
  public static void check(Golden golden, String what, double expected, double actual) {
    double tolerance = golden.root().required("tolerance").asDouble();
    assertThat(actual)
        .as("%s %s", golden, what)
        .isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
  }
}
