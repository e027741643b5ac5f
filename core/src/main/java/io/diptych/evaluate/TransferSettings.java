package io.diptych.evaluate;

import io.diptych.data.DataOptions;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
                "how they are learnt: linear-sgd, a linear classifier on features, or finetune, the"
                    + " network on augmented images")
        Learner by,
    @Option(
            value =
                "{batch_size: 128, optimizer: {lr: 0.01},"
                    + " schedule: {name: multi_step, milestones: [60, 80]}}",
            doc = "the linear classifier, as evaluate.linear_sgd")
        LinearSgd.Settings linearSgd,
    @Option(value = "{labels: 100}", doc = "fine-tuning, as evaluate.finetune")
        FineTuneSettings finetune) {

  /** By what images are normalised. */
  public enum Normalization {
    /** As in the pretraining of the encoder. */
    ENCODER,
    /** By mean and standard deviation of the training images. */
    SET
  }

  /** How a data set is learnt. */
  public enum Learner {
    /** A linear classifier on features, by {@link LinearSgd.Settings}. */
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

  /**
   * Checks that there is a data set.
   *
   * @throws OptionException if there is none
   */
  public void requireSets() {
    if (isEmpty()) {
      throw new OptionException(
          "evaluate.transfer.data",
          "there is no data set; give one, such as evaluate.transfer.data.name=dtd, or several:"
              + " 'evaluate.transfer.sets=[{name: dtd}, {name: mnist, path: DIR}]'");
    }
  }

  /**
   * A data set.
   *
   * @param key where a recipe describes it
   * @param name what to call it, which no other set is called
   * @param data which it is
   */
  record Named(String key, String name, DataOptions data) {}

  /** Returns every data set; of a name that several have, the second gets a 2 behind it. */
  List<Named> all() {
    List<Named> all = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    if (data != null) {
      all.add(named("evaluate.transfer.data", data, taken));
    }
    for (int i = 0; i < sets.size(); i++) {
      all.add(named("evaluate.transfer.sets." + i, sets.get(i), taken));
    }
    return all;
  }

  private static Named named(String key, DataOptions data, Set<String> taken) {
    String path = data.path();
    String own =
        path != null && data.name().isYours()
            ? String.valueOf(Path.of(path).getFileName())
            : data.name().key();
    String name = own;
    for (int number = 2; !taken.add(name); number++) {
      name = own + " " + number;
    }
    return new Named(key, name, data);
  }
}
