package io.diptych.evaluate;

import io.diptych.data.DataOptions;
import io.diptych.option.Option;
import java.util.List;

/**
 * Which other data sets an encoder learns, and how.
 *
 * @param sets the data sets
 * @param by how they are learnt
 * @param linearSgd settings of the one way
 * @param finetune settings of the other
 */
public record TransferSettings(
    @Option(
            value = "[]",
            doc =
                "data sets with the keys of data, such as {name: dtd, path: DIR}; their images come"
                    + " to the encoder in its number of channels, resized to its size")
        List<DataOptions> sets,
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
}
