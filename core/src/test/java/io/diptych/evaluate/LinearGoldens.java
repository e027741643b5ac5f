package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.Golden;
import io.diptych.GoldenFill;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.method.Filled;
import io.diptych.nn.Linear;
import io.diptych.optim.Optimizers;
import io.diptych.optim.Schedule;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Linear classifiers in training, and their metrics, against recorded ones. */
public final class LinearGoldens {
  private LinearGoldens() {}

  /** One epoch over given batches, then the test. */
  public static void oneEpoch(Golden golden) {
    Linear layer = layer(golden.input("classifier.weight"), golden.input("classifier.bias"));
    double lr = number(golden, "learning_rate");
    LinearHead head =
        new LinearHead(layer, sgd(golden, lr, false), schedule("constant", lr, 1, 1, Map.of()));
    for (int i = 0; golden.hasInput("features." + i); i++) {
      head.step(golden.input("features." + i), labels(golden.input("target." + i)));
    }
    check(golden, "train_", "", head.endEpoch());
    check(
        golden,
        "val_",
        "",
        head.test(golden.input("val_features"), labels(golden.input("val_target"))));
    golden.checkEach("classifier.weight", layer.state().get("weight"));
    golden.checkEach("classifier.bias", layer.state().get("bias"));
  }

  /** A rate that falls with each epoch, all samples in one batch. */
  public static void exponential(Golden golden) {
    Linear layer = layer(golden.input("init.weight"), golden.input("init.bias"));
    Tensor features = golden.input("x_train");
    Tensor labels = labels(golden.input("y_train"));
    int epochs = golden.parameter("epochs").asInt();
    int batch = golden.parameter("batch").asInt();
    int perEpoch = (int) features.size(0) / batch;
    double lr = number(golden, "lr_start");
    Choice adam =
        new Choice(
            "adam",
            Options.defaults(
                Optimizers.FAMILY.members().get("adam"),
                Map.of("lr", lr, "weight_decay", number(golden, "weight_decay"))));
    Schedule schedule =
        schedule(
            "exponential", lr, perEpoch, epochs, Map.of("final_lr", number(golden, "lr_end") / lr));
    LinearHead head = new LinearHead(layer, adam, schedule);
    for (int step = 0; step < epochs * perEpoch; step++) {
      long at = (long) (step % perEpoch) * batch;
      head.step(features.narrow(0, at, batch), labels.narrow(0, at, batch));
    }
    golden.checkMaxRelative("final.weight", layer.state().get("weight"));
    golden.checkMaxRelative("final.bias", layer.state().get("bias"));
    Outcome outcome =
        Outcome.of(head.logits(golden.input("x_test")), labels(golden.input("y_test")));
    for (JsonNode k : golden.parameter("topk")) {
      golden.checkMaxRelative("acc_top" + k.asInt(), scalar(outcome.top(k.asInt())));
    }
  }

