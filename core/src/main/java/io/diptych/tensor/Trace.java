package io.diptych.tensor;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one run of a network. While a trace is open on a thread, {@link Native} reports
 * every operation there. One that comes with an {@link Entry} becomes a step; the result of another
 * is remembered by its name, and using it is an error. So nothing that depends on the images can
 * pass for a constant.
 */
final class Trace {
  private static final ThreadLocal<@Nullable Trace> CURRENT = new ThreadLocal<>();

  private final IdentityHashMap<Tensor, Item> items = new IdentityHashMap<>();
  private final IdentityHashMap<Tensor, String> unrecorded = new IdentityHashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Item> outputs = new ArrayList<>();
  private @Nullable Item input;
  private int constants;

  private Trace() {}

  /** Says what an operation read and with which attributes. */
  interface Entry {
    void write(Notes notes);
  }

  /**
   * A tensor of this run.
   *
   * @param tensor its values if they do not depend on the images
   */
  record Item(Graph.Kind kind, String name, DType dtype, Shape shape, @Nullable Tensor tensor) {}

  /** An operation of this run; its attributes are Double, Boolean, Long or long[]. */
  record Step(
      String operation, List<@Nullable Item> inputs, Map<String, Object> attributes, Item output) {}

  /** Runs a network on so many blank images. */
  static Trace of(
      Map<String, Tensor> state,
      DType type,
      Shape image,
      long images,
      Function<Tensor, List<Tensor>> network) {
    if (CURRENT.get() != null) {
      throw new IllegalStateException("a network is being traced on this thread already");
    }
    Trace trace = new Trace();
    long[] sizes = new long[image.rank() + 1];
    sizes[0] = images;
    System.arraycopy(image.sizes(), 0, sizes, 1, image.rank());
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      Tensor input = Tensor.zeros(type, Device.CPU, sizes);
      trace.input = trace.enter(input, Graph.Kind.INPUT, "images", null);
      state.forEach((name, tensor) -> trace.enter(tensor, Graph.Kind.STATE, name, tensor));
      CURRENT.set(trace);
      for (Tensor output : network.apply(input)) {
        trace.outputs.add(trace.item(output));
      }
    } finally {
      CURRENT.remove();
    }
    return trace;
  }

  Item input() {
    return Objects.requireNonNull(input);
  }

  List<Step> steps() {
    return steps;
  }

  List<Item> outputs() {
    return outputs;
  }

  /** Notes the tensor that an operation gave; without an entry, as one that must not be used. */
  static Tensor gave(String operation, Tensor result, @Nullable Entry entry) {
    Trace trace = CURRENT.get();
    if (trace != null) {
      trace.note(operation, result, entry);
    }
    return result;
  }

  /**
   * Notes that an operation changed a tensor: from here on, the tensor stands for what the
   * operation of the same name without underscore gives. Without an entry, an error.
   */
  static void changed(String operation, @Nullable Tensor target, @Nullable Entry entry) {
    Trace trace = CURRENT.get();
    if (trace != null) {
      if (target == null || entry == null) {
        throw unknown(operation);
      }
      String plain =
          operation.endsWith("_") ? operation.substring(0, operation.length() - 1) : operation;
      trace.note(plain, target, entry);
    }
  }

  /** Checks that nobody is about to read values which depend on the images. */
  static void requireReadable(Tensor tensor) {
    Trace trace = CURRENT.get();
    if (trace != null && trace.item(tensor).tensor() == null) {
      throw new TensorException(
          "a network that reads values which depend on the images cannot be exported");
    }
  }

  private void note(String operation, Tensor result, @Nullable Entry entry) {
    if (entry == null) {
      unrecorded.put(result, operation);
      return;
    }
    Notes notes = new Notes();
    entry.write(notes);
    if (notes.same != null) {
      items.put(result, notes.same);
    } else if (notes.inputs.isEmpty()) {
      // Its values may be filled in later, so this shares its memory.
      constant(result, Scope.keep(Native.copyOf(result.handle())));
    } else {
      boolean isStatic = true;
      for (Item input : notes.inputs) {
        isStatic &= input == null || input.tensor() != null;
      }
      String name = operation + "_" + (steps.size() + 1);
      Tensor values = isStatic ? Scope.keep(Tensor.wrap(result.handle().clone())) : null;
      Item output = enter(result, Graph.Kind.RESULT, name, values);
      steps.add(new Step(operation, notes.inputs, notes.attributes, output));
    }
  }

  private Item enter(Tensor tensor, Graph.Kind kind, String name, @Nullable Tensor values) {
    Item item = new Item(kind, name, tensor.dtype(), tensor.shape(), values);
    items.put(tensor, item);
    return item;
  }

  private Item item(Tensor tensor) {
    Item known = items.get(tensor);
    if (known != null) {
      return known;
    }
    String operation = unrecorded.get(tensor);
    if (operation != null) {
      throw unknown(operation);
    }
    // It was there before the run, so it does not depend on the images.
    return constant(tensor, tensor);
  }

  private Item constant(Tensor tensor, Tensor values) {
    return enter(tensor, Graph.Kind.CONSTANT, "constant_" + ++constants, values);
  }

  private static TensorException unknown(String operation) {
    return new TensorException(
        "a network that uses the operation '" + operation + "' cannot be exported");
  }

  /** What an entry says. */
  final class Notes {
    private final List<@Nullable Item> inputs = new ArrayList<>();
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private @Nullable Item same;

    /** Adds inputs in their order; null for an optional one that is left out. */
    Notes reads(@Nullable Tensor... tensors) {
      for (Tensor tensor : tensors) {
        inputs.add(tensor == null ? null : item(tensor));
      }
      return this;
    }

    /** Says that the result is this tensor, perhaps laid out differently. */
    void same(Tensor tensor) {
      same = item(tensor);
    }

    Notes with(String name, double number) {
      attributes.put(name, number);
      return this;
    }

    Notes with(String name, boolean flag) {
      attributes.put(name, flag);
      return this;
    }

    Notes with(String name, long integer) {
      attributes.put(name, integer);
      return this;
    }

    Notes with(String name, long[] integers) {
      attributes.put(name, integers.clone());
      return this;
    }
  }
}
