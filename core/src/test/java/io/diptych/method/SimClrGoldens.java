package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.golden.SplitMixFill;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.List;
import java.util.Map;

/** Training by SimCLR against recorded losses, weights and running statistics. */
public final class SimClrGoldens {
  private static final String LOSSES = "loss_per_step";

  private SimClrGoldens() {}

  public static void theStepsOfASmallNetwork(Golden golden) {
    boolean norm = golden.parameter("mlpbn").asBoolean();
    Tensor body = golden.input("net.body.weight");
    Tensor last = golden.input(norm ? "net.linear.3.weight" : "net.linear.2.weight");
    SimClr method =
        create(
            golden,
            new BodyBackbone(body.size(1), (int) body.size(0)),
            new SimClr.Projector(2, (int) last.size(1), (int) last.size(0), norm, false));
    Recorded.load(golden, method);
    Recorded.train(
        golden,
        method,
        step ->
            batch(golden.input("view1." + step.number()), golden.input("view2." + step.number())));
    for (String key : golden.root().required("expected").propertyNames()) {
      if (!key.equals(LOSSES)) {
        golden.checkEach(key, method.network().state().get(Recorded.ours(key)));
      }
    }
  }

  public static void theStepsOfAResNet(Golden golden) {
    assertThat(golden.parameter("network").asString()).isEqualTo("resnet18_cifar");
    ResNet.Settings resNet = new ResNet.Settings(18, 64, ResNet.Stem.CIFAR, false);
    Backbone encoder = Backbones.create(new Choice("resnet", resNet), 3);
    int layers = golden.parameter("non_linear_head").asBoolean() ? 2 : 1;
    SimClr method =
        create(
            golden,
            encoder,
            new SimClr.Projector(
                layers,
                encoder.width(),
                golden.parameter("low_dim").asInt(),
                golden.parameter("mlpbn").asBoolean(),
                false));
    method.network().to(DType.FLOAT64);
    SplitMixFill.fill(golden.parameter("net_seed").asLong(), method.network().state());
    Recorded.train(
        golden,
        method,
        step -> batch(image(golden, "view1_seeds", step), image(golden, "view2_seeds", step)));
    for (String key : golden.root().required("expected").propertyNames()) {
      if (!key.equals(LOSSES)) {
        SplitMixFill.checkSummary(golden, key, method.network().state().get(Recorded.ours(key)));
      }
    }
  }

  private static SimClr create(Golden golden, Backbone encoder, SimClr.Projector projector) {
    boolean standard = golden.parameter("form").asString().equals("standard");
    return new SimClr(
        Options.defaults(
            SimClr.Settings.class,
            Map.of(
                "temperature",
                golden.parameter("t").asDouble(),
                "form",
                standard ? SimClr.Form.STANDARD : SimClr.Form.ONE_DIRECTIONAL,
                "batch_norm",
                BatchStatistics.PER_VIEW,
                "projector_batch_norm",
                BatchStatistics.PER_VIEW,
                "projector",
                projector)),
        encoder);
  }

  private static Tensor image(Golden golden, String seeds, Step step) {
    long seed = golden.parameter(seeds).get((int) step.number()).asLong();
    return SplitMixFill.input(seed, golden.parameter("batch").asInt(), 3, 32, 32);
  }

  private static Batch batch(Tensor first, Tensor second) {
    Tensor index = Tensor.arange(first.size(0), Device.CPU);
    return new Batch(List.of(first, second), index, index);
  }
}
