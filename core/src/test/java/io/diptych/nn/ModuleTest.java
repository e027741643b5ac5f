package io.diptych.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class ModuleTest {
  private static Sequential mlp() {
    return new Sequential(Mlp.layers(4, 6, 3, 2, true));
  }

  @Test
  void namesAndTheirOrderAreThoseOfPyTorch() {
    assertThat(mlp().state().keySet())
        .containsExactly(
            "0.weight",
            "0.bias",
            "1.weight",
            "1.bias",
            "1.running_mean",
            "1.running_var",
            "1.num_batches_tracked",
            "3.weight",
            "3.bias");
    assertThat(mlp().parameters().keySet())
        .containsExactly("0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias");
    assertThat(mlp().parameters().get("0.weight").shape()).isEqualTo(Shape.of(6, 4));
  }

  @Test
  void anMlpHasTheLayersAskedFor() {
    assertThat(Mlp.layers(4, 6, 3, 1, true)).hasSize(1);
    assertThat(Mlp.layers(4, 6, 3, 3, false))
        .extracting(layer -> layer.getClass().getSimpleName())
        .containsExactly("Linear", "Relu", "Linear", "Relu", "Linear");
  }

  @Test
  void parametersOutliveTheScopeTheyWereMadeIn() {
    Sequential module;
    try (Scope scope = Scope.open()) {
      module = mlp();
      module.initialize(1);
    }
    assertThat(module.state().values()).allSatisfy(tensor -> tensor.sum().item());
  }

  @Test
  void startingValuesFollowFromSeedAndNameAlone() {
    Sequential one = mlp();
    one.initialize(3);
    Sequential longer = new Sequential(Mlp.layers(4, 6, 3, 3, true));
    longer.initialize(99);
    longer.initialize(3);
    assertSame(one.state().get("0.weight"), longer.state().get("0.weight"));
    Sequential other = mlp();
    other.initialize(4);
    assertThat(other.state().get("0.weight").toFloatArray())
        .isNotEqualTo(one.state().get("0.weight").toFloatArray());
    // Of equal shapes, only the names differ.
    Sequential twins = new Sequential(List.of(new Linear(9, 9, false), new Linear(9, 9, false)));
    twins.initialize(3);
    assertThat(twins.state().get("0.weight").toFloatArray())
        .isNotEqualTo(twins.state().get("1.weight").toFloatArray());
  }

  @Test
  void convolutionsStartNormalWithVarianceTwoOverFanOut() {
    Conv2d layer = new Conv2d(32, 64, 3, 1, 1, Initializer.heFanOut());
    layer.initialize(1);
    Tensor weight = layer.state().get("weight");
    double expected = Math.sqrt(2.0 / (64 * 9));
    assertThat(weight.mean().item()).isCloseTo(0, within(4 * expected / Math.sqrt(weight.numel())));
    assertThat(weight.std(false).item() / expected).isCloseTo(1, within(0.02));
    assertThat(weight.abs().max().item()).isGreaterThan(3 * expected);
  }

  @Test
  void linearMapsStartUniformWithinOneOverTheRootOfFanIn() {
    Linear layer = new Linear(100, 200, true);
    layer.initialize(1);
    for (Tensor tensor : layer.parameters().values()) {
      assertThat(tensor.abs().max().item()).isLessThanOrEqualTo(0.1000001).isGreaterThan(0.098);
      assertThat(tensor.std(false).item()).isCloseTo(0.1 / Math.sqrt(3), within(0.006));
      assertThat(tensor.mean().item()).isCloseTo(0, within(0.02));
    }
    BatchNorm norm = new BatchNorm(3);
    norm.initialize(1);
    assertThat(norm.parameters().get("weight").toFloatArray()).containsExactly(1, 1, 1);
    assertThat(norm.parameters().get("bias").toFloatArray()).containsExactly(0, 0, 0);
  }

  @Test
  void changingTypeOrLayoutKeepsValuesHandlesAndLeaves() {
    Conv2d layer = new Conv2d(2, 3, 3, 1, 1, Initializer.heFanOut());
    layer.initialize(1);
    Tensor weight = layer.state().get("weight");
    float[] values = weight.toFloatArray();
    layer.to(DType.FLOAT64);
    assertThat(weight.dtype()).isEqualTo(DType.FLOAT64);
    layer.channelsLast();
    layer.to(DType.FLOAT32);
    assertThat(weight.toFloatArray()).isEqualTo(values);
    assertThat(layer.state().get("weight")).isSameAs(weight);
    assertThat(weight.requiresGrad()).isTrue();
    layer.forward(Tensor.ones(1, 2, 4, 4)).sum().backward();
    assertThat(weight.grad().shape()).isEqualTo(weight.shape());
    layer.clearGrad();
    assertThat(weight.grad()).isNull();
  }

  @Test
  void trainingAndGradientsAreSwitchedForAllInside() {
    Sequential module = mlp();
    assertThat(module.modules()).allMatch(Module::isTraining).hasSize(5);
    module.train(false);
    assertThat(module.modules()).noneMatch(Module::isTraining);
    module.requiresGrad(false);
    assertThat(module.parameters().values()).noneMatch(Tensor::requiresGrad);
    assertThat(module.children().keySet()).containsExactly("0", "1", "2", "3");
  }

  @Test
  void loadedStateIsTheStateThatWasSaved() {
    Sequential from = mlp();
    from.initialize(1);
    Sequential to = mlp();
    to.initialize(2);
    to.load(from.state());
    from.state().forEach((name, tensor) -> assertSame(tensor, to.state().get(name)));
    assertThat(to.state().get("0.weight").requiresGrad()).isTrue();
  }

  @Test
  void stateThatDoesNotFitIsRefusedWithAllFaultsAndNothingIsCopied() {
    Sequential to = mlp();
    to.initialize(1);
    float[] before = to.state().get("0.bias").toFloatArray();
    Map<String, Tensor> values = new LinkedHashMap<>();
    to.state().forEach((name, tensor) -> values.put(name, tensor.copy().fill_(1)));
    values.remove("1.bias");
    values.put("0.weight", Tensor.ones(4, 6));
    values.put("fc.weight", Tensor.ones(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> to.load(values))
        .withMessage(
            "module does not fit: 0.weight is [4, 6], expected [6, 4]; missing 1.bias [6];"
                + " unexpected fc.weight");
    assertThat(to.state().get("0.bias").toFloatArray()).isEqualTo(before);
  }

  @Test
  void ofManyFaultsTheFirstAreListedAndTheRestCounted() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> States.load("the file", mlp().state(), Map.of()))
        .withMessageStartingWith("the file does not fit: missing 0.weight [6, 4]; missing 0.bias")
        .withMessageEndingWith("missing 1.running_mean [6] and 4 more");
  }

  private static void assertSame(Tensor actual, Tensor expected) {
    assertThat(actual.toBytes()).isEqualTo(expected.toBytes());
  }
}
