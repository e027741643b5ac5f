package io.diptych.cli;

import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import io.diptych.tensor.TensorException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what works on this machine. */
@Command(
    name = "doctor",
    description = "Check Java, natives, device, memory and threads; say what to do.")
final class DoctorCommand extends Verbose implements Callable<Integer> {
  private static final long MIB = 1 << 20;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Runtime runtime = Runtime.getRuntime();
    line(out, "platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    line(out, "java", Runtime.version() + " at " + System.getProperty("java.home"));
    line(out, "heap", runtime.maxMemory() / MIB + " MiB at most (DIPTYCH_JAVA_OPTS=-Xmx8g)");
    boolean works = natives(out);
    line(out, "processors", Integer.toString(runtime.availableProcessors()));
    line(out, "working directory", writable(Path.of("")));
    out.println(works ? "all is well" : "the native library does not work: see above");
    out.flush();
    return works ? 0 : Failures.INTERNAL;
  }

  private static boolean natives(PrintWriter out) {
    try {
      double two = Tensor.ones(1).add(1).item();
      line(out, "libtorch", Backend.version() + " with " + Backend.capabilities());
      line(out, "arithmetic", two == 2 ? "works" : "gives wrong results");
      line(out, "threads", Backend.threads() + " for one operation (threads: N in a recipe)");
      int gpus = Device.cudaCount();
      line(
          out,
          "GPU",
          gpus > 0
              ? gpus + " CUDA device" + (gpus == 1 ? "" : "s") + ", used by device: auto"
              : "none usable: natives with CUDA are built by './mvnw -Pgpu package'");
      return two == 2;
    } catch (TensorException e) {
      line(out, "libtorch", String.valueOf(e.getMessage()));
      return false;
    }
  }

  private static String writable(Path directory) {
    Path path = directory.toAbsolutePath();
    try {
      return path
          + (Files.isWritable(path) ? ", " : ", not writable, ")
          + Files.getFileStore(path).getUsableSpace() / MIB
          + " MiB free";
    } catch (IOException e) {
      return path + ": " + e.getMessage();
    }
  }

  private static void line(PrintWriter out, String what, String value) {
    out.printf(Locale.ROOT, "%-18s %s%n", what, value);
  }
}
