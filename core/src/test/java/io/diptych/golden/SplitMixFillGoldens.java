package io.diptych.golden;

import io.diptych.Golden;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Linear;
import io.diptych.nn.Sequential;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.List;

/** The filler of large cases against recorded values of its own. */
final class SplitMixFillGoldens {
  private SplitMixFillGoldens() {}

  static void check(Golden golden) {
    long seed = golden.parameter("seed").asLong();
    int numbers = golden.expected("uniform8").size();
    golden.checkEach("uniform8", Tensor.of(SplitMixFill.uniforms(seed, numbers), numbers));
    golden.checkEach("input_2x3", SplitMixFill.input(seed, 2, 3));
    Sequential module = new Sequential(List.of(new Linear(3, 2, true), new BatchNorm(2)));
    module.to(DType.FLOAT64);
    SplitMixFill.fill(seed, module.state());
    module.state().forEach(golden::checkEach);
  }
}
