package io.diptych;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The deterministic weights and images of recorded models: for each name a sequence of uniform
 * numbers in [0, 1), by SplitMix64 from the FNV-1a hash of the name.
 */
public final class GoldenFill {
  private GoldenFill() {}

  /** Checks the sequence itself against the recorded one. */
  public static void check(Golden golden) {
    for (JsonNode name : golden.rawInput("names")) {
      String key = name.asString();
      assertThat(Long.toHexString(hash(key)))
          .isEqualTo(golden.expected("fnv1a64_hex").required(key).asString());
      JsonNode expected = golden.expected("first_8_u").required(key);
      double[] actual = uniform(key, expected.size());
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isEqualTo(expected.get(i).asDouble());
      }
    }
  }

  /** Fills the entries of a network's state, each by its name. */
  public static void fill(Map<String, Tensor> state) {
    state.forEach((name, tensor) -> tensor.detach().copy_(value(name, tensor)));
  }

  /** Returns images in [-1, 1). */
  public static Tensor images(String name, long... shape) {
    int count = 1;
    for (long size : shape) {
      count = Math.toIntExact(count * size);
    }
    return Tensor.of(uniform(name, count), shape).mul(2).sub(1);
  }

  private static Tensor value(String name, Tensor like) {
    if (name.endsWith("num_batches_tracked")) {
      return Tensor.zeros();
    }
    long[] shape = like.shape().sizes();
    Tensor u = Tensor.of(uniform(name, Math.toIntExact(like.numel())), shape);
    if (name.endsWith("running_var")) {
      return u.mul(0.5).add(1);
    }
    Tensor signed = u.mul(2).sub(1);
    if (name.endsWith("running_mean") || name.endsWith(".bias")) {
      return signed.mul(0.1);
    }
    return shape.length >= 2
        ? signed.mul(Math.sqrt(6.0 * shape[0] / like.numel()))
        : signed.mul(0.2).add(1);
  }

  private static double[] uniform(String name, int count) {
    long state = hash(name);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      state += 0x9E3779B97F4A7C15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      values[i] = (z >>> 11) * 0x1p-53;
    }
    return values;
  }

  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
