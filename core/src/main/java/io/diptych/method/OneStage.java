package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Branches;
import io.diptych.nn.Dropout;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.nn.Module;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
import io.diptych.objective.Contrastive;
import io.diptych.objective.Contrastive.Anchors;
import io.diptych.objective.Distillation;
import io.diptych.objective.Positives;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Supervised training in one stage (Bae et al., "Self-contrastive learning", AAAI 2023, section
 * 4.4): the classifier is part of the network, and the exits help by classifying too, by following
 * the encoder's predictions, or by a contrastive term.
 *
 * <pre>L = CE(l, y) + Σ_exits [ α·CE(lₑ, y) + β·KD(lₑ, l) + γ·Con([uₑ, u], y) ]</pre>
 */
public final class OneStage implements Method {
  /**
   * The options of the method.
   *
   * @param objective which terms there are
   * @param alpha weight of the exits' cross-entropy, or null
   * @param beta weight of the distillation, or null
   * @param gamma weight of the contrastive term, or null
   * @param temperature of distillation and contrast
   * @param output width of the rows of the contrastive term
   * @param hiddenClassifier whether classifiers have a hidden layer
   */
  @About(
      value =
          "Trains encoder and classifier at once by cross-entropy, optionally with exits that"
              + " classify, distil or contrast. Needs labels; what self-supervised encoders are"
              + " measured against.",
      source =
          "Bae, Kim, Ko, Lee, Noh, Yun: Self-contrastive learning: single-viewed supervised"
              + " contrastive framework using sub-network, AAAI 2023, section 4.4")
  public record Settings(
      @Option(
              value = "ce",
              doc =
                  "ce: cross-entropy of the whole network; subnet-ce: and of the exits; kd: exits"
                      + " also follow the whole network; selfcon: exits also contrast with it")
          Objective objective,
      @Option(
              value = "null",
              range = "[0, inf)",
              doc = "weight of the exits' cross-entropy; null takes 0, 1, 0.5 or 1 by objective")
          @Nullable Double alpha,
      @Option(
              value = "null",
              range = "[0, inf)",
              doc = "weight of the distillation; null takes 0.5 for kd, else 0")
          @Nullable Double beta,
      @Option(
              value = "null",
              range = "[0, inf)",
              doc = "weight of the contrastive term; null takes 0.8 for selfcon, else 0")
          @Nullable Double gamma,
      @Option(
              value = "3.0",
              range = "(0, inf)",
              doc = "temperature of distillation and contrastive term")
          double temperature,
      @Option(
              value = "128",
              range = "[1, inf)",
              doc = "width of the rows that the contrastive term compares")
          int output,
      @Option(
              value = "false",
              doc =
                  "classify by two maps with ReLU and dropout between them, as published behind VGG,"
                      + " and not by one")
          boolean hiddenClassifier)
      implements MethodSettings {
    @Override
    public Requirements requirements() {
      return Requirements.views(1).withLabels();
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new OneStage(this, encoder, context);
    }
  }

  /** Which terms there are, with their published weights. */
  public enum Objective {
    /** Cross-entropy of the whole network. */
    CE(0, 0, 0),
    /** Cross-entropy of the exits as well. */
    SUBNET_CE(1, 0, 0),
    /** Exits learn from the labels and from the whole network's predictions. */
    KD(0.5, 0.5, 0),
    /** Exits learn from the labels and by contrast with the whole network. */
    SELFCON(1, 0, 0.8);

    private final double alpha;
    private final double beta;
    private final double gamma;

    Objective(double alpha, double beta, double gamma) {
      this.alpha = alpha;
      this.beta = beta;
      this.gamma = gamma;
    }
  }

  private static final double DROPOUT = 0.5;

  private static final class Network extends Module {
    final Backbone encoder;
    final Heads logits;
    final @Nullable Heads features;

    Network(Backbone encoder, int classes, Settings settings, boolean contrasts) {
      this.encoder = child(ENCODER, encoder);
      logits =
          settings.hiddenClassifier()
              ? Heads.of(encoder, () -> hidden(encoder, classes))
              : Heads.of(encoder, () -> linear(encoder, classes));
      child("logit_fc", Branches.numbered(logits.exits()));
      child("l_fc", logits.encoder());
      features = contrasts ? Heads.of(encoder, () -> linear(encoder, settings.output())) : null;
      if (features != null) {
        child("feat_fc", Branches.numbered(features.exits()));
        // Stays as it starts; gradients pass through it into the encoder.
        child("f_fc", features.encoder()).requiresGrad(false);
      }
    }
  }

