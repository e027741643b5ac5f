package io.diptych.tensor;

/**
 * Values together with where they were found, as sorting and extrema give them.
 *
 * @param values the values, of the input's type
 * @param indices their positions along the dimension, int64, same shape as the values
 */
public record Ranked(Tensor values, Tensor indices) {}
