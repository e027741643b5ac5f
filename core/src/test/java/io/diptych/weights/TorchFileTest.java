package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.pickle.PickleWriter;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import io.diptych.weights.TorchTestFile.View;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import net.razorvine.pickle.Opcodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files of PyTorch 1.13, made by {@code make_files.py}, and damaged and hostile ones. */
@ExtendWith(Scoped.class)
final class TorchFileTest {
  @TempDir private Path dir;

  private static Path files() throws Exception {
    URI here = TorchFileTest.class.getResource("files/expected.json").toURI();
    return Path.of(here).getParent();
  }

  @Test
  void whatTorchSaveWritesIsReadWhole() throws Exception {
    checkFiles(files());
  }

  /** Checks a directory that {@code make_files.py} wrote. */
  static void checkFiles(Path directory) throws IOException {
    JsonNode expected = JsonMapper.builder().build().readTree(directory.resolve("expected.json"));
    for (String name : List.of("archive.pth", "stream.pth")) {
      try (TorchFile torch = TorchFile.open(directory.resolve(name))) {
        Map<?, ?> root = (Map<?, ?>) torch.root();
        assertThat(root.get("epoch")).isEqualTo(7);
        assertThat(((Number) root.get("large")).longValue()).isEqualTo(1L << 40);
        assertThat(root.get("accuracy")).isEqualTo(91.25);
        assertThat(((Map<?, ?>) root.get("milestones")).size()).isEqualTo(2);
        Map<?, ?> args = (Map<?, ?>) root.get("args");
        assertThat(args.get("lr")).isEqualTo(0.1);
        assertThat(args.get("names")).isEqualTo(List.of("a", "b"));
        assertThat(((Map<?, ?>) args.get("inner")).get("x")).isEqualTo(1);
        assertThat(args.get("none")).isNull();
        assertThat((Object[]) args.get("pair")).containsExactly(1, 2.5);
        assertThat(args.get("device")).isEqualTo("cpu");
        assertThat((Object[]) args.get("size")).containsExactly(2, 3);
        assertThat(root.get("itself")).isSameAs(root.get("model"));
        checkTensors(expected.required("model"), (Map<?, ?>) root.get("model"));
        Map<?, ?> state = (Map<?, ?>) ((Map<?, ?>) root.get("optimizer")).get("state");
        StoredTensor momentum = (StoredTensor) ((Map<?, ?>) state.get(0)).get("momentum_buffer");
        assertThat(momentum.read().toDoubleArray())
            .isEqualTo(doubles(expected.required("momentum")));
      }
    }
    try (TorchFile plain = TorchFile.open(directory.resolve("plain.pth"))) {
      checkTensors(expected.required("model"), (Map<?, ?>) plain.root());
    }
  }

