package io.diptych.backbone;

import io.diptych.option.Option;
import io.diptych.option.OptionException;
import java.util.List;

/**
 * Where sub-networks branch off a backbone, and how large they are (Bae et al., "Self-contrastive
 * learning", AAAI 2023, section 3.2). Each gives as many features as the backbone and shares no
 * weights with it or with others.
 *
 * @param after stages behind which they branch off
 * @param size of each
 */
public record Exits(
    @Option(
            value = "[]",
            range = "[1, inf)",
            doc = "stages behind which an exit branches off, ascending: [2] for one after layer2")
        List<Integer> after,
    @Option(
            value = "same",
            doc =
                "fc: one linear map; same: the stages that the backbone has from there, with as many"
                    + " blocks; small: with half as many")
        Size size) {
  /** No exits. */
  static final Exits NONE = new Exits(List.of(), Size.SAME);

  /** How large a sub-network is. */
  public enum Size {
    /** A linear map of the mean over each channel. */
    FC,
    /** The remaining stages, with half as many blocks, rounded down, but at least one. */
    SMALL,
    /** The remaining stages, with as many blocks. */
    SAME;

    /** Returns how many blocks a stage has here, if it has so many in the backbone. */
    int of(int blocks) {
      return this == SMALL ? Math.max(1, blocks / 2) : blocks;
    }
  }

  /** Checks the order. */
  public Exits {
    after = List.copyOf(after);
    for (int i = 1; i < after.size(); i++) {
      if (after.get(i) <= after.get(i - 1)) {
        throw new OptionException("after", "must be ascending, was " + after);
      }
    }
  }

  /**
   * Checks that every exit leaves before the last stage.
   *
   * @throws OptionException naming the stages
   */
  void requireBelow(int stages) {
    for (int stage : after) {
      if (stage < 1 || stage >= stages) {
        throw new OptionException(
            "exits.after",
            "an exit can branch off after stages 1 to " + (stages - 1) + " here, not " + stage);
      }
    }
  }
}