  /** Two heads, of the backbone and of an exit, and their mean. */
  public static void headAndExit(Golden golden) {
    long classes = golden.parameter("classes").asLong();
    long width = golden.parameter("feature_dim").asLong();
    Tensor labels = Golden.tensor(golden.rawInput("train_labels")).to(DType.INT64);
    Tensor targets = Golden.tensor(golden.rawInput("val_labels")).to(DType.INT64);
    List<LinearHead> heads = new ArrayList<>();
    List<Linear> layers = new ArrayList<>();
    int batch = golden.parameter("batch_size").asInt();
    int samples = (int) labels.size(0);
    int perEpoch = (samples + batch - 1) / batch;
    JsonNode history = golden.expected("history");
    double lr = number(golden, "learning_rate");
    for (String part : List.of("classifier", "sub_classifier")) {
      Linear layer =
          layer(
              GoldenFill.images(part + ".fc.weight", classes, width).mul(0.05),
              GoldenFill.images(part + ".fc.bias", classes).mul(0.05));
      // Epochs are counted from 1 there, and the rate falls after its milestone.
      List<Integer> milestones = new ArrayList<>();
      golden.parameter("lr_decay_epochs").forEach(epoch -> milestones.add(epoch.asInt()));
      layers.add(layer);
      heads.add(
          new LinearHead(
              layer,
              sgd(golden, lr, false),
              schedule(
                  "multi_step",
                  lr,
                  perEpoch,
                  history.size(),
                  Map.of("milestones", milestones, "gamma", number(golden, "lr_decay_rate")))));
    }
    List<Tensor> train = List.of(wide(golden, "train_backbone"), wide(golden, "train_sub"));
    List<Tensor> test = List.of(wide(golden, "val_backbone"), wide(golden, "val_sub"));
    Best[] best = {new Best(), new Best(), new Best()};
    for (JsonNode epoch : history) {
      List<LinearHead.Pass> passes = new ArrayList<>();
      for (int part = 0; part < 2; part++) {
        for (int at = 0; at < samples; at += batch) {
          int count = Math.min(batch, samples - at);
          heads.get(part).step(train.get(part).narrow(0, at, count), labels.narrow(0, at, count));
        }
        passes.add(heads.get(part).endEpoch());
      }
      near(golden, epoch.required("loss"), passes.get(0).loss());
      near(golden, epoch.required("sub_loss"), passes.get(1).loss());
      near(golden, epoch.required("train_top1"), 100 * passes.get(0).top1());
      near(golden, epoch.required("sub_train_top1"), 100 * passes.get(1).top1());
      Tensor first = heads.get(0).logits(test.get(0));
      Tensor second = heads.get(1).logits(test.get(1));
      best[0].update(Outcome.of(first, targets));
      best[1].update(Outcome.of(second, targets));
      best[2].update(Outcome.of(first.add(second).div(2), targets));
      JsonNode expected = epoch.required("best");
      for (int i = 0; i < best.length; i++) {
        JsonNode values = expected.required(List.of("backbone", "sub", "ensemble").get(i));
        near(golden, values.get(0), 100 * best[i].top1);
        near(golden, values.get(1), 100 * best[i].top5);
      }
    }
    golden.checkEach("final_fc_bias", layers.get(0).state().get("bias"));
    golden.checkEach("final_sub_fc_bias", layers.get(1).state().get("bias"));
    near(golden, golden.expected("final_fc_weight_sum"), sum(layers.get(0)));
    near(golden, golden.expected("final_sub_fc_weight_sum"), sum(layers.get(1)));
  }

  private static final class Best {
    private double top1;
    private double top5;

    void update(Outcome outcome) {
      if (outcome.top(1) > top1) {
        top1 = outcome.top(1);
        top5 = outcome.top(5);
      }
    }
  }

