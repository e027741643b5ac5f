package io.diptych.method;

import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The numbers of cases that state a rule instead of listing weights and images: a 64-bit mixing
 * function of (seed, position), scaled to the parameter's kind.
 */
public final class Filled {
  private static final long SEED_STRIDE = 0xD1342543DE82EF95L;
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private Filled() {}

  /** Fills a network of double precision; tensor number k has the seed 1000·base + k. */
  public static void network(Map<String, Tensor> state, long base) {
    long seed = base * 1000;
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      Tensor tensor = entry.getValue();
      if (tensor.dtype() == DType.FLOAT64) {
        tensor.detach().copy_(parameter(entry.getKey(), tensor, seed));
      }
      seed++;
    }
  }

  private static Tensor parameter(String name, Tensor like, long seed) {
    Tensor values = uniform(seed, like.shape().sizes());
    if (like.rank() > 1) {
      return values.mul(Math.sqrt(6.0 * like.size(0) / like.numel()));
    }
    boolean aroundOne = name.endsWith(".weight") || name.endsWith(".running_var");
    return aroundOne ? values.mul(0.2).add(1) : values.mul(0.1);
  }

  /** Returns images by their description: shape, scale, input_seed. */
  static Tensor images(JsonNode description) {
    return images(
        description.required("shape"),
        description.required("scale").asDouble(),
        description.required("input_seed").asLong());
  }

  public static Tensor images(JsonNode shape, double scale, long seed) {
    long[] sizes = new long[shape.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.get(i).asLong();
    }
    return uniform(seed, sizes).mul(scale);
  }

  private static Tensor uniform(long seed, long... shape) {
    long numel = 1;
    for (long size : shape) {
      numel *= size;
    }
    double[] values = new double[Math.toIntExact(numel)];
    for (int i = 0; i < values.length; i++) {
      long x = seed * SEED_STRIDE + (i + 1) * STEP;
      x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
      x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
      x ^= x >>> 31;
      values[i] = (x >>> 11) * 0x1p-53 * 2 - 1;
    }
    return Tensor.of(values, shape);
  }
}
