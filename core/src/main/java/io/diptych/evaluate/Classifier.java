package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * An encoder under a new linear layer: [N, C, H, W] images to [N, classes] logits. A frozen encoder
 * stays in evaluation mode and gets no gradients.
 */
final class Classifier extends Layer {
  private static final String HEAD = "head";

  /** How the published programs begin: weights N(0, 0.01²), bias 0. */
  private static final double STD = 0.01;

  private final Backbone encoder;
  private final Linear head;
  private final boolean frozen;

  /**
   * A classifier with a head that is initialised.
   *
   * @param encoder which it takes over
   * @param seed of the head
   */
  Classifier(Backbone encoder, int classes, boolean frozen, long seed) {
    this.encoder = child("encoder", encoder);
    this.head =
        child(
            HEAD,
            new Linear(
                encoder.width(), classes, true, Initializer.normal(STD), Initializer.constant(0)));
    this.frozen = frozen;
    head.initialize(seed, HEAD + ".");
  }

  Linear head() {
    return head;
  }

  /** Goes into training mode, but for what is frozen. */
  void learn() {
    train(true);
    if (frozen) {
      encoder.train(false);
    }
  }

  @Override
  public Tensor forward(Tensor images) {
    return head.forward(frozen ? fixed(images) : encoder.forward(images));
  }

  private Tensor fixed(Tensor images) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      return scope.escape(encoder.forward(images));
    }
  }
}
