package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.nn.Module;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
import io.diptych.objective.BankEntropy;
import io.diptych.objective.BankSimilarity;
import io.diptych.objective.BankSoftmax;
import io.diptych.objective.InvariancePropagation;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Instance discrimination with a memory bank (Wu, Xiong, Yu and Lin, "Unsupervised feature learning
 * via non-parametric instance discrimination", CVPR 2018): every image is a class of its own, whose
 * weight vector is a moving average of the image's features. The softmax is always the full one
 * over all images. With invariance propagation (Wang, Liu, Yang and Wu, NeurIPS 2020) the
 * neighbours of an image become positives too.
 */
public final class InstanceDiscrimination implements Method {
  /**
   * The options of the method.
   *
   * @param loss which loss
   * @param temperature τ of the losses with exponentials
   * @param entropy the target of the losses with a fixed entropy, in nats
   * @param positiveMask what these take for the own image
   * @param background K, how many of the nearest images count
   * @param potentialPositives P, how many of those are taken for positives
   * @param momentum m of the bank
   * @param mixWeight weight of the loss of mixed images
   * @param invariance invariance propagation, or null for none
   * @param projector the head between the encoder and the bank
   */
  @About(
      value =
          "Tells every training image from all others by a memory bank with a row for each. Takes"
              + " one view of an image and small batches; invariance propagation is an option.",
      source =
          "Wu, Xiong, Yu, Lin: Unsupervised feature learning via non-parametric instance"
              + " discrimination, CVPR 2018; Wang, Liu, Yang, Wu: Unsupervised representation"
              + " learning by invariance propagation, NeurIPS 2020")
  public record Settings(
      @Option(
              value = "insd",
              doc =
                  "insd: softmax over all images; ratio: against all others; hard-neg: against the"
                      + " nearest; ring: with the very nearest as positives; alternating-ring: ring"
                      + " and hard-neg by turns; single, flat, hard-flat: nearest, mean or nearest"
                      + " few minus own similarity; fix-entropy, hard-fix-entropy: softmax over all"
                      + " or the nearest at a temperature of each row's own")
          BankLoss loss,
      @Option(
              value = "0.07",
              range = "(0, inf)",
              doc = "temperature of insd, ratio, hard-neg, the rings, mixing and invariance")
          double temperature,
      @Option(
              value = "5",
              range = "(0, inf)",
              doc = "entropy in nats that fix-entropy and hard-fix-entropy aim at")
          double entropy,
      @Option(
              value = "identity",
              doc =
                  "what hard-fix-entropy leaves out of the entropy: identity: the own image; rank:"
                      + " the neighbour whose rank is the image's number, as first published")
          BankEntropy.PositiveMask positiveMask,
      @Option(
              value = "4096",
              range = "[1, inf)",
              doc = "how many of the nearest images hard-* and the rings count; at most all")
          int background,
      @Option(
              value = "100",
              range = "[1, inf)",
              doc = "how many of the nearest images the rings take for positives")
          int potentialPositives,
      @Option(value = "0.5", range = "[0, 1]", doc = "part of its old row that the bank keeps")
          double momentum,
      @Option(
              value = "0",
              range = "[0, inf)",
              doc =
                  "weight of the loss of images mixed in pairs, which takes a second forward pass;"
                      + " 0: none")
          double mixWeight,
      @Option(value = "null", doc = "invariance propagation, beside the loss hard-neg; null: none")
          @Nullable Invariance invariance,
      @Option(value = "{}", doc = "head between the encoder and the bank") Projector projector)
      implements MethodSettings {
    /** Checks that the options go together. */
    public Settings {
      if ((loss == BankLoss.RING || loss == BankLoss.ALTERNATING_RING)
          && potentialPositives > background) {
        throw new OptionException(
            "potential_positives",
            "must be at most background (" + background + "), was " + potentialPositives);
      }
      if (invariance != null && loss != BankLoss.HARD_NEG) {
        throw new OptionException("loss", "must be hard-neg with invariance propagation");
      }
      if (invariance != null && invariance.neighbours() >= background) {
        throw new OptionException(
            "invariance.neighbours",
            "must be below background (" + background + "), was " + invariance.neighbours());
      }
    }

    @Override
    public Requirements requirements() {
      return Requirements.views(1);
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new InstanceDiscrimination(this, encoder, context);
    }

    private void requireFit(long images) {
      if (loss == BankLoss.RATIO && images < 2) {
        throw new OptionException("loss", "ratio needs at least 2 images, there is 1");
      }
      if (loss.ranks() && background > images) {
        throw new OptionException(
            "background", "must be at most the " + images + " images, was " + background);
      }
      if (loss == BankLoss.HARD_FIX_ENTROPY
          && positiveMask == BankEntropy.PositiveMask.RANK
          && background < images) {
        throw new OptionException(
            "positive_mask",
            "rank needs a background of all " + images + " images, was " + background);
      }
      if (loss == BankLoss.FIX_ENTROPY || loss == BankLoss.HARD_FIX_ENTROPY) {
        long others = (loss.ranks() ? background : images) - 1;
        if (entropy >= Math.log((double) others)) {
          throw new OptionException(
              "entropy",
              String.format(
                  Locale.ROOT,
                  "must be below ln %d = %.3f, what %d other images have at most, was %s",
                  others,
                  Math.log((double) others),
                  others,
                  entropy));
        }
      }
    }
  }

  /**
   * The head.
   *
   * @param head its kind
   * @param output width of the rows of the bank
   * @param batchNorm whether batch norm precedes the ReLU
   * @param affine whether that batch norm has a scale and an offset
   */
  public record Projector(
      @Option(
              value = "linear",
              doc = "linear: one map; mlp: two, with a ReLU between, as wide as the encoder")
          Head head,
      @Option(value = "128", range = "[1, inf)", doc = "width of the rows of the bank") int output,
      @Option(value = "true", doc = "batch norm before the ReLU of mlp") boolean batchNorm,
      @Option(value = "true", doc = "whether that batch norm has a scale and an offset")
          boolean affine) {

    private Layer create(int in) {
      if (head == Head.LINEAR) {
        return linear(in, output);
      }
      List<Layer> chain = new ArrayList<>(List.of(linear(in, in)));
      if (batchNorm) {
        chain.add(new BatchNorm(in, affine, Initializer.constant(1)));
      }
      chain.addAll(List.of(new Relu(), linear(in, output)));
      return new Sequential(chain);
    }

    /** Returns a map whose outputs start as large as its inputs (Glorot and Bengio, 2010). */
    private static Linear linear(int in, int out) {
      Initializer weight = Initializer.uniform(Math.sqrt(6.0 / (in + out)));
      return new Linear(in, out, true, weight, Initializer.constant(0));
    }
  }

  /** The kinds of head. */
  public enum Head {
    /** A linear map. */
    LINEAR,
    /** Two linear maps with a ReLU between them. */
    MLP
  }

  private static final double MIX_SHAPE = 0.75;

  private static final class Network extends Module {
    final Backbone encoder;
    final Layer projector;

    Network(Backbone encoder, Layer projector) {
      this.encoder = child(ENCODER, encoder);
      this.projector = child("projector", projector);
    }

    Tensor forward(Tensor images) {
      return projector.forward(encoder.forward(images));
    }
  }

  /** What {@link #update} will remember. */
  private record Seen(Tensor index, Tensor features, @Nullable Tensor neighbours) {
    void close() {
      index.close();
      features.close();
      if (neighbours != null) {
        neighbours.close();
      }
    }
  }

  private final Settings settings;
  private final Network network;
  private final MemoryBank memory;
  private final Keyed mixing;
  private @Nullable Seen seen;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train
   * @param context the run, whose images get a row each
   * @throws OptionException if the options do not fit the number of images
   */
  public InstanceDiscrimination(Settings settings, Backbone encoder, MethodContext context) {
    this.settings = Options.check(settings);
    settings.requireFit(context.images());
    Projector projector = settings.projector();
    Invariance invariance = settings.invariance();
    this.network = new Network(encoder, projector.create(encoder.width()));
    this.memory =
        new MemoryBank(
            context.images(),
            projector.output(),
            invariance == null ? 0 : invariance.neighbours(),
            context.seed());
    this.mixing = Keyed.of(context.seed()).fold("mix");
  }

  @Override
  public Module network() {
    return network;
  }

  @Override
  public Backbone encoder() {
    return network.encoder;
  }

  MemoryBank memory() {
    return memory;
  }

  /** Returns {@code bank}, and with invariance propagation {@code neigh}. */
  @Override
  public Map<String, Tensor> state() {
    return memory.state();
  }

  /**
   * Gives {@code z}, the projected rows, and {@code index}; with mixing also {@code mixed}, the
   * rows of the mixed images, {@code other}, whom each was mixed with, and {@code share}, the part
   * of the image itself.
   */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    Tensor images = batch.views().get(0);
    memory.follow(images);
    Embeddings embeddings =
        new Embeddings().with("z", network.forward(images)).with("index", batch.index());
    if (settings.mixWeight() > 0) {
      Keyed draw = mixing.fold(step.number());
      Tensor order = draw.uniform(batch.index(), 1).squeeze(1).sort(0).indices();
      Tensor share = draw.fold("share").beta(batch.index(), MIX_SHAPE).to(images.dtype());
      long[] perImage = new long[images.rank()];
      Arrays.fill(perImage, 1);
      perImage[0] = batch.size();
      Tensor partner = images.indexSelect(0, order);
      Tensor mixed = partner.add(images.sub(partner).mul(share.reshape(perImage)));
      embeddings
          .with("mixed", network.forward(mixed))
          .with("other", batch.index().indexSelect(0, order))
          .with("share", share);
    }
    return embeddings;
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    Tensor features = all.get("z");
    Tensor index = all.get("index");
    BankSimilarity l = similarity(features, index, settings.loss().temperature(settings));
    Loss loss = settings.loss().of(l, settings, step);
    Invariance invariance = settings.invariance();
    Tensor neighbours = null;
    if (invariance != null) {
      Tensor table = Objects.requireNonNull(memory.neighbours(), "made with invariance");
      loss = loss.plus("invariance", invariance.loss(l, table, index, settings.background(), step));
      neighbours = InvariancePropagation.neighbours(l, invariance.neighbours());
    }
    if (settings.mixWeight() > 0) {
      BankSimilarity m = similarity(all.get("mixed"), index, settings.temperature());
      Tensor mixed = BankSoftmax.mixed(m, all.get("other"), all.get("share"));
      loss = loss.plus("mixed", mixed.mul(settings.mixWeight()));
    }
    keep(index, features, neighbours);
    return loss;
  }

  private BankSimilarity similarity(Tensor features, Tensor index, double temperature) {
    return BankSimilarity.of(features, memory.rows(), index, temperature);
  }

  /** Keeps what a comparison saw until the optimiser has made its step. */
  private void keep(Tensor index, Tensor features, @Nullable Tensor neighbours) {
    forget();
    seen =
        new Seen(
            Scope.keep(index.detach()),
            Scope.keep(features.detach()),
            neighbours == null ? null : Scope.keep(neighbours));
  }

  private void forget() {
    if (seen != null) {
      seen.close();
      seen = null;
    }
  }

  @Override
  public void update(Step step) {
    if (seen != null) {
      memory.move(seen.index(), seen.features(), settings.momentum());
      if (seen.neighbours() != null) {
        memory.meet(seen.index(), seen.neighbours());
      }
      forget();
    }
  }
}
