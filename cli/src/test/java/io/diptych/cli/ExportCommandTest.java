package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Script;
import io.diptych.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that leave by the command. */
final class ExportCommandTest {
  @TempDir private Path dir;

  private void assertRefused(String message, String... args) throws Exception {
    Diptych.Result result = Diptych.run(dir, args);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.error()).isEqualTo("diptych: " + message);
  }

  @Test
  void networksAreWrittenWholeOrNotAtAll() throws Exception {
    Path data = Diptych.tinyData(dir.resolve("data"), 200, 100);
    Path recipe = Diptych.tinyRecipe(dir.resolve("tiny.yaml"), data);
    assertThat(
            Diptych.run(dir, "pretrain", recipe.toString(), "--out", "run", "train.epochs=1")
                .code())
        .isZero();

    Diptych.Result onnx =
        Diptych.run(
            dir, "export", "run", "--format", "onnx", "--to", "a.onnx", "--images", "bytes");
    assertThat(onnx.out()).as(onnx.err()).startsWith("wrote a.onnx (onnx, ");
    assertThat(new String(Files.readAllBytes(dir.resolve("a.onnx")), StandardCharsets.ISO_8859_1))
        .contains("layer1.0.conv1.weight", "BatchNormalization", "recipe_hash");

    Diptych.Result script =
        Diptych.run(
            dir,
            "export",
            "run",
            "--format",
            "torchscript",
            "--to",
            "a.pt",
            "--images",
            "unit",
            "--image-size",
            "40");
    assertThat(script.out()).as(script.err()).startsWith("wrote a.pt (torchscript, ");
    try (Script network = Script.load(dir.resolve("a.pt"));
        Tensor images = Tensor.full(0.5, DType.FLOAT32, Device.CPU, 2, 1, 40, 40)) {
      assertThat(network.forward(images).get(0).size(0)).isEqualTo(2);
    }

    byte[] before = Files.readAllBytes(dir.resolve("a.onnx"));
    assertRefused(
        "format safetensors holds weights without a network, which would take images",
        "export",
        "run",
        "--format",
        "safetensors",
        "--to",
        "a.safetensors",
        "--images",
        "bytes");
    assertRefused(
        "a.pt: a file of format onnx must end in .onnx",
        "export",
        "run",
        "--format",
        "onnx",
        "--to",
        "a.pt");
    assertRefused(
        "--image-size: must be 1 or more, was 0",
        "export",
        "run",
        "--format",
        "onnx",
        "--to",
        "a.onnx",
        "--image-size",
        "0");
    assertThat(Files.readAllBytes(dir.resolve("a.onnx"))).isEqualTo(before);
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }
}
