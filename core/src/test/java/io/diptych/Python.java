package io.diptych;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Python that has what a test compares with: {@code $DIPTYCH_PYTHON}, {@code python3} on the
 * path, or the system's.
 */
public final class Python {
  private final String program;

  private Python(String program) {
    this.program = program;
  }

  /** Finds one that can import modules, or skips the test and says so by its name. */
  public static Python having(String modules, Class<?> test) throws InterruptedException {
    String wanted = System.getenv("DIPTYCH_PYTHON");
    List<String> candidates =
        Stream.of(wanted, "python3", "/usr/bin/python3").filter(p -> p != null).toList();
    for (String candidate : candidates) {
      try {
        if (new Run(List.of(candidate, "-c", "import " + modules)).code == 0) {
          return new Python(candidate);
        }
      } catch (IOException e) {
        // There is no such program.
      }
    }
    String reason = "none of " + candidates + " has " + modules;
    System.err.println("SKIPPED " + test.getSimpleName() + ": " + reason);
    assumeTrue(false, reason);
    throw new AssertionError();
  }

  /** Runs a script that lies beside a test, which must succeed. */
  public void script(Class<?> test, String name, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.add(Path.of(test.getResource(name).toURI()).toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Run run = new Run(command);
    assertThat(run.code).as(run.output).isZero();
  }

  private static final class Run {
    private final int code;
    private final String output;

    Run(List<String> command) throws IOException, InterruptedException {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("OMP_NUM_THREADS", "1");
      Process process = builder.start();
      output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(5, TimeUnit.MINUTES);
      code = process.exitValue();
    }
  }
}
