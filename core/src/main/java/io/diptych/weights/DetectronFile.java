package io.diptych.weights;

import io.diptych.pickle.NumpyArray;
import io.diptych.pickle.PickleWriter;
import io.diptych.pickle.PlainUnpickler;
import io.diptych.pickle.UnreadablePickleException;
import io.diptych.tensor.DType;
import io.diptych.tensor.RawMemory;
import io.diptych.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * The pickle that Detectron2 loads backbones from: a dictionary of {@code model} (numpy arrays by
 * name), {@code __author__} and {@code matching_heuristics}.
 */
final class DetectronFile {
  private static final int PROTOCOL = 4;

  /** Bytes of an array that is read at once; larger ones stay in the file until asked for. */
  private static final int AT_ONCE = 1 << 12;

  private DetectronFile() {}

  /**
   * Writes a file and forces it to the disk.
   *
   * @param tensors by Detectron2's names; all floating-point types become float32, the only one it
   *     trains in
   * @param author who made the weights
   * @throws IOException if it cannot be written
   */
  static void write(Path file, Map<String, Tensor> tensors, String author) throws IOException {
    try (ForcedFile target = new ForcedFile(file)) {
      PickleWriter pickle = new PickleWriter(PROTOCOL).op(Opcodes.EMPTY_DICT).mark();
      pickle.text("model").op(Opcodes.EMPTY_DICT).mark();
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        pickle.text(entry.getKey());
        try (Tensor array = single(entry.getValue())) {
          array(pickle, array);
          target.write(ByteBuffer.wrap(pickle.take()));
          RawMemory.write(array, target::write);
        }
        pickle.op(Opcodes.TUPLE).op(Opcodes.BUILD);
      }
      pickle.op(Opcodes.SETITEMS);
      pickle.text("__author__").text(author).text("matching_heuristics").bool(true);
      pickle.op(Opcodes.SETITEMS).op(Opcodes.STOP);
      target.write(ByteBuffer.wrap(pickle.take()));
      target.force();
    }
  }

  /**
   * Reads a file: plain values, in which arrays are {@link NumpyArray}s.
   *
   * @throws WeightsException if it is damaged, or asks for something which is refused
   * @throws IOException if it cannot be read
   */
  static @Nullable Object read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      return new PlainUnpickler(in, Files.size(file), NumpyArray.VOCABULARY, null, AT_ONCE).next();
    } catch (UnreadablePickleException e) {
      throw new WeightsException(
          file, e.getMessage() + "; it is damaged, or no file of Detectron2");
    }
  }

  private static Tensor single(Tensor tensor) {
    return tensor.dtype().isFloatingPoint()
        ? tensor.detach().to(DType.FLOAT32)
        : tensor.detach().to(DType.INT64);
  }

  /** Writes an array up to its elements. */
  private static void array(PickleWriter pickle, Tensor array) {
    pickle.global("numpy.core.multiarray", "_reconstruct").global("numpy", "ndarray").integers(0);
    pickle.bytes(1).op('b').op(Opcodes.TUPLE3).op(Opcodes.REDUCE);
    pickle.mark().integer(1).integers(array.shape().sizes());
    pickle.global("numpy", "dtype").text(array.dtype() == DType.FLOAT32 ? "f4" : "i8");
    pickle.bool(false).bool(true).op(Opcodes.TUPLE3).op(Opcodes.REDUCE);
    pickle.mark().integer(3).text("<");
    pickle.op(Opcodes.NONE).op(Opcodes.NONE).op(Opcodes.NONE).integer(-1).integer(-1).integer(0);
    pickle.op(Opcodes.TUPLE).op(Opcodes.BUILD).bool(false);
    pickle.bytes(array.numel() * array.dtype().bytes());
  }
}
