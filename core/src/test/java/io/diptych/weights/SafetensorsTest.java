package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(Scoped.class)
final class SafetensorsTest {
  private static final Map<String, String> METADATA = Map.of("step", "12", "text", "naïve \"x\"\n");

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("weights.safetensors");
  }

  private static Map<String, Tensor> everything() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType dtype : DType.values()) {
      Tensor values = Tensor.arange(6, Device.CPU).remainder(2).to(dtype).reshape(2, 3);
      tensors.put("of." + dtype, values);
      tensors.put("number of " + dtype, values.select(0, 0).select(0, 1));
    }
    tensors.put("empty", Tensor.zeros(0));
    tensors.put("empty too", Tensor.zeros(DType.INT64, Device.CPU, 5, 0, 2));
    tensors.put("ütf-8", Tensor.of(new float[] {Float.NaN, Float.NEGATIVE_INFINITY, -0f}, 3));
    tensors.put("transposed", Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).t());
    return tensors;
  }

  @Test
  void everyTypeAndShapeComesBackBitByBitWithItsMetadata() throws IOException {
    Map<String, Tensor> tensors = everything();
    Safetensors.write(file(), tensors, METADATA);
    Safetensors.Contents contents = Safetensors.read(file());
    assertSame(contents.tensors(), tensors);
    assertThat(contents.metadata()).isEqualTo(METADATA);
  }

  @Test
  void nothingButEmptyTensorsComesBackToo() throws IOException {
    Map<String, Tensor> tensors = Map.of("none", Tensor.zeros(5, 0));
    Safetensors.write(file(), tensors, Map.of());
    assertSame(Safetensors.read(file()).tensors(), tensors);
    Safetensors.write(file(), Map.of(), Map.of());
    assertThat(Safetensors.read(file()).tensors()).isEmpty();
  }

  @Test
  void theFileIsALengthAHeaderInJsonAndTheData() throws IOException {
    Safetensors.write(file(), Map.of("w", Tensor.of(new float[] {1, 2}, 1, 2)), METADATA);
    byte[] bytes = Files.readAllBytes(file());
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat((8 + length) % 8).isZero();
    JsonNode header =
        JsonMapper.builder().build().readTree(new String(bytes, 8, length, StandardCharsets.UTF_8));
    assertThat(header.path("w").toString())
        .isEqualTo("{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}");
    assertThat(header.path("__metadata__").path("text").asString()).isEqualTo(METADATA.get("text"));
    assertThat(header.path("__metadata__").path("crc32c").asString()).matches("[0-9a-f]{8}");
    byte[] data = Arrays.copyOfRange(bytes, 8 + length, bytes.length);
    assertThat(data).isEqualTo(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40});
  }

  @Test
  void aFileOfAnotherWriterNeedsNoChecksumAndAnyOrder() throws IOException {
    write(
        "{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]},"
            + "\"a\":{\"dtype\":\"BOOL\",\"shape\":[],\"data_offsets\":[0,1]},"
            + "\"none\":{\"dtype\":\"F32\",\"shape\":[3,0],\"data_offsets\":[1,1]}}",
        1,
        2,
        3);
    Safetensors.Contents contents = Safetensors.read(file());
    assertThat(contents.tensors().keySet()).containsExactly("a", "none", "b");
    assertThat(contents.tensors().get("b").toLongArray()).containsExactly(2, 3);
    assertThat(contents.tensors().get("none").shape()).isEqualTo(Shape.of(3, 0));
    assertThat(contents.metadata()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [1]                                                             | the header is not a JSON object
          {"a":                                                           | the header is not JSON: Unexpected end
          {"a":{}}                                                        | tensor a has the type '', which is not supported
          {"a":1}                                                         | tensor a has the type '', which is not supported
          {"a":{"dtype":"F8","shape":[1],"data_offsets":[0,3]}}           | tensor a has the type 'F8', which is not supported
          {"a":{"dtype":"U8"}}                                            | tensor a has no shape or no data_offsets
          {"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,3]}}          | tensor a has the impossible shape [-1]
          {"a":{"dtype":"U8","shape":["x"],"data_offsets":[0,3]}}         | tensor a has the impossible shape ["x"]
          {"a":{"dtype":"U8","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,3]}} | takes more than the 3 bytes of data there are: cut short or damaged
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}           | tensor a of 3 bytes is said to be at 1 to 4 of 3 bytes: cut short or damaged
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}           | tensor a starts at 1, expected 0
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}           | has 3 bytes of data, its header says 2
          {"__metadata__":{"crc32c":"00000000"},"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}} | damaged: its checksum is not the one it was written with
          {"__metadata__":{"crc32c":{}},"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}} | damaged: its checksum is not the one it was written with
          """)
  void aHeaderThatIsWrongIsRefusedWithTheFileAndTheReason(String header, String message)
      throws IOException {
    write(header, 1, 2, 3);
    assertThatThrownBy(() -> Safetensors.read(file()))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith(file() + ": ")
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void whatIsNoSafetensorsFileAtAllIsRefused() throws IOException {
    Files.write(file(), new byte[5]);
    assertThatThrownBy(() -> Safetensors.read(file()))
        .hasMessage(file() + ": has 5 bytes, too few for a safetensors file");
    Files.writeString(file(), "PK, a zip file perhaps");
    assertThatThrownBy(() -> Safetensors.read(file()))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("does not fit a file of 22 bytes: cut short, or not safetensors");
    assertThatThrownBy(() -> Safetensors.read(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aFileCutShortAnywhereIsRefused() throws IOException {
    Safetensors.write(file(), everything(), METADATA);
    byte[] whole = Files.readAllBytes(file());
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThat(damage()).as("cut to %d bytes", length).isNotNull();
    }
    Files.write(file(), Arrays.copyOf(whole, whole.length + 1));
    assertThat(damage()).isNotNull();
  }

  @Test
  void noFlippedBitGoesUnnoticed() throws IOException {
    Map<String, Tensor> tensors = everything();
    Safetensors.write(file(), tensors, METADATA);
    byte[] whole = Files.readAllBytes(file());
    SplittableRandom random = new SplittableRandom(12);
    List<Integer> unnoticed = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      int bit = random.nextInt(8 * whole.length);
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file(), damaged);
      if (damage() == null) {
        unnoticed.add(bit);
      }
    }
    // Only a flip within the name of the checksum itself hides it.
    assertThat(unnoticed).hasSizeLessThanOrEqualTo(3);
    for (int bit : unnoticed) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file(), damaged);
      Safetensors.Contents contents = Safetensors.read(file());
      assertSame(contents.tensors(), tensors);
      assertThat(contents.metadata()).containsAllEntriesOf(METADATA);
    }
  }

  /** Reads the file and returns what is wrong with it; anything but the known exceptions fails. */
  private String damage() throws IOException {
    try (Scope scope = Scope.open()) {
      Safetensors.read(file());
      return null;
    } catch (WeightsException | EOFException e) {
      assertThat(e.getMessage()).startsWith(file() + ": ").doesNotContain("\n");
      return e.getMessage();
    }
  }

  private void write(String header, int... data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    for (int value : data) {
      bytes.put((byte) value);
    }
    Files.write(file(), bytes.array());
  }

  private static void assertSame(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          assertThat(actual.get(name).dtype()).as(name).isEqualTo(tensor.dtype());
          assertThat(actual.get(name).shape()).as(name).isEqualTo(tensor.shape());
          assertThat(actual.get(name).toBytes()).as(name).isEqualTo(tensor.toBytes());
        });
  }
}
