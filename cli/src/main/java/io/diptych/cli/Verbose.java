package io.diptych.cli;

import picocli.CommandLine.Option;

/** Options that every command has; picocli reads them. */
class Verbose {
  @Option(names = "--verbose", description = "Print the trace of an error.")
  boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;
}
