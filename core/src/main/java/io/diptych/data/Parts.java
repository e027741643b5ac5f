package io.diptych.data;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a reader found, before it becomes tensors.
 *
 * @param train training images
 * @param test test images, if the set has any
 * @param classNames name of each label, empty for unlabelled sets
 */
record Parts(PixelStore train, @Nullable PixelStore test, List<String> classNames)
    implements Content {

  Parts(PixelStore train, @Nullable PixelStore test) {
    this(train, test, List.of());
  }

  Parts withClassNames(List<String> names) {
    return new Parts(train, test, names);
  }

  Parts map(UnaryOperator<PixelStore> change) {
    return new Parts(change.apply(train), test == null ? null : change.apply(test), classNames);
  }

  /** Copies everything into tensors; the chunks are given up one by one on the way. */
  Dataset toDataset(String name) {
    ImageSet trainSet = toSet(name, train);
    return new Dataset(trainSet, test == null ? null : toSet(name, test));
  }

  private ImageSet toSet(String name, PixelStore store) {
    Tensor pixels =
        Tensor.empty(
            DType.UINT8, Device.CPU, store.size(), store.channels(), store.height(), store.width());
    for (int c = 0; c < store.chunks(); c++) {
      try (Scope scope = Scope.open()) {
        byte[] chunk = store.takeChunk(c);
        long images = chunk.length / store.imageBytes();
        Tensor source = Tensor.of(chunk, images, store.channels(), store.height(), store.width());
        pixels.narrow(0, (long) c * store.imagesPerChunk(), images).copy_(source);
      }
    }
    return ImageSet.of(name, pixels, Tensor.of(store.labels(), store.size()), classNames);
  }
}