  private static void checkTensors(JsonNode expected, Map<?, ?> found) throws IOException {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : expected.properties()) {
      String name = entry.getKey();
      names.add(name);
      StoredTensor stored = (StoredTensor) found.get(name);
      assertThat(TorchType.of(stored.dtype()).dtypeName())
          .as(name)
          .isEqualTo(entry.getValue().required("dtype").asString());
      double[] shape = doubles(entry.getValue().required("shape"));
      assertThat(stored.shape())
          .as(name)
          .isEqualTo(Shape.of(Arrays.stream(shape).mapToLong(d -> (long) d).toArray()));
      try (Tensor values = stored.read()) {
        assertThat(values.shape()).isEqualTo(stored.shape());
        assertThat(values.dtype()).isEqualTo(stored.dtype());
        assertThat(values.toDoubleArray())
            .as(name)
            .isEqualTo(doubles(entry.getValue().required("data")));
      }
    }
    assertThat(List.copyOf(found.keySet())).isEqualTo(names);
  }

  private static double[] doubles(JsonNode list) {
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asDouble();
    }
    return values;
  }

  @Test
  void whatIsWrittenIsReadBackBitForBitAndAlwaysTheSameBytes() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType dtype : DType.values()) {
      tensors.put("a." + dtype, Tensor.of(new double[] {0, 1, 1, 0, 1, 1}, 2, 3).to(dtype));
    }
    tensors.put("scalar", Tensor.scalar(0.1));
    tensors.put("none", Tensor.zeros(0, 4));
    tensors.put(
        "image",
        Tensor.arange(24, io.diptych.tensor.Device.CPU)
            .reshape(1, 2, 3, 4)
            .to(DType.FLOAT32)
            .channelsLast());
    Path file = dir.resolve("a.pth");
    TorchWriter.write(file, tensors, "{}");
    try (WeightsFile opened = WeightsFile.open(file)) {
      Map<String, StoredTensor> read = opened.dictionaries().get("");
      assertThat(List.copyOf(read.keySet())).isEqualTo(List.copyOf(tensors.keySet()));
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        StoredTensor stored = read.get(entry.getKey());
        assertThat(stored.dtype()).isEqualTo(entry.getValue().dtype());
        assertThat(stored.shape()).isEqualTo(entry.getValue().shape());
        assertThat(stored.read().toBytes()).isEqualTo(entry.getValue().toBytes());
      }
    }
    byte[] first = Files.readAllBytes(file);
    TorchWriter.write(file, tensors, "{}");
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
  }

  @Test
  void aTensorBeyondTwoGibibytesIsReadFromItsPlace() throws IOException {
    long elements = 3L << 28; // Three GiB of float32, of which the file system keeps two pages.
    Path file = dir.resolve("large.pth");
    byte[] pickle =
        pickleOf(new View(Tensor.ones(2), elements, elements - 2, new long[] {2}, new long[] {1}));
    PickleWriter keys = new PickleWriter(2).op(Opcodes.EMPTY_LIST).mark().text("0");
    byte[] list = keys.op(Opcodes.APPENDS).op(Opcodes.STOP).take();
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(TorchTestFile.header());
      out.write(pickle);
      out.write(list);
      ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      out.write(number.putLong(0, elements).array());
      out.seek(out.getFilePointer() + 4 * elements - 8);
      out.write(number.putFloat(0, 1.5f).putFloat(4, -2f).array());
    }
    try (WeightsFile opened = WeightsFile.open(file)) {
      assertThat(opened.dictionaries().get("").get("w").read().toFloatArray())
          .containsExactly(1.5f, -2f);
    }
    Files.delete(file);
  }

  private static byte[] pickleOf(View view) throws IOException {
    Path file = Files.createTempFile("pickle", ".pth");
    TorchTestFile.stream(file, Map.of("w", view));
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    int start = TorchTestFile.header().length;
    // The list of keys is the next pickle.
    int end = start;
    while (!(bytes[end] == '.' && bytes[end + 1] == (byte) 0x80 && bytes[end + 3] == ']')) {
      end++;
    }
    return Arrays.copyOfRange(bytes, start, end + 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void viewsThatReachBeyondTheirStorageAreRefused(boolean archive) throws IOException {
    Tensor four = Tensor.ones(4);
    assertRefused(archive, new View(four, 4, 1, new long[] {4}, new long[] {1}), "does not fit");
    assertRefused(archive, new View(four, 4, -1, new long[] {2}, new long[] {1}), "does not fit");
    assertRefused(
        archive, new View(four, 4, 0, new long[] {1 << 20, 1 << 20}, new long[] {0, 0}), "not fit");
    assertRefused(archive, new View(four, 4, 0, new long[] {-1}, new long[] {1}), "impossible");
    assertRefused(archive, new View(four, 4, 0, new long[] {2}, new long[] {-1}), "impossible");
    assertRefused(archive, new View(four, 4, 0, new long[] {2}, new long[] {1, 1}), "impossible");
    assertRefused(
        archive,
        new View(four, 4, Long.MAX_VALUE, new long[] {2}, new long[] {Long.MAX_VALUE}),
        "impossible");
    assertRefused(
        archive,
        new View(four, 1L << 40, 1L << 39, new long[] {4}, new long[] {1}),
        archive ? "storage 0 has 16 bytes, not 1099511627776" : "storage 0 has 4 elements");
  }

  private void assertRefused(boolean archive, View view, String message) throws IOException {
    Path file = dir.resolve("a.pth");
    if (archive) {
      TorchTestFile.archive(file, Map.of("w", view));
    } else {
      TorchTestFile.stream(file, Map.of("w", view));
    }
    assertThatThrownBy(() -> WeightsFile.open(file))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  private void assertRefusedPickle(byte[] pickle, String message) throws IOException {
    Path file = dir.resolve("a.pth");
    TorchTestFile.zip(file, Map.of("m/data.pkl", pickle), ZipEntry.STORED);
    assertThatThrownBy(() -> WeightsFile.open(file))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith(file + ": data.pkl at byte ")
        .hasMessageContaining(message);
  }

  @Test
  void nothingIsExecuted() throws IOException {
    assertRefusedPickle(
        "cos\nsystem\n(X\u0004\0\0\0trueUtR.".getBytes(StandardCharsets.ISO_8859_1),
        "it asks for os.system, which is refused; if the file is yours, save model.state_dict()");
    assertRefusedPickle(
        "ctorchvision.models.resnet\nResNet\n)\u0081.".getBytes(StandardCharsets.ISO_8859_1),
        "it asks for torchvision.models.resnet.ResNet");
    assertRefusedPickle(
        "ctorch._tensor\n_rebuild_from_type_v2\n(cbuiltins\neval\nNNtR."
            .getBytes(StandardCharsets.ISO_8859_1),
        "it asks for builtins.eval");
    assertRefusedPickle(
        "ctorch\nFloatStorage\n)R.".getBytes(StandardCharsets.ISO_8859_1),
        "it calls something that makes no plain value");
    assertRefusedPickle("I1\nQ.".getBytes(StandardCharsets.ISO_8859_1), "it makes no sense");
  }

  @Test
  void longNumbersAndEndlessPicklesAreRefused() throws IOException {
    byte[] digits = ("I" + "9".repeat(100_000) + "\n.").getBytes(StandardCharsets.US_ASCII);
    assertRefusedPickle(digits, "it has a number of 100000 digits");
    byte[] lists = new byte[6_000_000];
    Arrays.fill(lists, (byte) ']');
    assertRefusedPickle(lists, "it has more than 5000000 instructions");
  }

  @Test
  void damageIsFoundByTheChecksums() throws IOException {
    Path file = dir.resolve("a.pth");
    TorchTestFile.archive(file, Map.of("w", Tensor.ones(1000)));
    byte[] whole = Files.readAllBytes(file);
    int data = new String(whole, StandardCharsets.ISO_8859_1).indexOf("archive/data/0") + 2000;
    whole[data] ^= 4;
    Files.write(file, whole);
    try (WeightsFile opened = WeightsFile.open(file)) {
      assertThatThrownBy(() -> opened.dictionaries().get("").get("w").read())
          .isInstanceOf(WeightsException.class)
          .hasMessageMatching(
              ".*a\\.pth: storage 0 at byte \\d+ is damaged: its CRC-32 is another");
    }
  }

  @Test
  void otherArchivesAreNamed() throws IOException {
    Path file = dir.resolve("a.pth");
    byte[] empty = "}.".getBytes(StandardCharsets.US_ASCII);
    TorchTestFile.zip(file, Map.of("readme.txt", empty), ZipEntry.STORED);
    assertFails(file, "is a zip archive without data.pkl: not of PyTorch");
    TorchTestFile.zip(file, Map.of("m/data.pkl", empty, "m/constants.pkl", empty), ZipEntry.STORED);
    assertFails(file, "is a TorchScript program");
    TorchTestFile.zip(file, Map.of("m/data.pkl", empty), ZipEntry.DEFLATED);
    assertFails(file, "entry m/data.pkl is compressed or encrypted");
    byte[] big = "big".getBytes(StandardCharsets.US_ASCII);
    TorchTestFile.zip(file, Map.of("m/data.pkl", empty, "m/byteorder", big), ZipEntry.STORED);
    assertFails(file, "is in byte order 'big'; only little is read");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 60));
    assertFails(file, "is no whole zip archive");
    Files.writeString(file, "hello world");
    assertFails(file, "starts neither as safetensors nor as a file of PyTorch or Detectron2 does");
  }

  private static void assertFails(Path file, String message) {
    assertThatThrownBy(() -> WeightsFile.open(file))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }
}
