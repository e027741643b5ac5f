package io.diptych.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorVector;

/**
 * In-place updates of many tensors by one native call each, for optimisers and moving averages.
 * Lists that are used together have the same length and, place by place, the same shapes.
 */
public final class Foreach {
  private Foreach() {}

  /** Multiplies each tensor by a number. */
  public static void mul_(List<Tensor> tensors, double factor) {
    change("aten::_foreach_mul_", "Scalar", List.of(factor), tensors);
  }

  /**
   * Multiplies each tensor by a number of its own.
   *
   * @param factors [number of tensors], on their device
   */
  public static void mul_(List<Tensor> tensors, Tensor factors) {
    List<Tensor> each = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      each.add(factors.select(0, i));
    }
    change("aten::_foreach_mul_", "List", List.of(), tensors, each);
  }

  /** Adds factor · other to each tensor. */
  public static void add_(List<Tensor> tensors, List<Tensor> others, double factor) {
    change("aten::_foreach_add_", "List", List.of(factor), tensors, others);
  }

  /** Adds a number to each tensor. */
  public static void add_(List<Tensor> tensors, double number) {
    change("aten::_foreach_add_", "Scalar", List.of(number), tensors);
  }

  /** Adds factor · first · second to each tensor, elementwise. */
  public static void addProduct_(
      List<Tensor> tensors, List<Tensor> first, List<Tensor> second, double factor) {
    change("aten::_foreach_addcmul_", "Scalar", List.of(factor), tensors, first, second);
  }

  /** Adds factor · first / second to each tensor, elementwise. */
  public static void addQuotient_(
      List<Tensor> tensors, List<Tensor> first, List<Tensor> second, double factor) {
    change("aten::_foreach_addcdiv_", "Scalar", List.of(factor), tensors, first, second);
  }

  /** Moves each tensor towards the other: t ← t + weight · (other − t). */
  public static void lerp_(List<Tensor> tensors, List<Tensor> others, double weight) {
    change("aten::_foreach_lerp_", "Scalar", List.of(weight), tensors, others);
  }

  /** Returns the square root of each tensor. */
  public static List<Tensor> sqrt(List<Tensor> tensors) {
    return result("aten::_foreach_sqrt", "", stack -> {}, tensors);
  }

  /**
   * Returns the Euclidean norm of each tensor.
   *
   * @param tensors at least one
   * @return [number of tensors]
   */
  public static Tensor norms(List<Tensor> tensors) {
    return Tensor.stack(
        result(
            "aten::_foreach_norm",
            "Scalar",
            stack -> {
              push(stack, 2);
              try (IValue sameType = new IValue()) {
                stack.push_back(sameType);
              }
            },
            tensors),
        0);
  }

  @SafeVarargs
  private static void change(
      String name, String overload, List<Double> numbers, List<Tensor>... lists) {
    call(name, overload, stack -> numbers.forEach(number -> push(stack, number)), lists).close();
  }

  @SafeVarargs
  private static List<Tensor> result(
      String name, String overload, Consumer<IValueVector> rest, List<Tensor>... lists) {
    List<Tensor> tensors = new ArrayList<>();
    try (IValueVector stack = call(name, overload, rest, lists)) {
      if (stack.size() > 0) {
        try (IValue value = stack.get(0);
            TensorVector vector = value.toTensorVector()) {
          for (long i = 0; i < vector.size(); i++) {
            tensors.add(Native.copyOf(vector.get(i)));
          }
        }
      }
    }
    return tensors;
  }

  /** Returns the operator's stack after the call, which the caller closes. */
  @SafeVarargs
  private static IValueVector call(
      String name, String overload, Consumer<IValueVector> rest, List<Tensor>... lists) {
    for (List<Tensor> list : lists) {
      if (list.size() != lists[0].size()) {
        throw new IllegalArgumentException(
            name + " needs lists of one length, got " + lists[0].size() + " and " + list.size());
      }
    }
    IValueVector stack = new IValueVector();
    if (lists[0].isEmpty()) {
      return stack;
    }
    try {
      Native.run(
          name,
          () -> {
            try (OperatorHandle operator =
                Dispatcher.singleton().findSchemaOrThrow(name, overload)) {
              for (List<Tensor> list : lists) {
                push(stack, list);
              }
              rest.accept(stack);
              operator.callBoxed(stack);
            }
          });
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
    return stack;
  }

  private static void push(IValueVector stack, double number) {
    try (Scalar scalar = new Scalar(number);
        IValue value = new IValue(scalar)) {
      stack.push_back(value);
    }
  }

  private static void push(IValueVector stack, List<Tensor> tensors) {
    // A List[Tensor] is a generic list whose element type says Tensor: the cast keeps that type.
    try (TensorVector vector = Native.vector(tensors);
        TensorList typed = new TensorList(vector);
        GenericList list = new GenericList(typed);
        IValue value = new IValue(list)) {
      stack.push_back(value);
    }
  }
}
