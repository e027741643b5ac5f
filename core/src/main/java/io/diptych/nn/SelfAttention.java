package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;

/**
 * Multi-head self-attention of tokens [N, T, width] (Vaswani et al., "Attention is all you need",
 * NeurIPS 2017, section 3.2), named as in timm: {@code qkv} maps a token to query, key and value of
 * every head, {@code proj} the joined heads back.
 */
public final class SelfAttention extends Layer {
  private final Layer qkv;
  private final Layer proj;
  private final long heads;

  /**
   * Creates the layer, with biases.
   *
   * @param width of a token, a multiple of the heads
   * @param weight how both maps start; biases start at 0
   */
  public SelfAttention(long width, long heads, Initializer weight) {
    if (heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException(
          "width " + width + " is no multiple of " + heads + " heads");
    }
    this.heads = heads;
    qkv = child("qkv", new Linear(width, 3 * width, true, weight, Initializer.constant(0)));
    proj = child("proj", new Linear(width, width, true, weight, Initializer.constant(0)));
  }

  @Override
  public Tensor forward(Tensor tokens) {
    Tensor parts = parts(tokens);
    Tensor mixed = Functional.attention(parts.select(0, 0), parts.select(0, 1), parts.select(0, 2));
    return proj.forward(mixed.transpose(1, 2).flatten(2));
  }

  /** Returns how much each token looks at each other: [N, heads, T, T], rows of sum 1. */
  public Tensor weights(Tensor tokens) {
    Tensor parts = parts(tokens);
    Tensor query = parts.select(0, 0);
    double scale = 1 / Math.sqrt((double) query.size(3));
    return query.matmul(parts.select(0, 1).transpose(2, 3)).mul(scale).softmax(3);
  }

  /** Returns query, key and value of the tokens: [3, N, heads, T, width / heads]. */
  private Tensor parts(Tensor tokens) {
    return qkv.forward(tokens)
        .unflatten(2, 3, heads, tokens.size(2) / heads)
        .permute(2, 0, 3, 1, 4);
  }
}
