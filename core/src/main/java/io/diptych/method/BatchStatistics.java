package io.diptych.method;

import io.diptych.nn.Layer;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Over what batch norm takes its statistics where a sample has several views. */
public enum BatchStatistics {
  /** Over all views, which pass at once. */
  JOINT,
  /** Over each view, one after the other; running statistics move once for each. */
  PER_VIEW;

  /**
   * Runs a layer on each view.
   *
   * @param layer what to run
   * @param views each [N, …]; of one shape if {@link #JOINT}
   * @return the outputs, in the order of the views
   */
  List<Tensor> forward(Layer layer, List<Tensor> views) {
    if (this == PER_VIEW || views.size() == 1) {
      return views.stream().map(layer::forward).toList();
    }
    Tensor all = layer.forward(Tensor.cat(views, 0));
    List<Tensor> outputs = new ArrayList<>();
    long first = 0;
    for (Tensor view : views) {
      outputs.add(all.narrow(0, first, view.size(0)));
      first += view.size(0);
    }
    return outputs;
  }
}