  /** A frozen encoder under a head whose rate follows a cosine of epochs. */
  public static void frozenEncoder(Golden golden) {
    Backbone encoder =
        Backbones.create(
            new Choice(
                "resnet",
                Options.defaults(ResNet.Settings.class, Map.of("depth", 18, "stem", "cifar"))),
            3);
    encoder.to(DType.FLOAT64);
    encoder.train(false);
    long base = golden.parameter("base_seed").asLong();
    Filled.network(encoder.state(), base);
    Tensor runningMean = encoder.state().get("bn1.running_mean").copy();
    Linear layer = new Linear(encoder.width(), golden.parameter("num_classes").asLong(), true);
    layer.to(DType.FLOAT64);
    Filled.network(layer.state(), base + 1);
    int epochs = golden.parameter("epochs").asInt();
    int perEpoch = golden.parameter("batches_per_epoch").asInt();
    double lr = number(golden, "lr");
    assertThat(golden.parameter("schedule").asString()).isEqualTo("cos");
    Schedule schedule =
        schedule(
            "cosine",
            lr,
            perEpoch,
            epochs,
            Map.of("final_lr", number(golden, "min_lr") / lr, "every", "epoch"));
    LinearHead head = new LinearHead(layer, sgd(golden, lr, false), schedule);
    for (int epoch = 0; epoch < epochs; epoch++) {
      List<Tensor> features = new ArrayList<>();
      List<Tensor> labels = new ArrayList<>();
      for (int i = 0; i < perEpoch; i++) {
        int batch = epoch * perEpoch + i;
        Tensor label = Golden.tensor(golden.parameter("labels_per_batch").get(batch));
        Tensor images =
            Filled.images(
                golden.parameter("batch_shape"),
                number(golden, "input_scale"),
                golden.parameter("first_input_seed").asLong() + batch);
        try (Autograd.Guard guard = Autograd.noGrad()) {
          features.add(encoder.forward(images.narrow(0, 0, label.size(0))));
        }
        labels.add(label.to(DType.INT64));
        head.step(features.get(i), labels.get(i));
      }
      String prefix = "epoch" + (epoch + 1) + ".";
      golden.checkEach(prefix + "lr_used", scalar(schedule.at((long) epoch * perEpoch)));
      golden.checkEach(prefix + "lr_logged", scalar(schedule.at((epoch + 1L) * perEpoch)));
      double squares = 0;
      for (Tensor parameter : layer.parameters().values()) {
        squares += parameter.grad().square().sum().item();
      }
      golden.checkEach(prefix + "lin_grad_norm", scalar(Math.sqrt(squares)));
      LinearHead.Pass train = head.endEpoch();
      golden.checkEach(prefix + "linear_loss", scalar(train.loss()));
      golden.checkEach(prefix + "linear_acc1", scalar(100 * train.top1()));
      golden.checkEach(prefix + "linear_acc5", scalar(100 * train.top5()));
      LinearHead.Pass test = head.test(Tensor.cat(features, 0), Tensor.cat(labels, 0));
      golden.checkEach(prefix + "test_loss", scalar(test.loss()));
      golden.checkEach(prefix + "test_acc1", scalar(100 * test.top1()));
      golden.checkEach(prefix + "test_acc5", scalar(100 * test.top5()));
    }
    golden.checkEach("final.classifier.bias", layer.state().get("bias"));
    golden.checkEach(
        "final.classifier.weight_l2",
        scalar(Math.sqrt(layer.state().get("weight").detach().square().sum().item())));
    assertThat(encoder.state().get("bn1.running_mean").eq(runningMean).all().item() == 1)
        .isEqualTo(golden.expected("backbone.bn1.running_mean_unchanged").asBoolean());
  }

  public static void lossAndHits(Golden golden) {
    Tensor logits = golden.input("logits").requiresGrad_(true);
    Tensor targets = labels(golden.input("targets"));
    Tensor loss = Functional.crossEntropy(logits, targets);
    loss.backward();
    Outcome outcome = Outcome.of(logits.detach(), targets);
    golden.checkEach("loss", loss.detach().reshape(1));
    golden.checkEach("grad.logits", logits.grad());
    golden.checkEach("correct_top1", scalar(outcome.top(1) * outcome.size()));
    golden.checkEach("correct_top5", scalar(outcome.top(5) * outcome.size()));
  }

