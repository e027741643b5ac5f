package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Mutations;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged weights files: each is read, or refused in one line that names it, without setting aside
 * more memory than the file has.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class WeightsFuzzTest {
  @TempDir private Path dir;

  private void fuzz(String name, byte[] whole) throws IOException {
    Path file = dir.resolve("damaged-" + name);
    int refused = 0;
    int placed = 0;
    for (int round = 0; round < Mutations.ROUNDS; round++) {
      Files.write(file, Mutations.of(whole, round));
      String problem = read(file, name, round);
      if (problem != null) {
        refused++;
        placed += problem.matches("(?s).*\\d.*") ? 1 : 0;
      }
    }
    System.out.printf(
        "%-22s %6d damaged copies: %6d refused, %6d of them with a place or size, %6d read%n",
        name, Mutations.ROUNDS, refused, placed, Mutations.ROUNDS - refused);
    assertThat(refused).isBetween(Mutations.ROUNDS / 10, Mutations.ROUNDS - 1);
  }

  /** Returns the message of a refusal without the file's name, or null. */
  private static String read(Path file, String name, int round) throws IOException {
    try (Scope scope = Scope.open();
        WeightsFile opened = WeightsFile.open(file)) {
      long size = Files.size(file);
      for (Map<String, StoredTensor> tensors : opened.dictionaries().values()) {
        for (StoredTensor tensor : tensors.values()) {
          assertThat(tensor.shape().numel() * tensor.dtype().bytes()).isLessThanOrEqualTo(size);
          tensor.read().close();
        }
      }
      return imported(file);
    } catch (WeightsException | EOFException e) {
      assertThat(e.getMessage())
          .as("seed %d, %s round %d", Mutations.SEED, name, round)
          .startsWith(file + ": ")
          .doesNotContain("\n");
      return e.getMessage().substring(file.toString().length());
    } catch (RuntimeException | IOException | Error e) {
      throw new AssertionError(
          "seed " + Mutations.SEED + ", " + name + " round " + round + ": " + e, e);
    }
  }

  private static String imported(Path file) throws IOException {
    try {
      WeightsImport.read(file, ImportOptions.NONE);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage().contains("one channel") ? null : e.getMessage();
    } catch (WeightsException e) {
      // What can be read need not be an encoder.
      boolean noEncoder =
          e.getMessage().contains("holds no encoder") || e.getMessage().contains("not fit");
      return noEncoder ? null : e.getMessage().substring(file.toString().length());
    }
  }

  private static Map<String, Tensor> encoder() {
    Backbone backbone =
        Backbones.create(ArchitectureText.parse("{name: resnet, depth: 8, width: 1}"), 3);
    backbone.initialize(1);
    return backbone.state();
  }

  private static byte[] recorded(String name) throws Exception {
    URI file = WeightsFuzzTest.class.getResource("files/" + name).toURI();
    return Files.readAllBytes(Path.of(file));
  }

  @Test
  void archivesOfPyTorch() throws Exception {
    fuzz("torch-save.pth", recorded("archive.pth"));
  }

  @Test
  void streamsOfPyTorch() throws Exception {
    fuzz("torch-save-old.pth", recorded("stream.pth"));
  }

  @Test
  void archivesOfEncoders() throws IOException {
    Path file = dir.resolve("encoder.pth");
    TorchTestFile.archive(file, Map.of("model", encoder()));
    fuzz("encoder.pth", Files.readAllBytes(file));
  }

  @Test
  void streamsOfEncoders() throws IOException {
    Path file = dir.resolve("encoder.pth");
    TorchTestFile.stream(file, Map.of("model", encoder()));
    fuzz("encoder-old.pth", Files.readAllBytes(file));
  }

  @Test
  void safetensors() throws IOException {
    Path file = dir.resolve("a.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType dtype : DType.values()) {
      tensors.put("a." + dtype, Tensor.ones(2, 3).to(dtype));
    }
    tensors.put("none", Tensor.zeros(0, 3));
    Safetensors.write(file, tensors, Map.of("a", "text"));
    byte[] whole = Files.readAllBytes(file);
    fuzz("types.safetensors", whole);
    Safetensors.write(file, encoder(), Map.of());
    fuzz("encoder.safetensors", Files.readAllBytes(file));
  }

  @Test
  void picklesOfDetectron() throws IOException {
    Path file = dir.resolve("a.pkl");
    DetectronFile.write(
        file, Map.of("stem.conv1.weight", Tensor.ones(2, 3), "n", Tensor.ones()), "author");
    fuzz("detectron2.pkl", Files.readAllBytes(file));
  }

  @Test
  void everySeedIsReadWhole() throws Exception {
    for (String name : List.of("archive.pth", "stream.pth", "plain.pth")) {
      Path file = dir.resolve(name);
      Files.write(file, recorded(name));
      assertThat(read(file, name, -1)).isNull();
    }
  }
}
