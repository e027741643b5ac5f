package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackbonesDocTest {
  @Test
  void thePageHoldsWhatTheCommandPrints(@TempDir Path dir) throws Exception {
    Diptych.Result result = Diptych.run(dir, "backbones");
    assertThat(result.code()).isZero();
    Path page = Path.of("").toAbsolutePath().getParent().resolve("docs/backbones.md");
    assertThat(Files.readString(page)).contains("```text\n" + result.out() + "```");
  }

  @Test
  void withANameItPrintsOptionsAndTheNetworksOfThatFamily(@TempDir Path dir) throws Exception {
    assertThat(Diptych.run(dir, "backbones", "vit").out())
        .contains("mlp_ratio")
        .contains("ICLR 2021")
        .contains("ViT-S/16")
        .doesNotContain("ResNet-18");
    Diptych.Result unknown = Diptych.run(dir, "backbones", "resnett");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.error()).contains("unknown backbone 'resnett' (one of: resnet, pre-resnet,");
  }
}
