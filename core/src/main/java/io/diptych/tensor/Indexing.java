package io.diptych.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** Operations that pick or place values by position. Indices are int64. */
sealed interface Indexing permits Tensor {
  private org.bytedeco.pytorch.Tensor me() {
    return ((Tensor) this).handle();
  }

  /** Returns the slices at these positions along a dimension; the index has one dimension. */
  default Tensor indexSelect(long dimension, Tensor index) {
    return Native.call("indexSelect", () -> me().index_select(dimension, index.handle()));
  }

  /** Picks one value along the dimension for each index; shape of the index. */
  default Tensor gather(long dimension, Tensor index) {
    return Native.call("gather", () -> me().gather(dimension, index.handle()));
  }

  /** Returns a copy with the source added at the indices along a dimension. */
  default Tensor scatterAdd(long dimension, Tensor index, Tensor source) {
    return Native.call(
        "scatterAdd", () -> me().scatter_add(dimension, index.handle(), source.handle()));
  }

  /** Returns a copy with the source's slices at these positions along a dimension. */
  default Tensor indexCopy(long dimension, Tensor index, Tensor source) {
    return Native.call(
        "indexCopy", () -> me().index_copy(dimension, index.handle(), source.handle()));
  }

  /** Puts the source's slices at these positions along a dimension, in place. */
  default Tensor indexCopy_(long dimension, Tensor index, Tensor source) {
    Native.run("indexCopy_", () -> me().index_copy_(dimension, index.handle(), source.handle()));
    return (Tensor) this;
  }

  /** Returns a copy with the value wherever the mask (bool) is true. */
  default Tensor maskedFill(Tensor mask, double value) {
    return Native.call(
        "maskedFill",
        () -> {
          try (Scalar scalar = new Scalar(value)) {
            return me().masked_fill(mask.handle(), scalar);
          }
        });
  }

  /** Returns the positions of the true or non-zero values of a vector (int64). Waits. */
  default Tensor nonzero() {
    return Native.call("nonzero", () -> me().nonzero().squeeze(-1));
  }

  /** Returns int64 class numbers as rows of zeros with a one (int64, one dimension more). */
  default Tensor oneHot(long classes) {
    return Native.call("oneHot", () -> torch.one_hot(me(), classes));
  }
}
