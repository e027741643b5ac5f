package io.diptych.evaluate;

import io.diptych.optim.Optimizers;
import io.diptych.optim.ParameterGroup;
import io.diptych.optim.Schedule;
import io.diptych.option.Choice;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Presets;
import io.diptych.tensor.Tensor;
import io.diptych.view.ViewOptions;
import io.diptych.view.ViewPipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an encoder is fine-tuned.
 *
 * @param labels percent of the training images of each class
 * @param list a text file that lists the training images in place of that, or null
 * @param weights what learns
 * @param epochs passes over the labelled images
 * @param batchSize images of a step
 * @param backbone how the encoder learns
 * @param parameterGroups parts of the encoder with rates of their own
 * @param head how the new layer learns
 * @param augment what is made of an image in training; empty for crops and flips
 * @param testEvery epochs between two tests
 * @param seed of the choice of images, of the new layer, of orders and views
 */
@Presets("finetune-presets.yaml")
public record FineTuneSettings(
    @Option(
            value = "10",
            range = "(0, 100]",
            doc =
                "percent of the training images that are learnt from, the same share of each"
                    + " class, at least one image")
        double labels,
    @Option(
            value = "null",
            doc =
                "text file that lists the images to learn from in place of labels, one a line: a"
                    + " number from 0, or of streamed images FILE or CLASS/FILE")
        @Nullable String list,
    @Option(
            value = "finetune",
            doc =
                "what learns: finetune, the whole network, or freeze, a linear layer on the"
                    + " encoder as it is")
        Weights weights,
    @Option(value = "20", range = "[1, inf)", doc = "passes over the images learnt from")
        int epochs,
    @Option(value = "256", range = "[1, inf)", doc = "images of one step") int batchSize,
    @Option(value = "{optimizer: {lr: 0.02}}", doc = "how the encoder learns") Part backbone,
    @Option(
            value = "[]",
            doc =
                "parts of the encoder with rates of their own; a parameter belongs to the first"
                    + " that matches it")
        List<ParameterGroup> parameterGroups,
    @Option(value = "{optimizer: {lr: 0.2}}", doc = "how the linear layer learns") Part head,
    @Option(
            value = "[]",
            family = "augmentation",
            doc =
                "augmentations of training images in order, the last normalize; none: a random"
                    + " resized crop to the size of the pretraining and a horizontal flip")
        List<Choice> augment,
    @Option(
            value = "1",
            range = "[1, inf)",
            doc = "epochs between two tests; the last is always tested")
        int testEvery,
    @Option(
            value = "0",
            doc = "seed of the choice of images, of the linear layer, of orders and views")
        long seed) {
  private static final double PERCENT = 100;

  /** What learns. */
  public enum Weights {
    /** The whole network, in training mode. */
    FINETUNE,
    /** The new layer alone; the encoder stays in evaluation mode. */
    FREEZE
  }

  /**
   * How a part of the network learns.
   *
   * @param optimizer how its weights change
   * @param schedule how its rate changes
   */
  public record Part(
      @Option(
              value = "{name: sgd, weight_decay: 0}",
              family = "optimizer",
              doc = "how the weights change")
          Choice optimizer,
      @Option(
              value = "{name: cosine, every: epoch}",
              family = "schedule",
              doc = "how the learning rate changes")
          Choice schedule) {}

  /** Copies the lists, and makes the pipeline to find its errors early. */
  public FineTuneSettings {
    parameterGroups = List.copyOf(parameterGroups);
    augment = List.copyOf(augment);
    if (weights == Weights.FINETUNE && batchSize == 1) {
      throw new OptionException(
          "batch_size", "must be 2 at least, as batch norms learn from the batch");
    }
    if (!augment.isEmpty()) {
      try {
        pipeline(augment);
      } catch (OptionException e) {
        throw new OptionException(e.path().replaceFirst("^pipeline", "augment"), e.problem());
      }
    }
  }

  /** Returns the part of each class that is learnt from, in (0, 1]. */
  double share() {
    return labels / PERCENT;
  }

  boolean isFrozen() {
    return weights == Weights.FREEZE;
  }

  /**
   * Returns the parts that learn: the linear layer and, unless it is frozen, the encoder.
   *
   * @param layer parameters of the linear layer, by name
   * @param encoder parameters of the encoder, by name
   * @param perEpoch steps of an epoch
   */
  List<Descent.Part> parts(Map<String, Tensor> layer, Map<String, Tensor> encoder, long perEpoch) {
    List<Descent.Part> parts = new ArrayList<>();
    parts.add(part(head, layer, List.of(), perEpoch));
    if (!isFrozen()) {
      parts.add(part(backbone, encoder, parameterGroups, perEpoch));
    }
    return parts;
  }

  private Descent.Part part(
      Part part, Map<String, Tensor> parameters, List<ParameterGroup> groups, long perEpoch) {
    Schedule schedule =
        Optimizers.schedule(
            part.schedule(),
            Optimizers.settings(part.optimizer()).lr(),
            batchSize,
            perEpoch,
            perEpoch * epochs);
    try {
      return Descent.Part.of(parameters, part.optimizer(), groups, schedule);
    } catch (OptionException e) {
      throw new OptionException("finetune." + e.path(), e.problem());
    }
  }

  /** Returns how training images are augmented; empty if nothing is said. */
  Optional<ViewPipeline> augmentation() {
    return augment.isEmpty() ? Optional.empty() : Optional.of(pipeline(augment));
  }

  private static ViewPipeline pipeline(List<Choice> choices) {
    return new ViewOptions(1, choices).group().pipeline();
  }
}
