package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Dropout;
import io.diptych.nn.Gelu;
import io.diptych.nn.Identity;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.LayerNorm;
import io.diptych.nn.Linear;
import io.diptych.nn.Module;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The network of TWIST, student or teacher: an encoder, and a head that gives class logits. */
final class TwistNetwork extends Module {
  final Backbone encoder;
  final Head head;

  TwistNetwork(Backbone encoder, Twist.Projector options) {
    this.encoder = child(Method.ENCODER, encoder);
    this.head = child("projector", new Head(encoder.width(), options));
  }

  /**
   * What the network makes of several views.
   *
   * @param raw class scores before the last norm, [V · B, C], view by view
   * @param logits after it, of the same shape
   */
  record Output(Tensor raw, Tensor logits) {}

  /**
   * Runs the views: those of one size that follow each other pass the encoder at once, all pass the
   * head at once.
   */
  Output forward(List<Tensor> views) {
    List<Tensor> features = new ArrayList<>();
    int first = 0;
    for (int next = 1; next <= views.size(); next++) {
      if (next == views.size() || !views.get(next).shape().equals(views.get(first).shape())) {
        features.add(encoder.forward(Tensor.cat(views.subList(first, next), 0)));
        first = next;
      }
    }
    Tensor raw = head.scores(Tensor.cat(features, 0));
    return new Output(raw, head.norm.forward(raw));
  }

  /** The head, with the parameter names of the published weights. */
  static final class Head extends Layer {
    private static final double LAYER_NORM_EPSILON = 1e-6;
    private static final double SMALL_STD = 0.02;

    private final Layer perceptron;
    private final Layer last;
    final Layer norm;

    Head(int in, Twist.Projector options) {
      int hidden = options.hidden();
      perceptron =
          child(
              "projection_head",
              new Sequential(
                  List.of(
                      linear(in, hidden, options),
                      hiddenNorm(options),
                      activation(options),
                      new Dropout(options.dropout()),
                      linear(hidden, hidden, options),
                      hiddenNorm(options),
                      activation(options))));
      last = child("last_linear", linear(hidden, options.output(), options));
      norm = child("norm", lastNorm(options));
    }

    Tensor scores(Tensor features) {
      return last.forward(perceptron.forward(features));
    }

    @Override
    public Tensor forward(Tensor features) {
      return norm.forward(scores(features));
    }

    private static Layer linear(int in, int out, Twist.Projector options) {
      // The reference truncates this normal distribution at 100 of its deviations: nowhere.
      return options.smallInit()
          ? new Linear(in, out, true, Initializer.normal(SMALL_STD), Initializer.constant(0))
          : new Linear(in, out, true);
    }

    private static Layer hiddenNorm(Twist.Projector options) {
      return switch (options.norm()) {
        case BN -> new BatchNorm(options.hidden());
        case LN -> new LayerNorm(options.hidden(), LAYER_NORM_EPSILON);
        case NONE -> new Identity();
      };
    }

    private static Layer activation(Twist.Projector options) {
      return switch (options.activation()) {
        case RELU -> new Relu();
        case GELU -> new Gelu();
      };
    }

    private static Layer lastNorm(Twist.Projector options) {
      return switch (options.lastNorm()) {
        case BN, SYNCBN -> new BatchNorm(options.output(), false, Initializer.constant(1));
        case IDENTITY -> new Identity();
      };
    }
  }
}
