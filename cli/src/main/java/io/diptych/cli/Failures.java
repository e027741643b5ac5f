package io.diptych.cli;

import io.diptych.data.DataException;
import io.diptych.train.DivergedException;
import io.diptych.weights.WeightsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns failures into one line on stderr and an exit code. */
final class Failures {
  static final int INTERNAL = 1;
  static final int USAGE = 2;
  static final int DATA = 3;
  static final int STOPPED = 4;
  static final int INTERRUPTED = 130;

  private static final String VERBOSE = "DIPTYCH_VERBOSE";

  private Failures() {}

  static int usage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command
        .getErr()
        .println(
            "diptych: "
                + firstLine(e)
                + "; see '"
                + command.getCommandSpec().qualifiedName()
                + " --help'");
    return USAGE;
  }

  static int execution(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println("diptych: " + describe(e));
    if (verbose(parsed)) {
      e.printStackTrace(err);
    }
    return code(e);
  }

  static int code(Throwable e) {
    if (e instanceof CancellationException) {
      return INTERRUPTED;
    }
    if (e instanceof IllegalArgumentException) {
      return USAGE;
    }
    if (e instanceof DataException
        || e instanceof WeightsException
        || e instanceof IOException
        || e instanceof UncheckedIOException) {
      return DATA;
    }
    return e instanceof DivergedException ? STOPPED : INTERNAL;
  }

  private static String describe(Exception e) {
    if (e instanceof UncheckedIOException unchecked) {
      return describe(Objects.requireNonNull(unchecked.getCause()));
    }
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file or directory";
    }
    if (e instanceof AccessDeniedException denied) {
      return denied.getFile() + ": no permission";
    }
    if (e instanceof FileSystemException failed && failed.getReason() != null) {
      return failed.getFile() + ": " + failed.getReason();
    }
    return code(e) == INTERNAL
        ? "internal error: " + e + " (run with --verbose for the trace)"
        : firstLine(e);
  }

  private static String firstLine(Exception e) {
    String message = Objects.toString(e.getMessage(), e.getClass().getSimpleName());
    return message.lines().findFirst().orElse("").strip();
  }

  private static boolean verbose(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return last.hasMatchedOption("--verbose") || System.getenv(VERBOSE) != null;
  }
}
