package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.objective.SelfLabels;
import io.diptych.objective.TwinClasses;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Scoped.class)
final class TwistTest {
  private static final int ROWS = 6;
  private static final Map<String, Object> SMALL = Map.of("hidden", 16, "output", 8);

  /** Two views of 12 pixels and two of 8. */
  private final Batch batch = batch(12, 12, 8, 8);

  @Test
  void viewsOfOneSizePassTheEncoderAtOnceAndAllPassTheHeadAtOnce() {
    Twist method = twist(Map.of());
    Embeddings embeddings = method.embed(batch, step(0));
    assertThat(embeddings.tensors()).containsOnlyKeys("z1", "z2", "z3", "z4", "score_std");
    Map<String, Tensor> state = method.network().state();
    assertThat(state.get("encoder.bn1.num_batches_tracked").item()).isEqualTo(2);
    assertThat(state.get("projector.norm.num_batches_tracked").item()).isEqualTo(1);

    // The last norm saw the rows of all views together.
    Tensor all = Tensor.cat(List.copyOf(embeddings.tensors().values()).subList(0, 4), 0);
    assertThat(all.mean(0).abs().max().item()).isLessThan(1e-5);
    assertThat(all.std(false, 0).sub(1).abs().max().item()).isLessThan(1e-2);
    assertThat(embeddings.get("z1").mean(0).abs().max().item()).isGreaterThan(1e-3);
    assertThat(embeddings.get("score_std").requiresGrad()).isFalse();
    assertThat(embeddings.get("score_std").toFloatArray()).hasSize(ROWS).doesNotContain(0f);
  }

  @Test
  void theParametersHaveThePublishedNames() {
    Twist method = twist(Map.of());
    assertThat(method.network().state().keySet())
        .filteredOn(name -> name.startsWith("projector."))
        .containsExactly(
            "projector.projection_head.0.weight",
            "projector.projection_head.0.bias",
            "projector.projection_head.1.weight",
            "projector.projection_head.1.bias",
            "projector.projection_head.1.running_mean",
            "projector.projection_head.1.running_var",
            "projector.projection_head.1.num_batches_tracked",
            "projector.projection_head.4.weight",
            "projector.projection_head.4.bias",
            "projector.projection_head.5.weight",
            "projector.projection_head.5.bias",
            "projector.projection_head.5.running_mean",
            "projector.projection_head.5.running_var",
            "projector.projection_head.5.num_batches_tracked",
            "projector.last_linear.weight",
            "projector.last_linear.bias",
            "projector.norm.running_mean",
            "projector.norm.running_var",
            "projector.norm.num_batches_tracked");
  }

  @Test
  void theFirstStageComparesTwins() {
    Twist method = twist(Map.of("lam1", -0.6, "lam2", 1.5, "mme_epochs", 2));
    Embeddings embeddings = method.embed(batch, step(0));
    Loss loss = method.compare(embeddings, step(0));
    TwinClasses.Terms terms = TwinClasses.ofPairs(views(embeddings), 1, 1e-5);
    assertThat(loss.terms()).containsOnlyKeys("consistency", "sharpness", "diversity");
    assertThat(loss.total().item())
        .isCloseTo(
            terms.consistency().item()
                + 0.4 * terms.sharpness().item()
                - 1.5 * terms.diversity().item(),
            within(1e-5));
    assertThat(loss.metrics())
        .containsOnlyKeys("entropy", "mean_entropy", "agreement", "score_std");
    assertThat(loss.metrics().get("entropy").item()).isEqualTo(terms.sharpness().item());
    assertThat(method.compare(embeddings, step(0)).total().item()).isEqualTo(loss.total().item());
  }

  @Test
  void fromItsEpochOnTheSecondStageLabelsSamples() {
    Twist method = twist(Map.of("mme_epochs", 2, "self_labelling", Map.of("quantile", 0.4)));
    Embeddings embeddings = method.embed(batch, step(7));
    assertThat(method.compare(embeddings, step(7)).terms()).containsKey("consistency");
    Loss loss = method.compare(embeddings, step(8));
    List<Tensor> views = views(embeddings);
    SelfLabels labels = SelfLabels.of(views.get(0), views.get(1), 1, 0.4, 0);
    assertThat(loss.terms()).containsOnlyKeys("self_label");
    assertThat(loss.total().item()).isEqualTo(labels.loss(views, false).item());
    assertThat(loss.metrics())
        .containsOnlyKeys(
            "threshold", "confident", "entropy", "mean_entropy", "agreement", "score_std");
    // From 0.4 to 0.6 over the eight steps of the second stage.
    Twist.Settings settings = Options.defaults(Twist.Settings.class, Map.of("mme_epochs", 2));
    assertThat(settings.quantile(step(8))).isEqualTo(0.5);
    assertThat(settings.quantile(step(12))).isCloseTo(0.55, within(1e-12));
  }

