package io.diptych.nn;

import io.diptych.Golden;
import io.diptych.tensor.Tensor;
import java.util.Arrays;

/** Recorded drops of whole samples. */
public final class DropPathGoldens {
  private DropPathGoldens() {}

  public static void ratesAndOutput(Golden golden) {
    int depth = golden.parameter("depth").asInt();
    double[] rates = new double[depth];
    for (int i = 0; i < depth; i++) {
      rates[i] = DropPath.rate(golden.parameter("drop_path_rate").asDouble(), i, depth);
    }
    golden.checkEach("rate_per_block", Tensor.of(rates, depth));
    Tensor x = golden.input("x");
    long[] broadcast = new long[x.rank()];
    Arrays.fill(broadcast, 1);
    broadcast[0] = x.size(0);
    DropPath layer = new DropPath(golden.parameter("drop_prob").asDouble());
    golden.checkEach(
        "output", layer.drop(x, golden.input("uniform_per_sample").reshape(broadcast)));
  }
}
