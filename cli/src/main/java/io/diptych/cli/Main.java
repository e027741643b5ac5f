package io.diptych.cli;

import java.lang.module.ModuleDescriptor;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The entry point of the {@code diptych} command. */
@Command(
    name = "diptych",
    description = "Self-supervised visual representation learning for the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      QuickstartCommand.class,
      PretrainCommand.class,
      ReplayCommand.class,
      EvaluateCommand.class,
      EmbedCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      ReportCommand.class,
      DataCommand.class,
      RecipesCommand.class,
      MethodsCommand.class,
      BackbonesCommand.class,
      DoctorCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  Main() {}

  /**
   * Runs the command and exits with its code: 0 done, 2 usage or recipe error, 3 data error, 4
   * training stopped, 130 or 143 interrupted after saving.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    int code;
    try (Stop stop = Stop.onSignals()) {
      code = commandLine().execute(args);
    }
    Stop.exit(code);
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(Failures::usage);
    commandLine.setExecutionExceptionHandler(Failures::execution);
    return commandLine;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
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
