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
 * Runs scripts beside a test by a Python that has the modules they need: {@code $DIPTYCH_PYTHON},
 * {@code python3} on the path, or the system's.
 */
public final class Python {
  private final String program;
  private final Class<?> test;

  private Python(String program, Class<?> test) {
    this.program = program;
    this.test = test;
  }

  /** Finds a Python, or says aloud that the test is skipped, and skips it. */
  public static Python with(Class<?> test, String... modules) {
    String wanted = System.getenv("DIPTYCH_PYTHON");
    List<String> candidates =
        Stream.of(wanted, "python3", "/usr/bin/python3").filter(p -> p != null).toList();
    for (String candidate : candidates) {
      try {
        if (new Run(candidate, "-c", "import " + String.join(", ", modules)).code == 0) {
          return new Python(candidate, test);
        }
      } catch (IOException e) {
        // There is no such program.
      }
    }
    String missing = "none of " + candidates + " has " + String.join(" and ", modules);
    System.err.println("SKIPPED " + test.getSimpleName() + ": " + missing);
    assumeTrue(false, missing);
    throw new AssertionError(missing);
  }

  /**
   * Runs a script that is a resource beside the test, and expects it to end well.
   *
   * @return what it printed
   */
  public String run(String script, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.add(Path.of(test.getResource(script).toURI()).toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Run run = new Run(command.toArray(String[]::new));
    assertThat(run.code).as(run.output).isZero();
    return run.output;
  }

  private static final class Run {
    private final int code;
    private final String output;

    Run(String... command) throws IOException {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("OMP_NUM_THREADS", "1");
      Process process = builder.start();
      output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      try {
        process.waitFor(5, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      code = process.exitValue();
    }
  }
}
