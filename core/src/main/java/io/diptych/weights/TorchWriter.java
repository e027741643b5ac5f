package io.diptych.weights;

import io.diptych.pickle.PickleWriter;
import io.diptych.tensor.RawMemory;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Writes what {@code torch.save} makes of a {@code state_dict}: an archive that {@code
 * torch.load(file, weights_only=True)} reads, and that it can map into memory, as every storage
 * starts at a multiple of 64 bytes. The same tensors give the same bytes.
 */
final class TorchWriter {
  private static final String FOLDER = "archive/";
  private static final int ALIGNMENT = 64;
  private static final int PROTOCOL = 2;
  private static final int CHUNK = 1 << 20;
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 12, 0);

  private TorchWriter() {}

  /**
   * Writes a file and forces it to the disk.
   *
   * @param tensors by name
   * @param texts JSON for {@link TorchArchive#TEXTS}, an entry that PyTorch passes over
   * @throws IOException if it cannot be written
   */
  static void write(Path file, Map<String, Tensor> tensors, String texts) throws IOException {
    try (ForcedFile target = new ForcedFile(file);
        ZipArchiveOutputStream zip = new ZipArchiveOutputStream(target.channel())) {
      entry(zip, "data.pkl", pickle(tensors));
      entry(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      int key = 0;
      byte[] chunk = new byte[CHUNK];
      for (Tensor tensor : tensors.values()) {
        open(zip, "data/" + key++, tensor.numel() * tensor.dtype().bytes());
        RawMemory.write(
            tensor,
            bytes -> {
              while (bytes.hasRemaining()) {
                int length = Math.min(chunk.length, bytes.remaining());
                bytes.get(chunk, 0, length);
                zip.write(chunk, 0, length);
                target.progress();
              }
            });
        zip.closeArchiveEntry();
      }
      entry(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
      entry(zip, TorchArchive.TEXTS, texts.getBytes(StandardCharsets.UTF_8));
      zip.finish();
      target.force();
    }
  }

  private static void entry(ZipArchiveOutputStream zip, String name, byte[] bytes)
      throws IOException {
    open(zip, name, bytes.length);
    zip.write(bytes);
    zip.closeArchiveEntry();
  }

  private static void open(ZipArchiveOutputStream zip, String name, long size) throws IOException {
    ZipArchiveEntry entry = new ZipArchiveEntry(FOLDER + name);
    entry.setMethod(ZipArchiveEntry.STORED);
    entry.setSize(size);
    entry.setTimeLocal(TIME);
    entry.setAlignment(ALIGNMENT);
    zip.putArchiveEntry(entry);
  }

  private static byte[] pickle(Map<String, Tensor> tensors) {
    PickleWriter pickle = new PickleWriter(PROTOCOL);
    orderedDict(pickle).mark();
    int key = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      long[] sizes = tensor.shape().sizes();
      pickle.text(entry.getKey()).global("torch._utils", "_rebuild_tensor_v2").mark().mark();
      pickle.text("storage").global("torch", TorchType.of(tensor.dtype()).storageName());
      pickle.text(Integer.toString(key++)).text("cpu").integer(tensor.numel());
      pickle.op(Opcodes.TUPLE).op(Opcodes.BINPERSID);
      pickle.integer(0).integers(sizes).integers(RawMemory.rowMajor(sizes)).bool(false);
      orderedDict(pickle).op(Opcodes.TUPLE).op(Opcodes.REDUCE);
    }
    return pickle.op(Opcodes.SETITEMS).op(Opcodes.STOP).take();
  }

  private static PickleWriter orderedDict(PickleWriter pickle) {
    return pickle.global("collections", "OrderedDict").op(Opcodes.EMPTY_TUPLE).op(Opcodes.REDUCE);
  }
}
