package io.diptych.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.option.OptionException;
import io.diptych.option.Yaml;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeSourceTest {
  private static final Map<String, String> RESOURCES =
      Map.of(
          "index", "sample/simclr\ncifar10/simclr\n\n",
          "sample/simclr.yaml", "# SimCLR\nseed: 1\n",
          "cifar10/simclr.yaml", "seed: [\n");

  private final RecipeSource source =
      new RecipeSource(
          name -> {
            String text = RESOURCES.get(name);
            return text == null
                ? null
                : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
          });

  @TempDir private Path folder;

  private void assertProblem(String name, String message) {
    assertThatThrownBy(() -> source.read(name))
        .isInstanceOf(OptionException.class)
        .hasMessage(message);
  }

  @Test
  void builtInRecipesAreFoundByName() {
    assertThat(source.names()).containsExactly("sample/simclr", "cifar10/simclr");
    assertThat(source.text("sample/simclr")).isEqualTo("# SimCLR\nseed: 1\n");
    assertThat(source.summary("sample/simclr")).isEqualTo("SimCLR");
    assertThat(source.summary("cifar10/simclr")).isEmpty();
    assertThat(Yaml.flow(source.read("sample/simclr"))).isEqualTo("{seed: 1}");
    assertProblem(
        "cifar10/simclr",
        "cifar10/simclr.yaml:2: is no valid YAML: expected the node content, but found '<stream end>' (column 1)");
  }

  @Test
  void otherRecipesAreFiles() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.yaml"), "seed: 2\n");
    assertThat(Yaml.flow(source.read(file.toString()))).isEqualTo("{seed: 2}");
    assertThat(source.read(file.toString()).location().source()).isEqualTo(file.toString());
    assertThat(Yaml.flow(RecipeSource.FILES.read(file.toString()))).isEqualTo("{seed: 2}");
  }

  @Test
  void whatIsNotThereIsNamed() {
    String all = "(one of: sample/simclr, cifar10/simclr; or the path of a YAML file)";
    assertProblem(
        "sample/simcrl", "unknown recipe 'sample/simcrl'; did you mean 'sample/simclr'? " + all);
    assertProblem("nothing\0like it", "unknown recipe 'nothing\0like it' " + all);
    assertThatThrownBy(() -> source.text("byol")).hasMessage("unknown recipe 'byol' " + all);
    assertProblem("no/such.yaml", "no/such.yaml: no such file");
    assertThatThrownBy(() -> RecipeSource.FILES.read("mine")).hasMessage("mine: no such file");
    assertProblem(folder.toString(), folder + ": is a folder; expected a recipe, a YAML file");
  }

  @Test
  void aHugeFileIsNotReadToItsEnd() throws IOException {
    Path file = Files.write(folder.resolve("huge.yaml"), new byte[3 << 20]);
    assertProblem(
        file.toString(),
        file + ": has more than 1048576 bytes, which is too much for an options file");
  }
}
