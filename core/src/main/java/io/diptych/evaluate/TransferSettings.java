package io.diptych.evaluate;

import io.diptych.data.DataOptions;
import io.diptych.option.Option;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which other data sets an encoder learns, and how.
 *
 * @param data a data set, or null
 * @param sets more data sets
 * @param normalize by what images are normalised
 * @param by how they are learnt
 * @param linearSgd settings of the one way
 * @param finetune settings of the other
 */
public record TransferSettings(
    @Option(
            value = "null",
            doc =
                "a data set; its images come to the encoder in its number of channels, resized to"
                    + " its size, unless image_size is given")
        @Nullable DataOptions data,
    @Option(
            value = "[]",
            doc = "several data sets, each with the keys of data, such as {name: dtd, path: DIR}")
        List<DataOptions> sets,
    @Option(
            value = "encoder",
            doc =
                "by what images are normalised: encoder, as in its pretraining, or set, the mean"
                    + " and standard deviation of the set's training images")
        Normalization normalize,
    @Option(
            value = "linear-sgd",
            doc =
                "how they are learnt: linear-sgd, a linear classifier on features computed once, or"
                    + " finetune, the network on augmented images")
        Learner by,
    @Option(
            value =
                "{batch_size: 128, optimizer: {lr: 0.01},"
                    + " schedule: {name: multi_step, milestones: [60, 80]}}",
            doc = "the linear classifier, as evaluate.linear_sgd")
        LinearSgd.Settings linearSgd,
    @Option(value = "{}", doc = "fine-tuning, as evaluate.finetune") FineTuneSettings finetune) {

  /** By what images are normalised. */
  public enum Normalization {
    /** As in the pretraining of the encoder. */
    ENCODER,
    /** By mean and standard deviation of the training images. */
    SET
  }

  /** How a data set is learnt. */
  public enum Learner {
    /** A linear classifier on features computed once. */
    LINEAR_SGD,
    /** The network, by {@link FineTuneSettings}. */
    FINETUNE
  }

  /** Copies the list. */
  public TransferSettings {
    sets = List.copyOf(sets);
  }

  /** Returns whether there is no data set. */
  public boolean isEmpty() {
    return data == null && sets.isEmpty();
  }

  /** Returns every data set by its key in a recipe. */
  Map<String, DataOptions> all() {
    Map<String, DataOptions> all = new LinkedHashMap<>();
    if (data != null) {
      all.put("evaluate.transfer.data", data);
    }
    for (int i = 0; i < sets.size(); i++) {
      all.put("evaluate.transfer.sets." + i, sets.get(i));
    }
    return all;
  }
}
