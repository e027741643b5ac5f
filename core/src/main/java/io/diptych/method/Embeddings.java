package io.diptych.method;

import io.diptych.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a network made of a batch: tensors by name, in order, each with the samples as its first
 * dimension ({@code z1}, {@code z2}, {@code target1}, {@code index}, {@code label}, …).
 */
public final class Embeddings {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** Creates an empty collection. */
  public Embeddings() {}

  /** Adds a tensor, and returns this. */
  public Embeddings with(String name, Tensor tensor) {
    tensors.put(name, tensor);
    return this;
  }

  /**
   * Returns a tensor.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no embedding '" + name + "', only " + tensors.keySet());
    }
    return tensor;
  }

  /** Returns all tensors, in order. */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }
}
