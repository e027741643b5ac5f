package io.diptych.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/** The values of recorded cases that are too large to be written down: a stream of SplitMix64. */
public final class SplitMixFill {
  private static final long PER_ENTRY = 1000003;

  private SplitMixFill() {}

  /** Returns the first numbers of the stream of a seed, in [0, 1). */
  public static double[] uniforms(long seed, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      long z = seed + (i + 1L) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      values[i] = ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }
    return values;
  }

  /** Returns an input, float64 in [−2, 2). */
  public static Tensor input(long seed, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    return Tensor.of(uniforms(seed, count), shape).mul(4).sub(2);
  }

  /** Fills the float64 state of a module, in the order of its entries. */
  public static void fill(long seed, Map<String, Tensor> state) {
    int entry = 0;
    for (Map.Entry<String, Tensor> one : state.entrySet()) {
      Tensor target = one.getValue().detach();
      target.copy_(values(seed + PER_ENTRY * entry, one.getKey(), target));
      entry++;
    }
  }

  /**
   * Checks an output of which shape, first and last values and sums are recorded: each differs by
   * at most the case's tolerance times max(1, |expected|).
   */
  public static void checkSummary(Golden golden, String key, Tensor actual) {
    JsonNode expected = golden.expected(key);
    double tolerance = golden.root().required("tolerance").asDouble();
    double[] shape = Golden.tensor(expected.required("shape")).toDoubleArray();
    assertThat(LongStream.of(actual.shape().sizes()).asDoubleStream().toArray())
        .as("%s %s: shape", golden, key)
        .isEqualTo(shape);
    double[] got = actual.toDoubleArray();
    double[] first = Golden.tensor(expected.required("first8")).toDoubleArray();
    double[] last = Golden.tensor(expected.required("last4")).toDoubleArray();
    Map<String, double[][]> pairs = new LinkedHashMap<>();
    pairs.put("first8", new double[][] {first, Arrays.copyOf(got, first.length)});
    pairs.put(
        "last4",
        new double[][] {last, Arrays.copyOfRange(got, got.length - last.length, got.length)});
    pairs.put("sum", sums(expected, "sum", DoubleStream.of(got).sum()));
    pairs.put("abs_sum", sums(expected, "abs_sum", DoubleStream.of(got).map(Math::abs).sum()));
    pairs.forEach(
        (what, pair) -> {
          for (int i = 0; i < pair[0].length; i++) {
            assertThat(Math.abs(pair[1][i] - pair[0][i]))
                .as("%s %s %s[%d]: %s, expected %s", golden, key, what, i, pair[1][i], pair[0][i])
                .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(pair[0][i])));
          }
        });
  }

  private static double[][] sums(JsonNode expected, String key, double got) {
    return new double[][] {{expected.required(key).asDouble()}, {got}};
  }

  private static Tensor values(long seed, String name, Tensor like) {
    if (name.endsWith("num_batches_tracked")) {
      return like.mul(0);
    }
    int count = (int) like.numel();
    Tensor v = Tensor.of(uniforms(seed, count), like.shape().sizes()).mul(2).sub(1);
    if (name.endsWith("running_mean")) {
      return v.mul(0.1);
    } else if (name.endsWith("running_var")) {
      return v.mul(0.5).add(1);
    } else if (like.rank() > 1) {
      return v.mul(Math.sqrt(3.0 / ((double) count / like.size(0))));
    }
    return name.endsWith("weight") ? v.mul(0.2).add(1) : v.mul(0.1);
  }
}