  public static void exitsAndEnsemble(Golden golden) {
    Tensor labels = Golden.tensor(golden.rawInput("labels")).to(DType.INT64);
    Tensor backbone = golden.input("backbone_logits");
    Tensor exit = golden.input("sub_logits");
    checkTop(golden, "backbone_top1_top5", Outcome.of(backbone, labels));
    checkTop(golden, "sub_top1_top5", Outcome.of(exit, labels));
    checkTop(golden, "ensemble_top1_top5", Outcome.of(backbone.add(exit).div(2), labels));
    long[] all = labels.toLongArray();
    JsonNode perClass = golden.expected("per_class_backbone_top1_top5_count");
    for (Map.Entry<String, JsonNode> one : perClass.properties()) {
      long[] members =
          IntStream.range(0, all.length)
              .filter(i -> all[i] == Long.parseLong(one.getKey()))
              .asLongStream()
              .toArray();
      Tensor rows = Tensor.of(members, members.length);
      Outcome outcome = Outcome.of(backbone.indexSelect(0, rows), labels.indexSelect(0, rows));
      near(golden, one.getValue().get(0), 100 * outcome.top(1));
      near(golden, one.getValue().get(1), 100 * outcome.top(5));
      assertThat(outcome.size()).isEqualTo(one.getValue().get(2).asInt());
      assertThat(100 * Outcome.of(backbone, labels).perClass()[Integer.parseInt(one.getKey())])
          .isCloseTo(one.getValue().get(0).asDouble(), offset(1e-4));
    }
    golden.checkEach(
        "running_average_top1_batches_of_5", scalar(100 * Outcome.of(backbone, labels).top(1)));
  }

  public static void percent(Golden golden) {
    Outcome outcome = Outcome.of(golden.input("logits"), labels(golden.input("target")));
    for (JsonNode k : golden.parameter("topk")) {
      golden.checkEach("acc" + k.asInt(), scalar(100 * outcome.top(k.asInt())));
    }
  }

  private static void checkTop(Golden golden, String key, Outcome outcome) {
    near(golden, golden.expected(key).get(0), 100 * outcome.top(1));
    near(golden, golden.expected(key).get(1), 100 * outcome.top(5));
  }

  private static void check(Golden golden, String prefix, String suffix, LinearHead.Pass pass) {
    golden.checkEach(prefix + "loss" + suffix, scalar(pass.loss()));
    golden.checkEach(prefix + "top1" + suffix, scalar(100 * pass.top1()));
    golden.checkEach(prefix + "top5" + suffix, scalar(100 * pass.top5()));
  }

  private static void near(Golden golden, JsonNode expected, double actual) {
    double tolerance = golden.root().required("tolerance").asDouble();
    double value = expected.asDouble();
    assertThat(Math.abs(actual - value))
        .as("%s: %s, expected %s", golden, actual, value)
        .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(value)));
  }

  private static Tensor wide(Golden golden, String key) {
    Tensor stored = golden.input(key);
    long zeros = golden.parameter("feature_dim").asLong() - stored.size(1);
    return Tensor.cat(List.of(stored, Tensor.zeros(stored.size(0), zeros).to(DType.FLOAT64)), 1);
  }

  private static double sum(Linear layer) {
    return layer.state().get("weight").detach().sum().item();
  }

  private static Linear layer(Tensor weight, Tensor bias) {
    Linear layer = new Linear(weight.size(1), weight.size(0), true);
    layer.to(DType.FLOAT64);
    layer.load(Map.of("weight", weight, "bias", bias));
    return layer;
  }

  private static Choice sgd(Golden golden, double lr, boolean decayAll) {
    return new Choice(
        "sgd",
        Options.defaults(
            Optimizers.FAMILY.members().get("sgd"),
            Map.of(
                "lr",
                lr,
                "momentum",
                number(golden, "momentum"),
                "weight_decay",
                number(golden, "weight_decay"),
                "decay_all",
                decayAll)));
  }

  private static Schedule schedule(
      String name, double lr, int perEpoch, int epochs, Map<String, Object> options) {
    Choice choice =
        new Choice(
            name,
            Options.defaults(Optimizers.SCHEDULES.members().get(name), new HashMap<>(options)));
    return Optimizers.schedule(choice, lr, 256, perEpoch, (long) perEpoch * epochs);
  }

  private static double number(Golden golden, String key) {
    return golden.parameter(key).asDouble();
  }

  private static Tensor labels(Tensor tensor) {
    return tensor.to(DType.INT64);
  }

  private static Tensor scalar(double value) {
    return Tensor.of(new double[] {value}, 1);
  }
}
