package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A machine may have another libtorch, such as that of a distribution's Python package. */
@EnabledOnOs(OS.LINUX)
class OtherLibtorchTest {
  @Test
  void theFirstStartDoesNotTakeTheMachinesLibtorch(@TempDir Path directory) throws Exception {
    Path libraries = Files.createDirectory(directory.resolve("libraries"));
    Files.copy(
        Path.of(System.getProperty("java.home"), "lib", "libjava.so"),
        libraries.resolve("libtorch_cpu.so"));
    List<String> command = new ArrayList<>(Diptych.command("doctor"));
    command.add(1, "-Dorg.bytedeco.javacpp.cachedir=" + directory.resolve("cache"));
    command.addAll(0, List.of("env", "LD_LIBRARY_PATH=" + libraries));

    Diptych.Result result = Diptych.run(directory, command);

    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.out()).containsPattern("arithmetic +works");
  }
}
