package io.diptych.tensor;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.BoolType;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.ExtraFilesMap;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NamedIValue;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.TupleElements;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.named_attribute_iterator;
import org.bytedeco.pytorch.named_attribute_list;

/**
 * A network in TorchScript, which libtorch's interpreter runs in Java, C++ and Python alike: made
 * from source text and named state, or read from a file.
 */
public final class Script implements AutoCloseable {
  private static final String CLASS = "__torch__.diptych.";

  private final JitModule module;

  private Script(JitModule module) {
    this.module = module;
  }

  /**
   * Compiles a network.
   *
   * @param source its methods, with {@code forward(self, images)} among them
   * @param state its tensors by name; dots in names become inner modules. They are shared, not
   *     copied
   * @param trained the names of those that are parameters; the others are buffers
   * @throws TensorException if the source does not compile
   */
  public static Script define(String source, Map<String, Tensor> state, Set<String> trained) {
    Native.load();
    Builder builder = new Builder();
    Native.run(
        "script",
        () -> {
          state.forEach((name, tensor) -> builder.add(name, tensor, !trained.contains(name)));
          builder.module("").define(source);
        });
    return new Script(builder.module(""));
  }

  /**
   * Reads a network from a file that {@link #save}, or any PyTorch, wrote.
   *
   * @throws TensorException if it is not one
   * @throws IOException if there is no such file
   */
  public static Script load(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(file + ": no such file, or not readable");
    }
    Native.load();
    JitModule[] module = new JitModule[1];
    Native.run(
        file + " (TorchScript)",
        () -> {
          try (BytePointer name = text(file.toString());
              DeviceOptional anywhere = new DeviceOptional();
              ExtraFilesMap none = new ExtraFilesMap()) {
            module[0] = torch.load(name, anywhere, none, true);
          }
        });
    return new Script(module[0]);
  }

  /**
   * Writes the network and its state to a file; in place, so a caller that must not lose an older
   * file writes beside it and renames.
   *
   * @param notes texts by name, which PyTorch calls extra files
   */
  public void save(Path file, Map<String, String> notes) {
    Native.run(
        "save " + file,
        () -> {
          try (BytePointer name = text(file.toString());
              ExtraFilesMap extra = new ExtraFilesMap()) {
            notes.forEach((key, value) -> extra.put(text(key), text(value)));
            module.save(name, extra);
          }
        });
  }

  /** Runs the network on a tensor, without recording for gradients, and returns what it gives. */
  public List<Tensor> forward(Tensor input) {
    List<Tensor> outputs = new ArrayList<>();
    try (Autograd.Guard guard = Autograd.noGrad();
        Plainly plainly = new Plainly()) {
      Native.run(
          "forward",
          () -> {
            try (IValue argument = new IValue(input.handle());
                IValueVector arguments = new IValueVector(argument);
                IValue result = module.forward(arguments)) {
              if (result.isTensor()) {
                outputs.add(Native.copyOf(result.toTensor()));
              } else {
                TupleElements elements = result.toTupleRef().elements();
                for (long i = 0; i < elements.size(); i++) {
                  outputs.add(Native.copyOf(elements.at(i).toTensor()));
                }
              }
            }
          });
    }
    return outputs;
  }

  /** Returns the tensors by name; they are shared with the network. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    Native.run(
        "state",
        () -> {
          try (named_attribute_list all = module.named_attributes(true);
              named_attribute_iterator at = all.begin();
              named_attribute_iterator end = all.end()) {
            for (; at.notEquals(end); at.increment()) {
              NamedIValue entry = at.access();
              if (entry.value().isTensor()) {
                state.put(
                    entry.name().getString(StandardCharsets.UTF_8),
                    Native.copyOf(entry.value().toTensor()));
              }
            }
          }
        });
    return state;
  }

  @Override
  public void close() {
    module.close();
  }

  /** Runs the source line by line on this thread, not what the optimiser makes of a few runs. */
  private static final class Plainly implements AutoCloseable {
    private final boolean before = torch.getGraphExecutorOptimize();

    @MustBeClosed
    Plainly() {
      torch.setGraphExecutorOptimize(false);
    }

    @Override
    public void close() {
      torch.setGraphExecutorOptimize(before);
    }
  }

  private static BytePointer text(String value) {
    return new BytePointer(value, StandardCharsets.UTF_8);
  }

  /** The tree of modules that the names of the state make. */
  private static final class Builder {
    private final CompilationUnit unit = new CompilationUnit();
    private final Map<String, JitModule> modules = new LinkedHashMap<>();

    void add(String name, Tensor tensor, boolean buffer) {
      int dot = name.lastIndexOf('.');
      module(name.substring(0, Math.max(dot, 0)))
          .register_parameter(name.substring(dot + 1), tensor.handle(), buffer);
    }

    /** Returns the module at a path of names with dots; the root has none. */
    JitModule module(String path) {
      JitModule known = modules.get(path);
      if (known != null) {
        return known;
      }
      String type = CLASS + (path.isEmpty() ? "Encoder" : path.replace('.', '_'));
      JitModule module;
      try (QualifiedName name = new QualifiedName(type)) {
        module = new JitModule(name, unit, true);
      }
      try (Type.TypePtr flag = new Type.TypePtr(BoolType.get().get());
          IValue no = new IValue(false)) {
        module.register_attribute("training", flag, no);
      }
      modules.put(path, module);
      if (!path.isEmpty()) {
        int dot = path.lastIndexOf('.');
        module(path.substring(0, Math.max(dot, 0)))
            .register_module(path.substring(dot + 1), module);
      }
      return module;
    }
  }
}
