package io.diptych.evaluate;

import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** NumPy's format for one array, version 1.0. */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;
  private static final int CHUNK = 4096;

  private Npy() {}

  /**
   * Writes a tensor as float32 in C order.
   *
   * @param tensor of at least one dimension
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Tensor tensor) throws IOException {
    if (tensor.rank() == 0) {
      throw new IllegalArgumentException("an array needs at least one dimension, got a scalar");
    }
    String shape =
        Arrays.stream(tensor.shape().sizes())
            .mapToObj(Long::toString)
            .collect(Collectors.joining(", ", "(", tensor.rank() == 1 ? ",)" : ")"));
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    int start = MAGIC.length + Short.BYTES;
    int padding = Math.floorMod(-(start + header.length() + 1), ALIGNMENT);
    byte[] text = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(MAGIC);
      out.write(text.length & 0xff);
      out.write(text.length >> 8);
      out.write(text);
      for (long row = 0; row < tensor.size(0); row += CHUNK) {
        try (Tensor rows = tensor.narrow(0, row, Math.min(CHUNK, tensor.size(0) - row));
            Tensor floats = rows.to(DType.FLOAT32)) {
          out.write(floats.toBytes());
        }
      }
    }
  }
}
