package io.diptych.tensor;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Operations that fold dimensions together. Without dimensions they fold all; the {@code Keep}
 * forms leave folded dimensions with size 1, ready to broadcast.
 */
sealed interface Reducing permits Tensor {
  private org.bytedeco.pytorch.Tensor me() {
    return ((Tensor) this).handle();
  }

  /** Returns the sum. */
  default Tensor sum(long... dimensions) {
    return Reductions.sum(me(), dimensions, false);
  }

  /** Returns the sum, dimensions kept. */
  default Tensor sumKeep(long... dimensions) {
    return Reductions.sum(me(), dimensions, true);
  }

  /** Returns the mean. */
  default Tensor mean(long... dimensions) {
    return Reductions.mean((Tensor) this, dimensions, false);
  }

  /** Returns the mean, dimensions kept. */
  default Tensor meanKeep(long... dimensions) {
    return Reductions.mean((Tensor) this, dimensions, true);
  }

  /** Returns the standard deviation, with divisor n − 1 if unbiased, else n. */
  default Tensor std(boolean unbiased, long... dimensions) {
    return Reductions.std(me(), unbiased, dimensions, false);
  }

  /** Returns the standard deviation, dimensions kept. */
  default Tensor stdKeep(boolean unbiased, long... dimensions) {
    return Reductions.std(me(), unbiased, dimensions, true);
  }

  /** Returns the Euclidean length along one dimension, kept. */
  default Tensor normKeep(long dimension) {
    return Native.call(
        "norm",
        () -> {
          try (Scalar two = new Scalar(2);
              ScalarOptional order = new ScalarOptional(two)) {
            return me().norm(order, new long[] {dimension}, true);
          }
        });
  }

  /** Returns the largest value of all. */
  default Tensor max() {
    return Native.call("max", () -> me().max());
  }

  /** Returns the smallest value of all. */
  default Tensor min() {
    return Native.call("min", () -> me().min());
  }

  /** Returns the largest values along a dimension and where they are. */
  default Ranked max(long dimension, boolean keep) {
    return Native.pairCall("max", () -> me().max(dimension, keep));
  }

  /** Returns the smallest values along a dimension and where they are. */
  default Ranked min(long dimension, boolean keep) {
    return Native.pairCall("min", () -> me().min(dimension, keep));
  }

  /** Returns where the largest value along a dimension is (int64). */
  default Tensor argmax(long dimension) {
    return Native.call(
        "argmax",
        () -> {
          try (LongOptional along = new LongOptional(dimension)) {
            return me().argmax(along, false);
          }
        });
  }

  /** Returns log Σ exp along a dimension, computed without overflow. */
  default Tensor logSumExp(long dimension) {
    return Native.call("logSumExp", () -> me().logsumexp(new long[] {dimension}, false));
  }

  /** Returns exp / Σ exp along a dimension. */
  default Tensor softmax(long dimension) {
    return Native.call(
        "softmax",
        () -> me().softmax(dimension),
        notes -> notes.reads((Tensor) this).with("dimension", dimension));
  }

  /** Returns log softmax along a dimension. */
  default Tensor logSoftmax(long dimension) {
    return Native.call("logSoftmax", () -> torch.log_softmax(me(), dimension));
  }

  /** Returns the running sum along a dimension. */
  default Tensor cumsum(long dimension) {
    return Native.call("cumsum", () -> me().cumsum(dimension));
  }

  /** Returns whether all values are true (bool scalar). */
  default Tensor all() {
    return Native.call("all", () -> me().all());
  }

  /** Returns whether any value is true (bool scalar). */
  default Tensor any() {
    return Native.call("any", () -> me().any());
  }

  /** Returns the k largest (or smallest) values along a dimension, best first. */
  default Ranked topk(long k, long dimension, boolean largest) {
    return Native.pairCall("topk", () -> me().topk(k, dimension, largest, true));
  }

  /** Returns the values in ascending order along a dimension; equal ones keep their order. */
  default Ranked sort(long dimension) {
    return Native.pairCall(
        "sort",
        () -> {
          try (org.bytedeco.pytorch.BoolOptional stable =
              new org.bytedeco.pytorch.BoolOptional(true)) {
            return me().sort(stable, dimension, false);
          }
        });
  }

  /** Returns every row divided by max(its Euclidean length along the dimension, 1e-12). */
  default Tensor normalize(long dimension) {
    Tensor self = (Tensor) this;
    return self.div(self.normKeep(dimension).clamp(1e-12, Double.POSITIVE_INFINITY));
  }
}

/** The reductions over several dimensions, whose native signatures differ. */
final class Reductions {
  private Reductions() {}

  static Tensor sum(org.bytedeco.pytorch.Tensor t, long[] dimensions, boolean keep) {
    return Native.call(
        "sum",
        () -> {
          if (dimensions.length == 0 && !keep) {
            return t.sum();
          }
          try (ScalarTypeOptional type = new ScalarTypeOptional()) {
            return t.sum(all(t, dimensions), keep, type);
          }
        });
  }

  static Tensor mean(Tensor tensor, long[] dimensions, boolean keep) {
    return Native.call(
        "mean",
        () -> {
          org.bytedeco.pytorch.Tensor t = tensor.handle();
          if (dimensions.length == 0 && !keep) {
            return t.mean();
          }
          try (ScalarTypeOptional type = new ScalarTypeOptional()) {
            return t.mean(all(t, dimensions), keep, type);
          }
        },
        notes -> notes.reads(tensor).with("dimensions", dimensions).with("keep", keep));
  }

  static Tensor std(
      org.bytedeco.pytorch.Tensor t, boolean unbiased, long[] dimensions, boolean keep) {
    return Native.call("std", () -> t.std(all(t, dimensions), unbiased, keep));
  }

  private static long[] all(org.bytedeco.pytorch.Tensor t, long[] dimensions) {
    if (dimensions.length > 0) {
      return dimensions;
    }
    long[] every = new long[(int) t.dim()];
    for (int i = 0; i < every.length; i++) {
      every[i] = i;
    }
    return every;
  }
}
