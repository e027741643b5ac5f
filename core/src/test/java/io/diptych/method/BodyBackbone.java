package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Linear;
import io.diptych.tensor.Tensor;

/** relu(W·x + b) with W and b under the name {@code body}, for rows in place of images. */
final class BodyBackbone extends Backbone {
  private final Linear body;
  private final long in;
  private final int width;

  BodyBackbone(long in, int width) {
    this.body = child("body", new Linear(in, width, true));
    this.in = in;
    this.width = width;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public Backbone another() {
    return new BodyBackbone(in, width);
  }

  @Override
  public Tensor forward(Tensor input) {
    return body.forward(input).relu();
  }
}
