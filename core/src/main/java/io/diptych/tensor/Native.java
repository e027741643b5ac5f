package io.diptych.tensor;

import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The one gate through which libtorch is called: it loads the library, turns native exceptions into
 * one-line ones, and frees the small native objects that a call needs besides its tensors.
 */
final class Native {
  static {
    Libtorch.loadDependencies();
  }

  private Native() {}

  /** A native computation that gives one tensor. */
  interface Call {
    org.bytedeco.pytorch.Tensor run();
  }

  /** A native computation on a tensor and a number. */
  interface ScalarCall {
    org.bytedeco.pytorch.Tensor run(Scalar scalar);
  }

  /** A native computation that gives two tensors. */
  interface PairCall {
    T_TensorTensor_T run();
  }

  /** A native computation on a list of tensors. */
  interface ListCall {
    org.bytedeco.pytorch.Tensor run(TensorVector list);
  }

  static Tensor call(String operation, Call call) {
    return call(operation, call, null);
  }

  /**
   * Calls an operation that can be exported.
   *
   * @param entry tells a {@link Trace} what the operation reads; null if it cannot be exported
   */
  static Tensor call(String operation, Call call, Trace.@Nullable Entry entry) {
    try {
      return Trace.gave(operation, Tensor.wrap(call.run()), entry);
    } catch (RuntimeException e) {
      throw translate(operation, e);
    } catch (LinkageError e) {
      throw missingLibrary(e);
    }
  }

  static void run(String operation, Runnable call) {
    run(operation, null, call, null);
  }

  /**
   * Calls an operation in place that can be exported.
   *
   * @param target what it changes
   * @param entry tells a {@link Trace} what the operation reads; null if it cannot be exported
   */
  static void run(
      String operation, @Nullable Tensor target, Runnable call, Trace.@Nullable Entry entry) {
    try {
      call.run();
      Trace.changed(operation, target, entry);
    } catch (RuntimeException e) {
      throw translate(operation, e);
    } catch (LinkageError e) {
      throw missingLibrary(e);
    }
  }

  static Tensor scalarCall(
      String operation, org.bytedeco.pytorch.Tensor tensor, double value, ScalarCall call) {
    return scalarCall(operation, tensor, value, call, null);
  }

  /** Calls an operation of a tensor and a number that can be exported. */
  static Tensor scalarCall(String operation, Tensor tensor, double number, ScalarCall call) {
    return scalarCall(
        operation,
        tensor.handle(),
        number,
        call,
        notes -> notes.reads(tensor).with("number", number));
  }

  private static Tensor scalarCall(
      String operation,
      org.bytedeco.pytorch.Tensor tensor,
      double value,
      ScalarCall call,
      Trace.@Nullable Entry entry) {
    return call(
        operation,
        () -> {
          try (Scalar scalar = scalar(tensor, value)) {
            return call.run(scalar);
          }
        },
        entry);
  }

  /** Returns a number that keeps an integer tensor's type if it is whole. */
  static Scalar scalar(org.bytedeco.pytorch.Tensor tensor, double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE;
    return whole && !tensor.is_floating_point() ? new Scalar((long) value) : new Scalar(value);
  }

  static Tensor scalarCall(String operation, long value, ScalarCall call) {
    return call(
        operation,
        () -> {
          try (Scalar scalar = new Scalar(value)) {
            return call.run(scalar);
          }
        });
  }

  static Ranked pairCall(String operation, PairCall call) {
    try (T_TensorTensor_T pair = call.run()) {
      return new Ranked(copyOf(pair.get0()), copyOf(pair.get1()));
    } catch (RuntimeException e) {
      throw translate(operation, e);
    }
  }

  static Tensor listCall(
      String operation, Collection<Tensor> tensors, ListCall call, Trace.@Nullable Entry entry) {
    return call(
        operation,
        () -> {
          try (TensorVector list = vector(tensors)) {
            return call.run(list);
          }
        },
        entry);
  }

  static TensorVector vector(Collection<Tensor> tensors) {
    org.bytedeco.pytorch.Tensor[] handles = new org.bytedeco.pytorch.Tensor[tensors.size()];
    int i = 0;
    for (Tensor tensor : tensors) {
      handles[i++] = tensor.handle();
    }
    return new TensorVector(handles);
  }

  /**
   * Wraps a tensor that lives inside a native container: the wrapper gets a handle of its own, as
   * the container's dies with it.
   */
  static Tensor copyOf(org.bytedeco.pytorch.Tensor inner) {
    Tensor copy = Tensor.wrap(new org.bytedeco.pytorch.Tensor(inner));
    return Trace.gave("of several results", copy, null);
  }

  static TensorOptional optional(@Nullable Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor.handle());
  }

  static void load() {
    try {
      Pointer.totalBytes();
      torch.get_num_threads();
    } catch (LinkageError e) {
      throw missingLibrary(e);
    }
  }

  static RuntimeException translate(String operation, RuntimeException e) {
    // Not from libtorch, which throws plain ones: a closed tensor, or a nested call.
    if (e instanceof IllegalStateException || e instanceof TensorException) {
      return e;
    }
    String message = Objects.toString(e.getMessage(), e.getClass().getSimpleName());
    int lineEnd = message.indexOf('\n');
    String first = lineEnd < 0 ? message : message.substring(0, lineEnd);
    int trace = first.indexOf("Exception raised from");
    if (trace > 0) {
      first = first.substring(0, trace);
    }
    return new TensorException(operation + ": " + first.strip(), e);
  }

  private static TensorException missingLibrary(LinkageError e) {
    String platform =
        System.getProperty("os.name", "?").toLowerCase(Locale.ROOT)
            + "-"
            + System.getProperty("os.arch", "?");
    return new TensorException(
        "the native library libtorch could not be loaded on "
            + platform
            + " ("
            + Objects.toString(e.getMessage(), "no message").lines().findFirst().orElse("")
            + "); supported are linux-x86_64, macosx-arm64 and windows-x86_64, with the natives"
            + " of org.bytedeco:pytorch on the class or module path",
        e);
  }
}
