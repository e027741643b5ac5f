package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that leave by the command, come back by it, and are used. */
final class WeightsCommandTest {
  @TempDir private Path dir;
  private Path data;

  @BeforeEach
  void makeData() throws IOException {
    data = Diptych.tinyData(dir.resolve("data"), 200, 100);
  }

  private Diptych.Result run(String... args) throws Exception {
    Diptych.Result result = Diptych.run(dir, args);
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    return result;
  }

  private byte[] features(String weights) throws Exception {
    Path out = dir.resolve("features.npy");
    run("embed", weights, "data.name=mnist", "data.path=" + data, "--to", out.toString());
    return Files.readAllBytes(out);
  }

  @Test
  void featuresAreTheSameBitForBitAfterExportAndImport() throws Exception {
    Path recipe = Diptych.tinyRecipe(dir.resolve("tiny.yaml"), data);
    run("pretrain", recipe.toString(), "--out", "run", "train.epochs=1");
    assertThat(run("export", "run", "--format", "pytorch", "--to", "a.pth").out())
        .startsWith("wrote a.pth (pytorch, ");
    run("export", "run", "--format", "safetensors", "--to", "a.safetensors");
    String told = run("import", "a.pth", "--to", "b.safetensors").out();
    assertThat(told)
        .contains("{name: resnet, depth: 8, width: 4, ", "stem: light")
        .contains("mean [0.2], std [0.2]")
        .endsWith("wrote b.safetensors\n");

    byte[] expected = features("run");
    for (String weights : new String[] {"a.safetensors", "b.safetensors"}) {
      assertThat(features(weights)).as(weights).isEqualTo(expected);
      String evaluated =
          run("evaluate", weights, "data.name=mnist", "data.path=" + data, "--protocol", "knn")
              .out();
      assertThat(evaluated).contains("encoder", "untrained", "pixels");
    }
    run("export", "b.safetensors", "--format", "pytorch", "--to", "c.pth");
    assertThat(Files.readAllBytes(dir.resolve("c.pth")))
        .isEqualTo(Files.readAllBytes(dir.resolve("a.pth")));
  }

  @Test
  void formatsAndLayoutsAreListed() throws Exception {
    assertThat(run("export").out()).contains("safetensors", ".pth", "detectron2");
    assertThat(run("import").out()).contains("torchvision", "twist", "selfcon");
  }

  @Test
  void whatCannotBeTakenInIsOneLine() throws Exception {
    Path hostile = dir.resolve("hostile.pth");
    Files.write(hostile, "\u0080\u0002cos\nsystem\n(tR.".getBytes(StandardCharsets.ISO_8859_1));
    Diptych.Result result = Diptych.run(dir, "import", "hostile.pth", "--to", "a.safetensors");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.error())
        .startsWith("diptych: hostile.pth: at byte 13: ")
        .contains("it asks for os.system, which is refused");
    assertThat(dir.resolve("a.safetensors")).doesNotExist();

    Diptych.Result missing = Diptych.run(dir, "import", "none.pth", "--to", "a.safetensors");
    assertThat(missing.code()).isEqualTo(3);
    assertThat(missing.error()).isEqualTo("diptych: none.pth: no such file or directory");

    Diptych.Result format = Diptych.run(dir, "export", "run", "--format", "h5", "--to", "a.h5");
    assertThat(format.code()).isEqualTo(2);
    assertThat(format.error()).startsWith("diptych: unknown format 'h5' (one of: safetensors,");

    Diptych.Result foreign =
        Diptych.run(dir, "export", "hostile.pth", "--format", "pytorch", "--to", "a.pth");
    assertThat(foreign.code()).isEqualTo(3);
    assertThat(foreign.error()).contains("hostile.pth: ").contains("not safetensors");
  }
}
