package io.diptych.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Compares gradients with central differences in double precision. What is checked is projected to
 * a scalar by random weights, so that no gradient can hide in a sum that is constant.
 */
public final class GradientCheck {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-6;
  private static final int PROBES = 12;

  private GradientCheck() {}

  /** Checks a layer's gradient by its input and by each of its parameters. */
  public static void layer(Layer layer, Tensor input) {
    layer.to(DType.FLOAT64);
    Tensor leaf = input.to(DType.FLOAT64).copy().requiresGrad_(true);
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    leaves.put("input", leaf);
    leaves.putAll(layer.parameters());
    // A layer may work in place on its input, which a leaf does not allow.
    function(leaves, () -> layer.forward(leaf.mul(1)));
  }

  /** Checks the gradients of a function by its leaves, which it may read at each call. */
  public static void function(Map<String, Tensor> leaves, Supplier<Tensor> function) {
    Keyed keyed = Keyed.of(77);
    Tensor output = function.get();
    Tensor weights =
        keyed.normal(Tensor.arange(output.numel(), Device.CPU)).reshape(output.shape().sizes());
    leaves.values().forEach(Tensor::clearGrad);
    output.mul(weights).sum().backward();
    leaves.forEach(
        (name, leaf) -> {
          Tensor gradient = leaf.grad();
          assertThat(gradient).as("gradient of %s", name).isNotNull();
          double[] analytic = gradient.toDoubleArray();
          for (int place : places(keyed.fold(name), analytic.length)) {
            double numeric =
                (probe(leaf, place, STEP, function, weights)
                        - probe(leaf, place, -STEP, function, weights))
                    / (2 * STEP);
            assertThat(Math.abs(analytic[place] - numeric))
                .as("%s[%d]: analytic %s, numeric %s", name, place, analytic[place], numeric)
                .isLessThan(TOLERANCE * Math.max(1, Math.abs(numeric)));
          }
        });
  }

  private static List<Integer> places(Keyed keyed, int count) {
    List<Integer> places = new ArrayList<>();
    for (long place : keyed.permutation(count)) {
      if (places.size() < PROBES) {
        places.add((int) place);
      }
    }
    return places;
  }

  private static double probe(
      Tensor leaf, int place, double step, Supplier<Tensor> function, Tensor weights) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      Tensor element = leaf.detach().reshape(-1).narrow(0, place, 1);
      double before = element.item();
      element.fill_(before + step);
      double value = function.get().mul(weights).sum().item();
      element.fill_(before);
      return value;
    }
  }
}
