package io.diptych.tensor;

import java.util.List;
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
    call("aten::_foreach_mul_", "Scalar", factor, tensors);
  }

  /** Adds factor · other to each tensor. */
  public static void add_(List<Tensor> tensors, List<Tensor> others, double factor) {
    call("aten::_foreach_add_", "List", factor, tensors, others);
  }

  /** Moves each tensor towards the other: t ← t + weight · (other − t). */
  public static void lerp_(List<Tensor> tensors, List<Tensor> others, double weight) {
    call("aten::_foreach_lerp_", "Scalar", weight, tensors, others);
  }

  @SafeVarargs
  private static void call(String name, String overload, double number, List<Tensor>... lists) {
    for (List<Tensor> list : lists) {
      if (list.size() != lists[0].size()) {
        throw new IllegalArgumentException(
            name + " needs lists of one length, got " + lists[0].size() + " and " + list.size());
      }
    }
    if (lists[0].isEmpty()) {
      return;
    }
    Native.run(
        name,
        () -> {
          try (IValueVector stack = new IValueVector();
              Scalar scalar = new Scalar(number);
              IValue last = new IValue(scalar);
              OperatorHandle operator = Dispatcher.singleton().findSchemaOrThrow(name, overload)) {
            for (List<Tensor> list : lists) {
              push(stack, list);
            }
            stack.push_back(last);
            operator.callBoxed(stack);
          }
        });
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
