package io.diptych.weights;

import io.diptych.tensor.DType;
import io.diptych.tensor.Graph;
import io.diptych.tensor.Graph.Extent;
import io.diptych.tensor.Graph.Kind;
import io.diptych.tensor.Graph.Node;
import io.diptych.tensor.Graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The text of a graph in TorchScript: one line for each operation. */
final class ScriptSource {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private ScriptSource() {}

  /**
   * Returns the method {@code forward(self, images)}; the graph's constants are attributes of the
   * module under their names.
   *
   * @throws IllegalArgumentException if an operation has no form in TorchScript
   */
  static String of(Graph graph) {
    StringBuilder text = new StringBuilder("def forward(self, images):\n  n = images.size(0)\n");
    for (Node node : graph.nodes()) {
      text.append("  ").append(node.output().name()).append(" = ");
      text.append(expression(node)).append('\n');
    }
    String outputs =
        graph.outputs().stream().map(ScriptSource::name).collect(Collectors.joining(", "));
    return text.append("  return ").append(outputs).append('\n').toString();
  }

  private static String expression(Node node) {
    return switch (node.operation()) {
      // The names and arguments of these are those of libtorch.
      case "add", "sub", "rsub", "mul", "div", "matmul", "linear" -> plain(node);
      case "exp", "sqrt", "tanh", "sigmoid", "relu", "silu", "gelu", "softmax" -> plain(node);
      case "t", "permute", "transpose", "unsqueeze", "narrow", "select", "mean" -> plain(node);
      case "to" -> call("to", x(node), type(node.output().dtype()));
      case "reshape", "flatten", "unflatten", "squeeze" ->
          call("reshape", x(node), reshaped(node.output()));
      case "expand" -> call("expand", x(node), list(node.output().shape()));
      case "cat" -> call("cat", "[" + inputs(node) + "]", literal(node, "dimension"));
      case "pad" ->
          call("constant_pad_nd", x(node), literal(node, "sizes"), literal(node, "value"));
      case "attention" -> call("scaled_dot_product_attention", inputs(node));
      case "bicubic" ->
          call(
              "upsample_bicubic2d",
              x(node),
              "[" + literal(node, "height") + ", " + literal(node, "width") + "]",
              "False",
              literal(node, "scaleHeight"),
              literal(node, "scaleWidth"));
      case "conv2d" ->
          call(
              "conv2d",
              inputs(node),
              pair(node, "stride"),
              pair(node, "padding"),
              "[1, 1]",
              literal(node, "groups"));
      case "batchNorm" ->
          call("batch_norm", inputs(node), "False", "0.0", literal(node, "epsilon"), "True");
      case "layerNorm" ->
          call(
              "layer_norm",
              x(node),
              "[" + node.output().size(-1) + "]",
              name(node.inputs().get(1)),
              name(node.inputs().get(2)),
              literal(node, "epsilon"),
              "True");
      case "maxPool2d" -> call("max_pool2d", window(node), "[1, 1]", "False");
      case "avgPool2d" -> call("avg_pool2d", window(node), "False", "True", "None");
      case "adaptiveAvgPool2d" -> call("adaptive_avg_pool2d", x(node), pair(node, "size"));
      default ->
          throw new IllegalArgumentException(
              "the operation '" + node.operation() + "' has no form in TorchScript");
    };
  }

  private static String plain(Node node) {
    List<String> arguments = new ArrayList<>();
    arguments.add(inputs(node));
    node.attributes().values().forEach(value -> arguments.add(literal(value)));
    return call(node.operation(), arguments.toArray(String[]::new));
  }

  private static String call(String function, String... arguments) {
    return "torch." + function + "(" + String.join(", ", arguments) + ")";
  }

  private static String x(Node node) {
    return name(node.input(0));
  }

  private static String inputs(Node node) {
    return node.inputs().stream().map(ScriptSource::name).collect(Collectors.joining(", "));
  }

  private static String window(Node node) {
    return String.join(
        ", ", x(node), pair(node, "kernel"), pair(node, "stride"), pair(node, "padding"));
  }

  private static String pair(Node node, String attribute) {
    String both = literal(node, attribute);
    return "[" + both + ", " + both + "]";
  }

  private static String literal(Node node, String attribute) {
    return literal(node.attribute(attribute));
  }

  private static String literal(Object attribute) {
    if (attribute instanceof Extent extent) {
      return size(extent);
    }
    if (attribute instanceof List<?> extents) {
      return list(extents);
    }
    if (attribute instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    return attribute.toString();
  }

  private static String list(List<?> extents) {
    return extents.stream()
        .map(extent -> size((Extent) extent))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String size(Extent extent) {
    if (extent.isFixed()) {
      return Long.toString(extent.base());
    }
    return "n * " + extent.perImage() + " + " + extent.base();
  }

  /** Returns a shape in which the size that depends on the number of images follows. */
  private static String reshaped(Value value) {
    return value.shape().stream()
        .map(extent -> extent.isFixed() ? size(extent) : "-1")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String name(@Nullable Value value) {
    if (value == null) {
      return "None";
    }
    if (value.kind() == Kind.INPUT || value.kind() == Kind.RESULT) {
      return value.name();
    }
    String path = "self";
    for (String part : value.name().split("\\.", -1)) {
      path =
          IDENTIFIER.matcher(part).matches()
              ? path + "." + part
              : "getattr(" + path + ", \"" + part + "\")";
    }
    return path;
  }

  /** Returns the number that libtorch has for a type. */
  private static String type(DType type) {
    return switch (type) {
      case UINT8 -> "0";
      case INT8 -> "1";
      case INT16 -> "2";
      case INT32 -> "3";
      case INT64 -> "4";
      case FLOAT16 -> "5";
      case FLOAT32 -> "6";
      case FLOAT64 -> "7";
      case BOOL -> "11";
      case BFLOAT16 -> "15";
    };
  }
}