  private static Layer linear(Backbone encoder, int out) {
    return new Linear(encoder.width(), out, true);
  }

  private static Layer hidden(Backbone encoder, int out) {
    int width = encoder.width();
    return new Sequential(
        List.of(
            new Linear(width, width, true),
            new Relu(),
            new Dropout(DROPOUT),
            new Linear(width, out, true)));
  }

  /** A layer behind the encoder and one behind each of its exits. */
  private record Heads(List<Layer> exits, Layer encoder) {
    static Heads of(Backbone encoder, Supplier<Layer> head) {
      return new Heads(Stream.generate(head).limit(encoder.exits()).toList(), head.get());
    }

    void embed(String name, List<Tensor> features, Embeddings embeddings) {
      embeddings.with(name, encoder.forward(features.get(exits.size())));
      for (int exit = 0; exit < exits.size(); exit++) {
        embeddings.with(exit(name, exit), exits.get(exit).forward(features.get(exit)));
      }
    }
  }

  private final Settings settings;
  private final Network network;
  private final int classes;
  private final double alpha;
  private final double beta;
  private final double gamma;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train
   * @param context the run
   * @throws OptionException if the objective needs exits, and the backbone has none
   */
  public OneStage(Settings settings, Backbone encoder, MethodContext context) {
    this.settings = Options.check(settings);
    Objective objective = settings.objective();
    alpha = orElse(settings.alpha(), objective.alpha);
    beta = orElse(settings.beta(), objective.beta);
    gamma = orElse(settings.gamma(), objective.gamma);
    if (alpha > 0 || beta > 0 || gamma > 0) {
      SelfCon.requireExits("one-stage with more than the objective ce", encoder);
    }
    classes = context.classes();
    network = new Network(encoder, classes, settings, gamma > 0);
  }

  private static double orElse(@Nullable Double given, double published) {
    return given == null ? published : given;
  }

  @Override
  public Module network() {
    return network;
  }

  @Override
  public Backbone encoder() {
    return network.encoder;
  }

  /**
   * Gives {@code logits}, and {@code logits.exit1}, … of the exits; with a contrastive term also
   * {@code z} and {@code z.exit1}, …; and {@code label}.
   */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    Embeddings embeddings = new Embeddings();
    List<Tensor> features = network.encoder.forwardExits(batch.views().get(0));
    if (network.features != null) {
      network.features.embed("z", features, embeddings);
    }
    network.logits.embed("logits", features, embeddings);
    return embeddings.with("label", batch.label());
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    Tensor logits = all.get("logits");
    Tensor label = all.get("label");
    Loss loss = Loss.of("ce", Functional.crossEntropy(logits, label));
    if (network.encoder.exits() > 0) {
      loss = loss.plus("exits", sum(e -> Functional.crossEntropy(e, label), "logits", all, alpha));
    }
    if (beta > 0) {
      double temperature = settings.temperature();
      loss =
          loss.plus("kd", sum(e -> Distillation.loss(e, logits, temperature), "logits", all, beta));
    }
    if (gamma > 0) {
      Tensor rows = all.get("z").normalize(1);
      Positives positives = Positives.sameClass(label, classes);
      loss = loss.plus("con", sum(e -> contrast(e, rows, positives), "z", all, gamma));
    }
    return loss.tracking("accuracy", logits.argmax(1).eq(label).to(logits.dtype()).mean());
  }

  private Tensor contrast(Tensor exit, Tensor rows, Positives positives) {
    return Contrastive.loss(
        List.of(exit.normalize(1), rows),
        positives,
        Anchors.ALL,
        settings.temperature(),
        Contrastive.BASE_TEMPERATURE);
  }

  private Tensor sum(UnaryOperator<Tensor> term, String name, Embeddings all, double weight) {
    return IntStream.range(0, network.encoder.exits())
        .mapToObj(exit -> term.apply(all.get(exit(name, exit))))
        .reduce(Tensor::add)
        .orElseThrow()
        .mul(weight);
  }

  private static String exit(String name, int exit) {
    return name + ".exit" + (exit + 1);
  }
}
