package io.diptych.cli;

import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Scope;
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
  private static final String WORKS = "works";
  private static final String WRONG = "gives wrong results";

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
      line(out, "libtorch", Backend.version() + " with " + Backend.capabilities());
      boolean right = calculates(Device.CPU);
      line(out, "arithmetic", right ? WORKS : WRONG);
      line(out, "threads", Backend.threads() + " for one operation (threads: N in a recipe)");
      int gpus = Device.cudaCount();
      line(
          out,
          "GPU",
          gpus > 0
              ? gpus + " CUDA device" + (gpus == 1 ? "" : "s") + ", used by device: auto"
              : "none usable: natives with CUDA are built by './mvnw -Pgpu package'");
      if (gpus > 0) {
        boolean onGpu = calculates(Device.parse("cuda"));
        line(out, "its arithmetic", onGpu ? WORKS : WRONG);
        right &= onGpu;
      }
      return right;
    } catch (TensorException e) {
      line(out, "libtorch", String.valueOf(e.getMessage()));
      return false;
    }
  }

  /** Tries the libraries that training needs: products, convolutions and decompositions. */
  private static boolean calculates(Device device) {
    try (Scope scope = Scope.open()) {
      Tensor four = Tensor.full(4, DType.FLOAT32, device, 1, 1);
      Tensor eight = Linalg.cholesky(four).matmul(four);
      Tensor image = four.reshape(1, 1, 1, 1);
      return eight.item() == 8 && Functional.conv2d(image, image, null, 1, 0, 1).item() == 16;
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
