package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.cli.example.ReadmeExample;
import io.diptych.train.MetricSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says is so. */
final class ReadmeTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @Test
  void theExampleIsTheOneThatIsCompiled() throws IOException {
    String source =
        Files.readString(
            ROOT.resolve("cli/src/test/java/io/diptych/cli/example/ReadmeExample.java"));
    String example = source.split(" +// README\n")[1];
    String unindented =
        example
            .lines()
            .map(line -> line.replaceFirst("^ {4}", ""))
            .collect(Collectors.joining("\n"));
    assertThat(Files.readString(ROOT.resolve("README.md")))
        .contains("```java\n" + unindented + "\n```");
  }

  @Test
  void theExampleRuns(@TempDir Path dir) throws Exception {
    Path data = Diptych.tinyData(dir.resolve("data"), 40, 20);
    Path recipe = Diptych.tinyRecipe(dir.resolve("tiny.yaml"), data);
    float[] features = ReadmeExample.pretrainAndEmbed(recipe, dir.resolve("run"), MetricSink.all());
    assertThat(features).hasSize(40 * 16);
  }

  @Test
  void theTestCommandIsTheOneOfTheContinuousIntegration() throws IOException {
    String command = "./mvnw -B verify";
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains(command);
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains(command);
  }
}
