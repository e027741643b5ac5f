package io.diptych.recipe.reference;

import io.diptych.option.OptionException;
import java.util.List;

/**
 * A command line of a program of SelfCon.
 *
 * @param facts of SelfCon's programs
 * @param program one of them
 * @param arguments its options
 * @param model the network
 * @param decayEpochs when the rate falls
 */
record SelfConOptions(
    Facts facts, Program program, Arguments arguments, SelfConModel model, List<Long> decayEpochs) {
  static final String PRETRAIN = "pretrain";
  static final String LINEAR = "linear";

  /** The rate at which a warm-up begins, and how long it goes. */
  static final double WARM_FROM = 0.01;

  static final long WARM_EPOCHS = 10;

  /** The batch from which on the rate is warmed up without being asked. */
  private static final long WARM_BATCH = 1024;

  private static final String AN_EXIT = "needs an exit, such as --selfcon_pos [False,True,False]";

  /**
   * Reads a command line.
   *
   * @throws OptionException if there is no such network
   */
  static SelfConOptions of(Facts facts, Program program, Arguments arguments) {
    return new SelfConOptions(
        facts,
        program,
        arguments,
        SelfConModel.of(facts, program, arguments),
        Python.wholes("--lr_decay_epochs", (String) arguments.value("lr_decay_epochs")));
  }

  /**
   * Checks that something can be trained so. The programs find out in their first step, or never.
   *
   * @throws OptionException if not, or only nonsense
   */
  void requireTrainable() {
    arguments.requireAtLeast(1, "batch_size");
    arguments.requireAtLeast(1, "epochs");
    arguments.requireAtLeast(0, "num_workers");
    if (decayEpochs.stream().anyMatch(epoch -> epoch < 1)) {
      throw new OptionException("--lr_decay_epochs", "must be 1 or more each, was " + decayEpochs);
    }
    switch (program.name()) {
      case LINEAR -> {
        if (is("subnet") && model.exits().isEmpty()) {
          throw new OptionException("--subnet", AN_EXIT);
        }
      }
      case PRETRAIN -> {
        requireMethod();
        arguments.requirePositive("temp");
        if (arguments.value("method").equals("Con") && !is("multiview")) {
          throw new OptionException("--method", "Con needs two views of an image: --multiview");
        }
        if (arguments.value("method").equals("SelfCon") && model.exits().isEmpty()) {
          throw new OptionException("--method", "SelfCon " + AN_EXIT);
        }
      }
      default -> {
        requireMethod();
        arguments.requirePositive("temperature");
      }
    }
  }

  private void requireMethod() {
    if (!arguments.has("method")) {
      throw new OptionException(
          "--method", "must be given, one of " + String.join(", ", program.choices("method")));
    }
  }

  private boolean is(String flag) {
    return arguments.value(flag).equals(true);
  }

  /** Returns the facts of the images. */
  Facts dataset() {
    return facts.section("datasets").section(arguments.text("dataset"));
  }

  /** Returns whether the batch alone is a reason for a warm-up. */
  boolean hasLargeBatch() {
    return !program.name().equals(LINEAR) && (Long) arguments.value("batch_size") >= WARM_BATCH;
  }
}
