package io.diptych.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.global.torch;

/** Settings and facts of the native library, which hold for the whole process. */
public final class Backend {
  private static final long MERSENNE_BYTES = 5056;

  private Backend() {}

  /**
   * Sets how many threads one operation may use.
   *
   * @throws IllegalArgumentException if there is not at least one
   */
  public static void threads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be >= 1, was " + threads);
    }
    Native.run("threads", () -> torch.set_num_threads(threads));
  }

  /**
   * Starts helper threads on which operations use that thread alone, while on this thread they use
   * as many as before.
   *
   * @param count how many, at least 1
   * @param name what each is called
   * @param body what each runs
   * @return the threads, running
   */
  public static List<Thread> startHelpers(int count, String name, Runnable body) {
    int before = threads();
    CountDownLatch ready = new CountDownLatch(count);
    List<Thread> helpers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Thread helper =
          new Thread(
              () -> {
                threads(1);
                ready.countDown();
                body.run();
              },
              name);
      helper.setDaemon(true);
      helper.start();
      helpers.add(helper);
    }
    boolean interrupted = false;
    while (ready.getCount() > 0) {
      try {
        ready.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    // The last number set also holds for threads that call the library for the first time.
    threads(before);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return helpers;
  }

  /** Returns how many threads one operation may use. */
  public static int threads() {
    Native.load();
    return torch.get_num_threads();
  }

  /** Returns the version of the libtorch binding, such as {@code 2.10.0-1.5.13}. */
  public static String version() {
    try (InputStream in =
        torch.class.getResourceAsStream("/META-INF/maven/org.bytedeco/pytorch/pom.properties")) {
      if (in == null) {
        return "unknown";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns which accelerating libraries were built in, such as {@code MKLDNN OpenMP}. */
  public static String capabilities() {
    Native.load();
    StringBuilder names = new StringBuilder();
    append(names, Context.hasMKLDNN(), "MKLDNN");
    append(names, Context.hasMKL(), "MKL");
    append(names, Context.hasLAPACK(), "LAPACK");
    append(names, Context.hasOpenMP(), "OpenMP");
    append(names, Context.hasCUDA(), "CUDA");
    append(names, Context.hasMPS(), "MPS");
    return names.toString();
  }

  /** Returns the native memory held by live handles, in bytes. */
  public static long handleBytes() {
    return Pointer.totalBytes();
  }

  /** Returns how many native handles are alive. */
  public static long handleCount() {
    return Pointer.totalCount();
  }

  /** Returns the memory of this process that is in RAM, in bytes. */
  public static long residentBytes() {
    return Pointer.physicalBytes();
  }

  /**
   * Returns the state of a device's generator, which only dropout draws from (uint8, in the
   * processor's memory). Equal states are equal bytes.
   */
  public static Tensor generatorState(Device device) {
    Tensor state =
        Native.call(
            "generatorState",
            () -> {
              try (Generator generator = generator(device)) {
                return generator.get_state();
              }
            });
    if (state.numel() == MERSENNE_BYTES) {
      // libtorch copies a structure whose padding is as memory had it.
      state.narrow(0, 5044, 4).fill_(0);
      state.narrow(0, 5053, 3).fill_(0);
    }
    return state;
  }

  /** Restores the state of a device's generator. */
  public static void generatorState(Device device, Tensor state) {
    Native.run(
        "generatorState",
        () -> {
          try (Generator generator = generator(device)) {
            generator.set_state(state.handle());
          }
        });
  }

  private static Generator generator(Device device) {
    try (org.bytedeco.pytorch.Device handle = device.handle()) {
      // A copy of the handle: the context keeps its own.
      return new Generator(torch.globalContext().defaultGenerator(handle));
    }
  }

  /** Restarts every device's generator from a seed. */
  public static void seed(long seed) {
    Native.run("seed", () -> torch.manual_seed(seed));
  }

  private static void append(StringBuilder names, boolean present, String name) {
    if (present) {
      names.append(names.isEmpty() ? "" : " ").append(name);
    }
  }
}
