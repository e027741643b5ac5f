package io.diptych.tensor;

import java.util.List;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads Diptych's own libtorch although the machine has another one, and all of it.
 *
 * <p>The binding loads {@code libtorch.so} first, whose dependency {@code libtorch_cpu.so} the
 * dynamic linker then looks for by name: in {@code LD_LIBRARY_PATH}, beside it, where it does not
 * lie before it is unpacked, and in the system's folders. Another version found there, such as that
 * of a distribution's Python package, crashes the process. A library that is loaded already is not
 * looked for, so the ones that others need are loaded first, each by its full path.
 */
final class Libtorch {
  private static final List<String> NEEDED_FIRST = List.of("c10", "torch_cpu");

  private Libtorch() {}

  /**
   * Loads what {@code libtorch.so} depends on; a library that cannot be loaded is left to the
   * binding, whose message says what is missing.
   */
  static void loadDependencies() {
    if (!Loader.getPlatform().startsWith("linux")) {
      return; // the other systems' libraries name the folder of what they need
    }
    try {
      // Its initializer would load everything in the binding's order.
      ClassLoader loader = Libtorch.class.getClassLoader();
      Class<?> binding = Class.forName("org.bytedeco.pytorch.global.torch", false, loader);
      ClassProperties properties = Loader.loadProperties(binding, Loader.loadProperties(), true);
      for (Class<?> inherited : properties.getInheritedClasses()) {
        if (!inherited.getPackageName().startsWith("org.bytedeco.pytorch")) {
          Loader.load(inherited);
        }
      }
      properties.get("platform.preload").forEach(library -> load(binding, properties, library));
      NEEDED_FIRST.forEach(library -> load(binding, properties, library));
    } catch (LinkageError | ClassNotFoundException e) {
      // The binding meets the same obstacle, and reports it.
    }
  }

  /**
   * Loads what decompositions on a GPU need, after libtorch itself. libtorch looks for that library
   * by its name alone when the first decomposition is asked for, and does not find where the
   * binding unpacks it, unless it is loaded already.
   */
  static void loadCudaDecompositions() {
    ClassProperties properties = Loader.loadProperties(torch.class, Loader.loadProperties(), true);
    load(torch.class, properties, "torch_cuda_linalg");
  }

  private static void load(Class<?> binding, ClassProperties properties, String library) {
    try {
      Loader.loadLibrary(binding, Loader.findLibrary(binding, properties, library), library);
    } catch (UnsatisfiedLinkError e) {
      // The binding decides whether it can do without.
    }
  }
}
