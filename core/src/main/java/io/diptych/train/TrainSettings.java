package io.diptych.train;

import io.diptych.option.Option;
import io.diptych.tensor.DType;

/**
 * How long and in what portions to train.
 *
 * @param epochs passes over the training images
 * @param batchSize images of one step
 * @param logEvery steps between two log lines
 * @param checkpointEvery epochs between two checkpoints
 * @param precision type of the network's products and convolutions
 */
public record TrainSettings(
    @Option(value = "100", range = "[1, inf)", doc = "passes over the training images") int epochs,
    @Option(
            value = "256",
            range = "[2, inf)",
            doc = "images of one step; the rest of an epoch that fills no batch is left out")
        int batchSize,
    @Option(
            value = "10",
            range = "[1, inf)",
            doc = "steps between two log lines",
            affectsResult = false)
        int logEvery,
    @Option(
            value = "1",
            range = "[1, inf)",
            doc = "epochs between two checkpoints; the last epoch always has one",
            affectsResult = false)
        int checkpointEvery,
    @Option(
            value = "float32",
            doc =
                "type of the network's products and convolutions: float32, or bfloat16, which is"
                    + " faster where the hardware has it; weights, losses and optimiser stay float32")
        Precision precision) {
  /** The type of the network's products and convolutions. */
  public enum Precision {
    /** Single precision. */
    FLOAT32(DType.FLOAT32),
    /** Brain float, by autocast. */
    BFLOAT16(DType.BFLOAT16);

    private final DType type;

    Precision(DType type) {
      this.type = type;
    }

    DType type() {
      return type;
    }
  }
}
