package io.diptych.cli;

import java.lang.module.ModuleDescriptor;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The entry point of the {@code diptych} command. */
@Command(
    name = "diptych",
    description = "Self-supervised visual representation learning for the JVM.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main implements Callable<Integer> {
  @Spec private CommandSpec spec;

  Main() {}

  /**
   * Runs the command and exits with its code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }

  /** Reads the version from the module, or from the jar's manifest on the class path. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      ModuleDescriptor module = Main.class.getModule().getDescriptor();
      String version =
          module == null
              ? Main.class.getPackage().getImplementationVersion()
              : module.rawVersion().orElse(null);
      return new String[] {"diptych " + (version == null ? "(unknown version)" : version)};
    }
  }
}
