package io.diptych.bench;

import io.diptych.backbone.Backbones;
import io.diptych.nn.Module;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Optimizers;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Milliseconds of one optimiser step over the parameters of ResNet-50 (25.6 million with its last
 * layer, 23.5 without, as here), median. {@code bench/src/main/python/optimizer_cost.py} measures
 * PyTorch's. {@code -Drepeats=30 -Dthreads=1}.
 */
public final class OptimizerCost {
  private OptimizerCost() {}

  /** Prints a line for each optimiser. */
  public static void main(String[] args) {
    Backend.threads(Integer.getInteger("threads", 1));
    int repeats = Integer.getInteger("repeats", 30);
    Choice backbone =
        new Choice(
            "resnet",
            Options.defaults(Backbones.FAMILY.members().get("resnet"), Map.of("depth", 50)));
    Module network = Backbones.create(backbone, 3);
    network.initialize(1);
    network.parameters().values().forEach(OptimizerCost::giveGradient);
    for (String name : List.of("sgd", "adam", "adamw", "lars")) {
      Choice choice = new Choice(name, Options.defaults(Optimizers.FAMILY.members().get(name)));
      Optimizer optimizer = Optimizers.create(choice, network.parameters());
      double[] millis = new double[repeats];
      for (int i = -3; i < repeats; i++) {
        long begin = System.nanoTime();
        optimizer.step(1e-6);
        if (i >= 0) {
          millis[i] = (System.nanoTime() - begin) / 1e6;
        }
      }
      Arrays.sort(millis);
      System.out.printf(Locale.ROOT, "%-6s %8.1f ms%n", name, millis[repeats / 2]);
    }
  }

  private static void giveGradient(Tensor parameter) {
    try (Scope scope = Scope.open()) {
      parameter.mul(1e-3).sum().backward();
    }
  }
}
