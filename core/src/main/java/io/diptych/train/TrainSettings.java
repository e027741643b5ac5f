package io.diptych.train;

import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * How long, in what portions and how exactly to train, and what to keep of it.
 *
 * @param epochs passes over the training images
 * @param batchSize images of one step
 * @param logEvery steps between two log lines
 * @param checkpointEvery epochs between two checkpoints
 * @param precision type of the network's products and convolutions
 * @param accumulate parts in which a batch passes the network
 * @param clipNorm largest norm of the gradient
 * @param weightDecayEnd weight decay at the end
 * @param momentumEnd momentum at the end
 * @param lossScale how losses are scaled in float16
 * @param keepLast newest checkpoints that are kept
 * @param keepEvery epochs between checkpoints that are kept for good
 * @param alarms when to warn or stop
 * @param probe a classifier on the side
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
                "type of the network's products and convolutions: float32; bfloat16 or float16,"
                    + " which are faster where the hardware has them; weights, losses and"
                    + " optimiser stay float32")
        Precision precision,
    @Option(
            value = "1",
            range = "[1, inf)",
            doc =
                "parts in which a batch passes the network one after the other, for less memory at"
                    + " the cost of a second forward pass; the loss is still that of the whole"
                    + " batch, batch norms take the statistics of each part")
        int accumulate,
    @Option(
            value = "null",
            range = "(0, inf)",
            doc = "largest norm of the gradient of all parameters together; null for no limit")
        @Nullable Double clipNorm,
    @Option(
            value = "null",
            range = "[0, inf)",
            doc =
                "weight decay at the end of the run, to which it goes by half a cosine; null keeps"
                    + " it")
        @Nullable Double weightDecayEnd,
    @Option(
            value = "null",
            range = "[0, 1)",
            doc =
                "momentum (Adam's beta1) at the end of the run, to which it goes by half a cosine;"
                    + " null keeps it")
        @Nullable Double momentumEnd,
    @Option(value = "{}", doc = "how losses are scaled with precision float16") LossScale lossScale,
    @Option(
            value = "2",
            range = "[1, inf)",
            doc = "newest checkpoints that are kept, the last one included",
            affectsResult = false)
        int keepLast,
    @Option(
            value = "0",
            range = "[0, inf)",
            doc = "epochs between two checkpoints that are kept for good; 0 for none",
            affectsResult = false)
        int keepEvery,
    @Option(
            value = "{}",
            doc = "when a run that goes wrong is reported or stopped",
            affectsResult = false)
        AlarmSettings alarms,
    @Option(
            value = "{}",
            doc = "measures of the features while they are trained, which do not change them",
            affectsResult = false)
        ProbeSettings probe) {
  /** Checks that a batch can be divided. */
  public TrainSettings {
    if (batchSize % accumulate != 0 || batchSize / accumulate < 2) {
      throw new OptionException(
          "accumulate",
          "a batch of " + batchSize + " images has no " + accumulate + " equal parts of 2 or more");
    }
  }

  /** The type of the network's products and convolutions. */
  public enum Precision {
    /** Single precision. */
    FLOAT32(DType.FLOAT32),
    /** Brain float, by autocast. */
    BFLOAT16(DType.BFLOAT16),
    /** Half precision, by autocast, with a scaled loss. */
    FLOAT16(DType.FLOAT16);

    private final DType type;

    Precision(DType type) {
      this.type = type;
    }

    DType type() {
      return type;
    }
  }

  /**
   * How a loss is scaled so that gradients in half precision neither vanish nor overflow
   * (Micikevicius et al., "Mixed Precision Training", ICLR 2018, section 3.2).
   *
   * @param initial the first factor
   * @param growth by how much it grows
   * @param growthInterval steps without overflow after which it does
   * @param backoff by how much it falls after an overflow, whose step is left out
   */
  public record LossScale(
      @Option(value = "65536", range = "(0, inf)", doc = "factor at the start") double initial,
      @Option(value = "2", range = "[1, inf)", doc = "by how much the factor grows") double growth,
      @Option(
              value = "2000",
              range = "[1, inf)",
              doc = "steps without overflow after which it grows")
          int growthInterval,
      @Option(
              value = "0.5",
              range = "(0, 1)",
              doc = "by how much it falls after an overflow, whose step is left out")
          double backoff) {}
}
