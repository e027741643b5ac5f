package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.weights.ImportOptions;
import io.diptych.weights.Safetensors;
import io.diptych.weights.WeightsImport;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints as the reference projects save them, taken in by the command and evaluated. PyTorch
 * wrote them ({@code make_checkpoints.py}): one encoder in each layout, among heads, optimiser
 * states, options and a teacher.
 */
final class ReferenceCheckpointsTest {
  @TempDir private Path dir;

  private String run(String... args) throws Exception {
    Diptych.Result result = Diptych.run(dir, args);
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    return result.out();
  }

  private Path checkpoint(String name) throws Exception {
    URL resource = Objects.requireNonNull(getClass().getResource("checkpoints/" + name + ".pth"));
    Path file = dir.resolve(name + ".pth");
    try (InputStream in = resource.openStream()) {
      Files.copy(in, file);
    }
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "insdis-simclr-byol, 'found       in ''state_dict'', named as in layout plain', linear.0.bias",
    "mixed-barlow-twins, 'found       named as in layout mixed-barlow-twins', g.0.bias",
    "selfcon, 'found       in ''model'', named as in layout plain', selfcon_layer.1.0.weight",
    "corinfomax, 'found       in ''model_state_dict'', named as in layout plain', projector.0.bias",
    "twist, 'found       in ''model'', named as in layout plain', projection_heads.0.bias",
  })
  void isTakenInAndEvaluated(String project, String found, String leftOut) throws Exception {
    checkpoint(project);
    String told = run("import", project + ".pth", "--to", "a.safetensors");
    assertThat(told)
        .contains("{name: resnet, depth: 10, width: 2, ", "stem: cifar", found, leftOut)
        .doesNotContain("not loaded")
        .endsWith("wrote a.safetensors\n");
    requirePlain();

    Path data = Diptych.tinyData(dir.resolve("data"), 200, 100);
    String evaluated =
        run(
            "evaluate",
            "a.safetensors",
            "data.name=mnist",
            "data.path=" + data,
            "--protocol",
            "knn");
    assertThat(evaluated).contains("encoder", "untrained", "pixels").doesNotContain("NaN");
  }

  /** The weights must be those of the plain file, which has the names that are used here. */
  private void requirePlain() throws Exception {
    Path plain = checkpoint("plain");
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> expected =
          WeightsImport.read(plain, ImportOptions.NONE).encoder().backbone().state();
      Map<String, Tensor> read = Safetensors.read(dir.resolve("a.safetensors")).tensors();
      assertThat(read.keySet()).isEqualTo(expected.keySet());
      expected.forEach(
          (name, tensor) ->
              assertThat(read.get(name).toBytes()).as(name).isEqualTo(tensor.toBytes()));
    }
  }
}
