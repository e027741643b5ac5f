package io.diptych.weights;

import io.diptych.pickle.PickleWriter;
import io.diptych.tensor.RawMemory;
import io.diptych.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;

/** Writes files of PyTorch with dictionaries in dictionaries, in both formats, and wrong ones. */
final class TorchTestFile {
  private final Map<String, byte[]> storages = new LinkedHashMap<>();

  /**
   * A tensor as a pickle describes it, right or wrong.
   *
   * @param base whose memory is the storage
   * @param announced elements that the pickle says the storage has
   */
  record View(Tensor base, long announced, long offset, long[] sizes, long[] strides) {
    static View of(Tensor tensor) {
      long[] sizes = tensor.shape().sizes();
      return new View(tensor, tensor.numel(), 0, sizes, RawMemory.rowMajor(sizes));
    }
  }

  /** An {@code argparse.Namespace}. */
  record Namespace(Map<String, ?> attributes) {}

  private TorchTestFile() {}

  static void archive(Path file, Map<String, ?> root) throws IOException {
    TorchTestFile made = new TorchTestFile();
    byte[] pickle = made.pickle(root);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("archive/data.pkl", pickle);
    made.storages.forEach((key, bytes) -> entries.put("archive/data/" + key, bytes));
    entries.put("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    zip(file, entries, ZipEntry.STORED);
  }

  static void zip(Path file, Map<String, byte[]> entries, int method) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry stored = new ZipEntry(entry.getKey());
        stored.setMethod(method);
        stored.setSize(entry.getValue().length);
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        stored.setCrc(crc.getValue());
        stored.setTime(0);
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
  }

  static void stream(Path file, Map<String, ?> root) throws IOException {
    TorchTestFile made = new TorchTestFile();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header());
    out.writeBytes(made.pickle(root));
    PickleWriter keys = new PickleWriter(2).op(Opcodes.EMPTY_LIST).mark();
    made.storages.keySet().forEach(keys::text);
    out.writeBytes(keys.op(Opcodes.APPENDS).op(Opcodes.STOP).take());
    made.storages.forEach(
        (key, bytes) -> {
          ByteBuffer count = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
          out.writeBytes(count.putLong(0, bytes.length / made.widths.get(key)).array());
          out.writeBytes(bytes);
        });
    Files.write(file, out.toByteArray());
  }

  private final Map<String, Integer> widths = new LinkedHashMap<>();

  /** Magic number, version and facts of the machine. */
  static byte[] header() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PickleWriter magic = new PickleWriter(2).op(Opcodes.LONG1).op(10);
    for (int b : new int[] {0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19}) {
      magic.op(b);
    }
    out.writeBytes(magic.op(Opcodes.STOP).take());
    out.writeBytes(new PickleWriter(2).integer(1001).op(Opcodes.STOP).take());
    PickleWriter machine = new PickleWriter(2).op(Opcodes.EMPTY_DICT).mark();
    machine.text("little_endian").bool(true).op(Opcodes.SETITEMS).op(Opcodes.STOP);
    out.writeBytes(machine.take());
    return out.toByteArray();
  }

  byte[] pickle(Object root) {
    PickleWriter pickle = new PickleWriter(2);
    write(pickle, root);
    return pickle.op(Opcodes.STOP).take();
  }

  private void write(PickleWriter pickle, Object value) {
    if (value instanceof Map<?, ?> map) {
      pickle.op(Opcodes.EMPTY_DICT).mark();
      map.forEach(
          (key, item) -> {
            write(pickle, key);
            write(pickle, item);
          });
      pickle.op(Opcodes.SETITEMS);
    } else if (value instanceof List<?> list) {
      pickle.op(Opcodes.EMPTY_LIST).mark();
      list.forEach(item -> write(pickle, item));
      pickle.op(Opcodes.APPENDS);
    } else if (value instanceof Namespace namespace) {
      pickle.global("argparse", "Namespace").op(Opcodes.EMPTY_TUPLE).op(Opcodes.NEWOBJ);
      write(pickle, namespace.attributes());
      pickle.op(Opcodes.BUILD);
    } else if (value instanceof Tensor tensor) {
      view(pickle, View.of(tensor));
    } else if (value instanceof View view) {
      view(pickle, view);
    } else if (value instanceof String text) {
      pickle.text(text);
    } else if (value instanceof Boolean truth) {
      pickle.bool(truth);
    } else if (value instanceof Double number) {
      pickle.op(Opcodes.BINFLOAT);
      for (byte b : PickleUtils.double_to_bytes(number)) {
        pickle.op(b);
      }
    } else {
      pickle.integer(((Number) value).longValue());
    }
  }

  private void view(PickleWriter pickle, View view) {
    String key = Integer.toString(storages.size());
    storages.put(key, view.base().toBytes());
    widths.put(key, view.base().dtype().bytes());
    pickle.global("torch._utils", "_rebuild_tensor_v2").mark().mark();
    pickle.text("storage").global("torch", TorchType.of(view.base().dtype()).storageName());
    pickle.text(key).text("cuda:0").integer(view.announced());
    pickle.op(Opcodes.TUPLE).op(Opcodes.BINPERSID);
    pickle.integer(view.offset()).integers(view.sizes()).integers(view.strides()).bool(false);
    pickle.global("collections", "OrderedDict").op(Opcodes.EMPTY_TUPLE).op(Opcodes.REDUCE);
    pickle.op(Opcodes.TUPLE).op(Opcodes.REDUCE);
  }
}
