package io.diptych.weights;

import java.util.Set;

/** What checkpoints hold beside an encoder. */
final class Heads {
  /** First parts of the names of classifiers, projectors and exits. */
  private static final Set<String> NAMES =
      Set.of(
          "fc",
          "linear",
          "head",
          "heads",
          "head_dist",
          "classifier",
          "projector",
          "predictor",
          "projection_head",
          "projection_heads",
          "last_linear",
          "selfcon_layer",
          "sub_heads",
          "logit_fc",
          "l_fc",
          "feat_fc",
          "f_fc",
          "g");

  /** Buffers that a counter of floating-point operations leaves in a model. */
  private static final Set<String> COUNTERS = Set.of("total_ops", "total_params");

  private Heads() {}

  /** Returns whether a tensor of this name is part of a head. */
  static boolean isOne(String name) {
    int dot = name.indexOf('.');
    return NAMES.contains(dot < 0 ? name : name.substring(0, dot));
  }

  /** Returns whether a tensor of this name only counts operations. */
  static boolean isCounter(String name) {
    return COUNTERS.contains(name.substring(name.lastIndexOf('.') + 1));
  }
}
