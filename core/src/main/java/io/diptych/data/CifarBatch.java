package io.diptych.data;

import io.diptych.pickle.NumpyArray;
import io.diptych.pickle.PlainUnpickler;
import io.diptych.pickle.UnreadablePickleException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How one file of CIFAR is read: 32x32 images, red plane, green plane, blue plane. */
sealed interface CifarBatch {
  /** Rows and columns of an image. */
  int SIDE = 32;

  /** Bytes of an image. */
  int IMAGE_BYTES = 3 * SIDE * SIDE;

  /** Reads all images of a file, whose length is known. */
  PixelStore read(DataFile file);

  /**
   * Records of labels and pixels.
   *
   * @param labelBytes labels before each image, of which the last counts (CIFAR-100 puts the coarse
   *     before the fine one)
   * @param classes how many classes there are
   */
  record Binary(int labelBytes, int classes) implements CifarBatch {

    @Override
    public PixelStore read(DataFile file) {
      int recordBytes = labelBytes + IMAGE_BYTES;
      if (file.length() == 0 || file.length() % recordBytes != 0) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: has %d bytes, expected a multiple of %d (one record); it is incomplete, or"
                    + " not a binary batch of CIFAR-%d",
                file.name(),
                file.length(),
                recordBytes,
                classes));
      }
      PixelStore store = new PixelStore(3, SIDE, SIDE);
      byte[] bytes = new byte[recordBytes];
      long count = file.length() / recordBytes;
      try (TrackedInput in = TrackedInput.open(file)) {
        for (long i = 0; i < count; i++) {
          long at = in.position() + labelBytes - 1;
          in.readFully(bytes, 0, recordBytes, "record " + i + " of " + count);
          int label = bytes[labelBytes - 1] & 0xff;
          checkLabel(label, classes, file.name() + " at byte " + at);
          store.add(bytes, labelBytes, label);
        }
      }
      return store;
    }
  }

  /**
   * A pickled dictionary of pixels and labels.
   *
   * @param labelKey the entry that holds the labels
   * @param classes how many classes there are
   */
  record Pickled(String labelKey, int classes) implements CifarBatch {

    @Override
    public PixelStore read(DataFile file) {
      Object root;
      try (InputStream in = new BufferedInputStream(file.opener().open(), 1 << 16)) {
        root = new PlainUnpickler(in, file.length(), NumpyArray.VOCABULARY, null).next();
      } catch (UnreadablePickleException e) {
        throw new DataException(
            file.name() + " " + e.getMessage() + "; it is damaged, or not what its name says", e);
      } catch (IOException e) {
        throw new DataException(file.name() + ": cannot be read: " + Failures.reason(e), e);
      }
      if (!(root instanceof Map<?, ?> batch)) {
        throw new DataException(file.name() + ": is a pickle of something else than a dictionary");
      }
      byte[] pixels = pixels(file.name(), batch.get("data"));
      int count = pixels.length / IMAGE_BYTES;
      if (!(batch.get(labelKey) instanceof List<?> labels) || labels.size() != count) {
        throw new DataException(
            file.name() + ": has no list '" + labelKey + "' of " + count + " labels");
      }
      PixelStore store = new PixelStore(3, SIDE, SIDE);
      for (int i = 0; i < count; i++) {
        int label = labels.get(i) instanceof Number n ? n.intValue() : -1;
        checkLabel(label, classes, file.name() + ": " + labelKey + "[" + i + "]");
        store.add(pixels, i * IMAGE_BYTES, label);
      }
      return store;
    }

    private static byte[] pixels(String name, @Nullable Object data) {
      if (data instanceof NumpyArray array
          && array.type().equals("u1")
          && array.shape().size() == 2
          && array.shape().get(0) > 0
          && array.shape().get(1) == IMAGE_BYTES) {
        return array.bytes();
      }
      throw new DataException(
          name + ": has no numpy array 'data' of 8-bit numbers with " + IMAGE_BYTES + " columns");
    }
  }

  private static void checkLabel(int label, int classes, String where) {
    if (label < 0 || label >= classes) {
      throw new DataException(where + ": label " + label + ", expected 0 to " + (classes - 1));
    }
  }
}
