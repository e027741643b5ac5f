package io.diptych.weights;

import io.diptych.backbone.Backbone;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Graph;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Script;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import io.diptych.tensor.TensorException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An encoder as a graph, with the TorchScript of the graph, which has given the same features as
 * the encoder.
 *
 * @param graph from images to features
 * @param script the same, compiled
 */
record TracedEncoder(Graph graph, Script script) implements AutoCloseable {
  /** The number of images is open: neither of these is one that the graph was made with. */
  private static final int[] CHECKED = {1, 5};

  private static final double TOLERANCE = 1e-4;

  /**
   * Writes an encoder down and checks what was written.
   *
   * @throws IllegalArgumentException if that cannot be done for this encoder
   */
  static TracedEncoder of(Encoder encoder, ImageInput input) {
    Backbone backbone = encoder.backbone();
    EncoderInfo info = encoder.info();
    if (backbone.isTraining()) {
      throw new IllegalArgumentException("the encoder is in training mode, not in evaluation");
    }
    if (info.imageSize() == 0) {
      throw new IllegalArgumentException(
          "the size of the images is unknown; a network is exported for one size");
    }
    Shape image = Shape.of(info.channels(), info.imageSize(), info.imageSize());
    Graph graph = graph(encoder, input, image);
    Map<String, Tensor> state = new LinkedHashMap<>();
    backbone.state().forEach((name, tensor) -> state.put(name, tensor.detach().contiguous()));
    Script script = TorchScript.compile(graph, state, backbone.parameters().keySet());
    TracedEncoder traced = new TracedEncoder(graph, script);
    for (int images : CHECKED) {
      traced.check(encoder, input, image, images);
    }
    return traced;
  }

  private static Graph graph(Encoder encoder, ImageInput input, Shape image) {
    Backbone backbone = encoder.backbone();
    try {
      return Graph.of(
          backbone.state(),
          input.type(),
          image,
          images -> List.of(backbone.forward(input.prepare(images, encoder.info()))));
    } catch (TensorException e) {
      throw new IllegalArgumentException(
          "the encoder '" + encoder.info().backbone().name() + "': " + e.getMessage(), e);
    }
  }

  private void check(Encoder encoder, ImageInput input, Shape image, int count) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      long pixels = image.numel() * count;
      Tensor levels = Keyed.of(1).uniform(Tensor.arange(pixels, Device.CPU), 1);
      Tensor images =
          (input == ImageInput.BYTES ? levels.mul(256).floor().to(DType.UINT8) : levels)
              .reshape(count, image.size(0), image.size(1), image.size(2));
      Tensor expected = encoder.backbone().forward(input.prepare(images, encoder.info()));
      Tensor given = script.forward(images).get(0);
      double largest = expected.abs().max().item();
      if (!Double.isFinite(largest)) {
        throw new IllegalArgumentException("the encoder gives numbers that are not finite");
      }
      double error = given.sub(expected).abs().max().item();
      if (!(error <= TOLERANCE * Math.max(1, largest))) {
        throw new IllegalArgumentException(
            "the exported network would not give the encoder's features: they differ by "
                + error
                + " for "
                + count
                + " images");
      }
    }
  }

  @Override
  public void close() {
    script.close();
  }
}
