package io.diptych.bench;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.method.Embeddings;
import io.diptych.method.Loss;
import io.diptych.method.Method;
import io.diptych.method.MethodContext;
import io.diptych.method.Methods;
import io.diptych.method.Requirements;
import io.diptych.method.Step;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the comparison of each method costs: time of {@code compare} and its backward pass over the
 * encoder's forward and backward pass on the same views. ResNet-18 with CIFAR's stem, 32×32, batch
 * 256, a set of 50,000 images, every option at its default. Medians; arguments: names of methods,
 * all without any. {@code -Drepeats=5 -Ddevice=cpu}.
 */
public final class MethodCost {
  private static final int IMAGES = 50_000;
  private static final int CLASSES = 10;
  private static final Step STEP = new Step(100, 1950, 195);

  private final Device device = Fixture.device();
  private final int repeats = Integer.getInteger("repeats", 5);
  private final Map<Integer, Double> encoders = new HashMap<>();

  private MethodCost() {}

  /** Prints a line for each method. */
  public static void main(String[] names) {
    MethodCost cost = new MethodCost();
    List<String> methods =
        names.length > 0 ? List.of(names) : List.copyOf(Methods.FAMILY.members().keySet());
    System.out.printf(
        "%-26s %5s %14s %14s %8s%n", "method", "views", "encoder ms", "compare ms", "ratio");
    for (String name : methods) {
      cost.measure(name);
    }
  }

  private void measure(String name) {
    Choice choice = new Choice(name, Options.defaults(Methods.FAMILY.members().get(name)));
    Requirements requirements = Methods.settings(choice).requirements();
    int views = Math.max(requirements.minViews(), Math.min(2, requirements.maxViews()));
    Method method = Methods.create(choice, encoder(name), new MethodContext(IMAGES, CLASSES, 1));
    method.network().initialize(1);
    method.network().to(device);
    method.network().channelsLast();
    try (Scope scope = Scope.open()) {
      Batch batch = batch(views);
      Embeddings embeddings = detached(method, batch);
      double encoder =
          encoders.computeIfAbsent(views, count -> median(() -> encode(method.encoder(), batch)));
      double compare = median(() -> compare(method, embeddings));
      System.out.printf(
          Locale.ROOT,
          "%-26s %5d %14.1f %14.1f %7.1f%%%n",
          name,
          views,
          encoder,
          compare,
          100 * compare / encoder);
    }
  }

  private static Backbone encoder(String method) {
    String exits = method.equals("selfcon") ? "backbone.exits.after=[2]" : "name=bench";
    return Backbones.create(Fixture.recipe(exits).backbone(), 3);
  }

  private Batch batch(int views) {
    List<Tensor> images = new ArrayList<>();
    long values = Fixture.BATCH * 3L * 32 * 32;
    for (int view = 0; view < views; view++) {
      Tensor noise = Keyed.of(view).uniform(Tensor.arange(values, Device.CPU), 1);
      images.add(noise.reshape(Fixture.BATCH, 3, 32, 32).to(device));
    }
    Tensor index = Tensor.arange(Fixture.BATCH, device);
    return new Batch(images, index, index.remainder(CLASSES));
  }

  private static Embeddings detached(Method method, Batch batch) {
    Embeddings all = new Embeddings();
    Embeddings made = method.embed(batch, STEP);
    made.tensors().forEach((name, tensor) -> all.with(name, tensor.detach()));
    return all;
  }

  private static void encode(Backbone encoder, Batch batch) {
    for (Tensor view : batch.views()) {
      encoder.forward(view).square().mean().backward();
    }
    encoder.clearGrad();
  }

  private static void compare(Method method, Embeddings embeddings) {
    Embeddings leaves = new Embeddings();
    embeddings
        .tensors()
        .forEach(
            (name, tensor) ->
                leaves.with(name, tensor.detach().requiresGrad_(tensor.dtype().isFloatingPoint())));
    Loss loss = method.compare(leaves, STEP);
    loss.total().backward();
    loss.total().item();
  }

  private double median(Runnable work) {
    double[] millis = new double[repeats];
    for (int i = -1; i < repeats; i++) {
      long begin = System.nanoTime();
      try (Scope scope = Scope.open()) {
        work.run();
      }
      if (i >= 0) {
        millis[i] = (System.nanoTime() - begin) / 1e6;
      }
    }
    Arrays.sort(millis);
    return millis[repeats / 2];
  }
}
