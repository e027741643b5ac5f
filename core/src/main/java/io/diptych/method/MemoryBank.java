package io.diptych.method;

import io.diptych.nn.Module;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of every training image: a row of features ({@code bank}, [N, D]) and, if
 * asked for, its nearest neighbours ({@code neigh}, int64 [N, k]). State that is not trained.
 */
final class MemoryBank extends Module {
  private final Tensor rows;
  private final @Nullable Tensor neighbours;

  /**
   * Creates the bank. Its rows start uniform in ±√(3/D), which gives them length 1 on average, and
   * the neighbours of every image are the first one.
   *
   * @param images N
   * @param width D
   * @param neighbours k; 0 for no table
   * @param seed of the rows
   */
  MemoryBank(long images, int width, int neighbours, long seed) {
    double bound = Math.sqrt(3.0 / width);
    try (Scope scope = Scope.open()) {
      Tensor uniform =
          Keyed.of(seed).fold("bank").uniform(Tensor.arange(images, Device.CPU), width);
      this.rows = buffer("bank", uniform.mul(2 * bound).sub(bound));
      this.neighbours =
          neighbours == 0
              ? null
              : buffer("neigh", Tensor.zeros(DType.INT64, Device.CPU, images, neighbours));
    }
  }

  Tensor rows() {
    return rows;
  }

  /** Returns the table, or null if there is none. */
  @Nullable Tensor neighbours() {
    return neighbours;
  }

  /** Goes to where a tensor is. */
  void follow(Tensor tensor) {
    if (!tensor.device().equals(rows.device())) {
      to(tensor.device());
    }
  }

  /**
   * Moves the rows of some images: M ← n(m·M + (1 − m)·n(f)).
   *
   * @param index which images, int64 [B], none twice
   * @param features f, [B, D]
   * @param momentum m
   */
  void move(Tensor index, Tensor features, double momentum) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      Tensor old = rows.indexSelect(0, index).mul(momentum);
      Tensor moved = old.add(features.normalize(1).mul(1 - momentum)).normalize(1);
      rows.indexCopy_(0, index, moved);
    }
  }

  /** Replaces the neighbours of some images, [B, k]. */
  void meet(Tensor index, Tensor near) {
    Objects.requireNonNull(neighbours, "a bank without neighbours").indexCopy_(0, index, near);
  }
}
