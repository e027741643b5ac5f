package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.objective.Contrastive;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the methods compare, against recorded values and gradients by the outputs of the heads. */
public final class ContrastiveMethodGoldens {
  private static final Step STEP = new Step(0, 1, 1);
  private static final int CLASSES = 1000;

  private ContrastiveMethodGoldens() {}

  /** Stands for a backbone whose features are recorded. */
  private static final class Recorded extends Backbone {
    private final int exits;

    Recorded(int exits) {
      this.exits = exits;
    }

    @Override
    public int width() {
      return 1;
    }

    @Override
    public Backbone another() {
      return new Recorded(exits);
    }

    @Override
    public int exits() {
      return exits;
    }

    @Override
    public Tensor forward(Tensor images) {
      throw new UnsupportedOperationException("its features are recorded");
    }
  }

  public static void pretrainObjective(Golden golden) {
    if (golden.expects("error")) {
      assertThatThrownBy(() -> pretrain(golden))
          .isInstanceOfAny(IllegalArgumentException.class, OptionException.class);
    } else {
      pretrain(golden);
    }
  }

  private static void pretrain(Golden golden) {
    assertThat(golden.parameter("base_temperature").asDouble())
        .isEqualTo(Contrastive.BASE_TEMPERATURE);
    assertThat(golden.parameter("normalize").asBoolean()).isTrue();
    int exits = golden.parameter("exits").asInt();
    Map<String, Tensor> leaves = leaves(golden, "backbone", "sub.", exits);
    Method method = pretraining(golden, new Recorded(exits), 128);
    Embeddings embeddings = new Embeddings();
    int views = golden.parameter("multiview").asBoolean() ? 2 : 1;
    boolean exitsTakePart = method instanceof SelfCon;
    for (int view = 0; view < views; view++) {
      for (Map.Entry<String, Tensor> leaf : leaves.entrySet()) {
        if (exitsTakePart || leaf.getKey().equals("backbone")) {
          long rows = leaf.getValue().size(0) / views;
          embeddings.with(
              "z" + (view + 1) + exit(leaf.getKey()), leaf.getValue().narrow(0, view * rows, rows));
        }
      }
    }
    if (!(method instanceof SimClr)) {
      embeddings.with("label", golden.input("labels").to(DType.INT64));
    }
    check(golden, method.compare(embeddings, STEP), leaves);
  }

  public static void oneStageObjective(Golden golden) {
    if (golden.expects("error")) {
      assertThatThrownBy(() -> oneStage(golden)).isInstanceOf(RuntimeException.class);
    } else {
      oneStage(golden);
    }
  }

  private static void oneStage(Golden golden) {
    assertThat(golden.parameter("base_temperature").asDouble())
        .isEqualTo(Contrastive.BASE_TEMPERATURE);
    int exits = golden.parameter("exits").asInt();
    Map<String, Tensor> leaves = leaves(golden, "backbone_logits", "sub_logits.", exits);
    Embeddings embeddings = new Embeddings();
    leaves.forEach((name, leaf) -> embeddings.with("logits" + exit(name), leaf));
    if (golden.hasInput("backbone_features")) {
      Map<String, Tensor> features = leaves(golden, "backbone_features", "sub_features.", exits);
      features.forEach((name, leaf) -> embeddings.with("z" + exit(name), leaf));
      leaves.putAll(features);
    }
    Tensor labels = golden.input("labels").to(DType.INT64);
    embeddings.with("label", labels);
    Map<String, Object> options = new HashMap<>();
    options.put("objective", golden.parameter("method").asString().replace('_', '-'));
    options.put("temperature", golden.parameter("temperature").asDouble());
    for (String weight : new String[] {"alpha", "beta", "gamma"}) {
      options.put(weight, golden.parameter(weight).asDouble());
    }
    int classes = (int) leaves.get("backbone_logits").size(1);
    Method method =
        Options.defaults(OneStage.Settings.class, options)
            .create(new Recorded(exits), new MethodContext(labels.numel(), classes, 0));
    Loss loss = method.compare(embeddings, STEP);
    check(golden, loss, leaves);
    assertThat(100 * loss.metrics().get("accuracy").item())
        .isCloseTo(golden.expected("top1_percent").asDouble(), offset(1e-4));
  }

  /** Returns the method of a pretraining case around a backbone. */
  static Method pretraining(Golden golden, Backbone encoder, int output) {
    Map<String, Object> options = new HashMap<>();
    options.put("temperature", golden.parameter("temperature").asDouble());
    options.put("projector", Map.of("output", output));
    String name = golden.parameter("method").asString();
    if (name.equals("SelfCon")) {
      options.put("labels", golden.parameter("use_labels").asBoolean());
      options.put("alpha", golden.parameter("alpha").asDouble());
    } else if (name.equals("Con")) {
      options.put("form", "con");
      options.put(
          "projector", Map.of("output", output, "hidden", encoder.width(), "batch_norm", false));
    }
    MethodSettings settings =
        switch (name) {
          case "Con" -> Options.defaults(SimClr.Settings.class, options);
          case "SupCon" -> Options.defaults(SupCon.Settings.class, options);
          case "SelfCon" -> Options.defaults(SelfCon.Settings.class, options);
          default -> throw new IllegalArgumentException("no method " + name);
        };
    return settings.create(encoder, new MethodContext(CLASSES, CLASSES, 0));
  }

  private static Map<String, Tensor> leaves(Golden golden, String last, String exit, int exits) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    for (int i = 0; i < exits; i++) {
      leaves.put(exit + i, golden.input(exit + i).requiresGrad_(true));
    }
    leaves.put(last, golden.input(last).requiresGrad_(true));
    return leaves;
  }

  /** Returns how an input's name ends among the embeddings: {@code sub.0} is the first exit. */
  private static String exit(String input) {
    int dot = input.indexOf('.');
    return dot < 0 ? "" : ".exit" + (Integer.parseInt(input.substring(dot + 1)) + 1);
  }

  private static void check(Golden golden, Loss loss, Map<String, Tensor> leaves) {
    Tensor total = loss.total();
    golden.checkEach("loss", total);
    total.backward();
    leaves.forEach(
        (name, leaf) -> {
          if (golden.expected("grad." + name).isNull()) {
            assertThat(leaf.grad()).as("gradient of %s", name).isNull();
          } else {
            golden.checkEach("grad." + name, leaf.grad());
          }
        });
  }
}