  @Test
  void theTeacherStartsAsACopyAndFollows() {
    Twist method =
        twist(Map.of("momentum_encoder", true, "momentum_start", 0.75, "momentum_end", 0.75));
    Map<String, Tensor> student = method.network().parameters();
    float[] before = student.get("encoder.conv1.weight").toFloatArray();
    Embeddings embeddings = method.embed(batch, step(0));
    assertThat(embeddings.tensors())
        .containsOnlyKeys("z1", "z2", "z3", "z4", "teacher1", "teacher2", "score_std");
    assertThat(embeddings.get("teacher1").requiresGrad()).isFalse();
    Map<String, Tensor> state = method.state();
    Tensor weight = state.get("teacher.encoder.conv1.weight");
    assertThat(weight.toFloatArray()).isEqualTo(before);
    // Both norms have seen one batch, but not the same: the teacher's had no local views.
    assertThat(state.get("teacher.projector.norm.num_batches_tracked").item()).isEqualTo(1);
    assertThat(state.get("teacher.encoder.bn1.num_batches_tracked").item()).isEqualTo(1);
    assertThat(state.get("teacher.projector.norm.running_mean").toFloatArray())
        .isNotEqualTo(method.network().state().get("projector.norm.running_mean").toFloatArray());

    student.get("encoder.conv1.weight").detach().fill_(1);
    method.update(step(0));
    float[] after = weight.toFloatArray();
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i]).isCloseTo(0.75f * before[i] + 0.25f, within(1e-6f));
    }
    // Evaluation of the network leaves the teacher in training.
    method.network().train(false);
    method.embed(batch, step(1));
    assertThat(state.get("teacher.projector.norm.num_batches_tracked").item()).isEqualTo(2);
    assertThat(weight.toFloatArray()).isEqualTo(after);
  }

  @Test
  void theTeacherTakesOneSideAndNamesTheLabels() {
    Twist method = twist(Map.of("momentum_encoder", true, "mme_epochs", 2));
    Embeddings embeddings = method.embed(batch, step(0));
    // Others than the student's, so that it matters whose labels are taken.
    embeddings.with("teacher1", noise(20, ROWS, 8)).with("teacher2", noise(21, ROWS, 8));
    List<Tensor> teacher = List.of(embeddings.get("teacher1"), embeddings.get("teacher2"));
    List<Tensor> student = views(embeddings);
    assertThat(method.compare(embeddings, step(0)).terms().get("consistency").item())
        .isEqualTo(TwinClasses.taught(student, teacher, 1, 1e-5).consistency().item());
    assertThat(method.compare(embeddings, step(8)).total().item())
        .isEqualTo(
            SelfLabels.of(teacher.get(0), teacher.get(1), 1, 0.5, 0).loss(student, false).item());
  }

  @Test
  void theTeachersMomentumRisesOverTheFirstStageAndStays() {
    Twist.Settings settings =
        Options.defaults(Twist.Settings.class, Map.of("mme_epochs", 2, "momentum_start", 0.9));
    assertThat(settings.momentum(step(0))).isEqualTo(0.9);
    assertThat(settings.momentum(step(4))).isCloseTo(0.95, within(1e-12));
    assertThat(settings.momentum(step(8))).isEqualTo(1);
    assertThat(settings.momentum(step(15))).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"bn, relu, bn, 0", "ln, gelu, identity, 0.3", "none, relu, syncbn, 0.1"})
  void everyHeadLearns(String norm, String activation, String lastNorm, double dropout) {
    Map<String, Object> projector = new HashMap<>(SMALL);
    projector.putAll(Map.of("norm", norm, "activation", activation, "last_norm", lastNorm));
    projector.put("dropout", dropout);
    Twist method = twist(Map.of("projector", projector));
    double first = learn(method, 0);
    for (int i = 1; i < 15; i++) {
      learn(method, i);
    }
    assertThat(learn(method, 15)).isLessThan(first - 0.01);
  }

  @Test
  void aSmallStartMakesSmallMapsWithoutOffset() {
    Map<String, Object> projector = Map.of("hidden", 64, "output", 64, "small_init", true);
    Map<String, Tensor> state = twist(Map.of("projector", projector)).network().state();
    for (String map : List.of("projection_head.0", "projection_head.4", "last_linear")) {
      assertThat(state.get("projector." + map + ".weight").std(false).item())
          .isCloseTo(0.02, within(0.002));
      assertThat(state.get("projector." + map + ".bias").abs().max().item()).isZero();
    }
  }

  @Test
  void selfLabellingThroughoutMustNotHaveASecondStage() {
    Twist whole = twist(Map.of("style", "self-label"));
    assertThat(whole.compare(whole.embed(batch, step(0)), step(0)).terms())
        .containsOnlyKeys("self_label");
    Twist half = twist(Map.of("style", "self-label", "mme_epochs", 2));
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> half.embed(batch, step(0)))
        .withMessage(
            "method.mme_epochs: must be at least train.epochs with style self-label, which has no"
                + " second stage; is 2 of 4");
  }

  @ParameterizedTest
  @CsvSource({
    "temperature, 0",
    "epsilon, 0",
    "lam1, .inf",
    "momentum_start, 1.1",
    "momentum_end, -0.1",
    "mme_epochs, 0"
  })
  void valuesOutOfRangeAreRefused(String key, String value) {
    Object number = value.equals(".inf") ? Double.POSITIVE_INFINITY : Double.valueOf(value);
    Object given = key.equals("mme_epochs") ? (Object) 0 : number;
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> Options.defaults(Twist.Settings.class, Map.of(key, given)))
        .withMessageStartingWith(key + ": must be ");
  }

  @Test
  void stylesThatTheReferenceNeverFinishedAreRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> Options.defaults(Twist.Settings.class, Map.of("style", "label")))
        .withMessageContaining("style")
        .withMessageContaining("sparse, self-label");
  }

  @Test
  void twoViewsOrMoreAreNeeded() {
    Requirements requirements = Options.defaults(Twist.Settings.class).requirements();
    assertThat(requirements.allows(1)).isFalse();
    assertThat(requirements.allows(2)).isTrue();
    assertThat(requirements.allows(14)).isTrue();
    assertThat(requirements.labels()).isFalse();
  }

  private double learn(Twist method, int number) {
    method.network().clearGrad();
    Loss loss = method.compare(method.embed(batch, step(number)), step(number));
    loss.total().backward();
    method.network().parameters().values().forEach(p -> p.detach().sub_(p.grad().mul(0.1)));
    return loss.total().item();
  }

  private static List<Tensor> views(Embeddings embeddings) {
    return List.of("z1", "z2", "z3", "z4").stream().map(embeddings::get).toList();
  }

  private static Twist twist(Map<String, Object> options) {
    Map<String, Object> all = new HashMap<>(options);
    all.putIfAbsent("projector", SMALL);
    ResNet.Settings resNet = new ResNet.Settings(8, 4, ResNet.Stem.LIGHT, false);
    Backbone encoder = Backbones.create(new Choice("resnet", resNet), 1);
    Twist method = new Twist(Options.defaults(Twist.Settings.class, all), encoder);
    method.network().initialize(5);
    return method;
  }

  /** Four steps to an epoch, four epochs. */
  private static Step step(long number) {
    return new Step(number, 16, 4);
  }

  private static Batch batch(int... sizes) {
    List<Tensor> views = new ArrayList<>();
    for (int size : sizes) {
      views.add(noise(views.size(), ROWS, 1, size, size));
    }
    Tensor index = Tensor.arange(ROWS, Device.CPU);
    return new Batch(views, index, index);
  }

  private static Tensor noise(long seed, long... shape) {
    long numel = 1;
    for (long size : shape) {
      numel *= size;
    }
    return Keyed.of(seed).normal(Tensor.arange(numel, Device.CPU)).to(DType.FLOAT32).reshape(shape);
  }
}
