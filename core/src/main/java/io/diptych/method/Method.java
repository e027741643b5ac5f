package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Layer;
import io.diptych.nn.Module;
import io.diptych.nn.Stateful;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.Map;
import java.util.Optional;

/**
 * A way to learn representations: what it embeds and how it compares. The training loop gathers the
 * embeddings of all ranks between the two, so {@link #embed} sees its own rank's samples only and
 * {@link #compare} is a pure function of the global batch.
 */
public interface Method extends Stateful {
  /** The name of the encoder in the network of every method. */
  String ENCODER = "encoder";

  /** Returns what is trained: the encoder under {@link #ENCODER}, and the heads. */
  Module network();

  /** Returns the encoder inside {@link #network}, what a user takes away. */
  Backbone encoder();

  /**
   * Returns the part of the network that gives features [N, F] a score [N, K] for each of the
   * classes that the method itself names, without labels; nothing if it names none.
   */
  default Optional<Layer> classifier() {
    return Optional.empty();
  }

  /** Runs the network on this rank's samples. */
  Embeddings embed(Batch batch, Step step);

  /** Computes the loss of the global batch from its embeddings, without the network. */
  Loss compare(Embeddings all, Step step);

  /** Moves what follows the weights (teacher, bank, running statistics) after the optimiser. */
  default void update(Step step) {}

  /**
   * Says in words what in these embeddings makes a loss that is no number, if the method knows; ""
   * if not. Asked only when training has to stop.
   */
  default String explain(Embeddings all) {
    return "";
  }

  /** Returns the state beyond the network's. */
  @Override
  default Map<String, Tensor> state() {
    return Map.of();
  }
}
