package io.diptych.weights;

import static io.diptych.weights.OnnxBuilder.attribute;
import static io.diptych.weights.OnnxBuilder.type;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.diptych.tensor.DType;
import io.diptych.tensor.Graph.Extent;
import io.diptych.tensor.Graph.Node;
import io.diptych.tensor.Graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds the operations of a graph to one of ONNX, in those of operator set {@value #OPSET}. */
final class OnnxNodes {
  static final int OPSET = 17;

  private final OnnxBuilder onnx;
  private final String images;
  private @Nullable String batch;

  /**
   * Starts.
   *
   * @param images the name of the input
   */
  OnnxNodes(OnnxBuilder onnx, String images) {
    this.onnx = onnx;
    this.images = images;
  }

  /**
   * Adds an operation.
   *
   * @throws IllegalArgumentException if it has no form in ONNX
   */
  void add(Node node) {
    String out = node.output().name();
    switch (node.operation()) {
      case "add" -> onnx.add(out, "Add", x(node), other(node));
      case "sub" -> onnx.add(out, "Sub", x(node), other(node));
      case "rsub" -> onnx.add(out, "Sub", other(node), x(node));
      case "mul" -> onnx.add(out, "Mul", x(node), other(node));
      case "div" -> onnx.add(out, "Div", x(node), other(node));
      case "matmul" -> onnx.add(out, "MatMul", x(node), other(node));
      case "exp" -> onnx.add(out, "Exp", x(node));
      case "sqrt" -> onnx.add(out, "Sqrt", x(node));
      case "tanh" -> onnx.add(out, "Tanh", x(node));
      case "sigmoid" -> onnx.add(out, "Sigmoid", x(node));
      case "relu" -> onnx.add(out, "Relu", x(node));
      case "silu" -> onnx.add(out, "Mul", x(node), onnx.add(out + ".gate", "Sigmoid", x(node)));
      case "gelu" -> gelu(out, node);
      case "softmax" -> onnx.add(out, "Softmax", List.of(axis(node)), x(node));
      case "attention" -> attention(out, node);
      case "to" ->
          onnx.add(out, "Cast", List.of(attribute("to", type(node.output().dtype()))), x(node));
      case "reshape", "flatten", "unflatten", "squeeze", "unsqueeze" -> reshape(out, node);
      case "expand" -> onnx.add(out, "Expand", x(node), shape(out, node.output()));
      case "permute" -> transpose(out, x(node), node.integers("order"));
      case "transpose" -> transpose(out, x(node), swapped(node, "first", "second"));
      case "t" -> transpose(out, x(node), List.of(1L, 0L));
      case "narrow" -> narrow(out, node);
      case "select" -> {
        String position = onnx.constant(out + ".position", node.integer("position"));
        onnx.add(out, "Gather", List.of(axis(node)), x(node), position);
      }
      case "cat" -> onnx.add(out, "Concat", List.of(axis(node)), inputs(node));
      case "pad" -> pad(out, node);
      case "mean" ->
          onnx.add(
              out,
              "ReduceMean",
              List.of(
                  attribute("axes", node.integers("dimensions")),
                  attribute("keepdims", node.flag("keep") ? 1 : 0)),
              x(node));
      case "linear" -> linear(out, node);
      case "conv2d" -> convolve(out, node);
      case "batchNorm" -> normalize(out, node);
      case "layerNorm" -> normalizeRows(out, node);
      case "maxPool2d" -> onnx.add(out, "MaxPool", window(node), x(node));
      case "avgPool2d" -> {
        List<AttributeProto> window = new ArrayList<>(window(node));
        window.add(attribute("count_include_pad", 1));
        onnx.add(out, "AveragePool", window, x(node));
      }
      case "adaptiveAvgPool2d" -> means(out, node);
      default ->
          throw new IllegalArgumentException(
              "the operation '" + node.operation() + "' has no form in ONNX");
    }
  }

  // ---- operations that take several of ONNX

  private void gelu(String out, Node node) {
    DType type = node.output().dtype();
    String scaled =
        onnx.add(
            out + ".scaled", "Mul", x(node), onnx.scalar(out + ".scale", Math.sqrt(0.5), type));
    String erf = onnx.add(out + ".erf", "Erf", scaled);
    String gate = onnx.add(out + ".gate", "Add", erf, onnx.scalar(out + ".one", 1, type));
    String product = onnx.add(out + ".product", "Mul", x(node), gate);
    onnx.add(out, "Mul", product, onnx.scalar(out + ".half", 0.5, type));
  }

  private void attention(String out, Node node) {
    Value query = node.input(0);
    String keys = transpose(out + ".keys", node.input(1).name(), List.of(0L, 1L, 3L, 2L));
    String products = onnx.add(out + ".products", "MatMul", query.name(), keys);
    double scale = 1 / Math.sqrt((double) query.size(-1));
    String scaled =
        onnx.add(
            out + ".scaled", "Mul", products, onnx.scalar(out + ".scale", scale, query.dtype()));
    String weights = onnx.add(out + ".weights", "Softmax", List.of(attribute("axis", -1)), scaled);
    onnx.add(out, "MatMul", weights, node.input(2).name());
  }

  private void linear(String out, Node node) {
    String weight = node.input(1).name();
    Value bias = node.inputs().get(2);
    if (node.input(0).rank() == 2) {
      List<AttributeProto> transposed = List.of(attribute("transB", 1));
      if (bias == null) {
        onnx.add(out, "Gemm", transposed, x(node), weight);
      } else {
        onnx.add(out, "Gemm", transposed, x(node), weight, bias.name());
      }
      return;
    }
    String columns = transpose(out + ".columns", weight, List.of(1L, 0L));
    if (bias == null) {
      onnx.add(out, "MatMul", x(node), columns);
    } else {
      onnx.add(out, "Add", onnx.add(out + ".product", "MatMul", x(node), columns), bias.name());
    }
  }

  private void convolve(String out, Node node) {
    long stride = node.integer("stride");
    long padding = node.integer("padding");
    Value weight = node.input(1);
    List<AttributeProto> attributes =
        List.of(
            attribute("kernel_shape", List.of(weight.size(2), weight.size(3))),
            attribute("strides", List.of(stride, stride)),
            attribute("pads", List.of(padding, padding, padding, padding)),
            attribute("group", node.integer("groups")));
    onnx.add(out, "Conv", attributes, inputs(node));
  }

  private void normalize(String out, Node node) {
    Value mean = node.input(3);
    onnx.add(
        out,
        "BatchNormalization",
        List.of(attribute("epsilon", node.number("epsilon"))),
        x(node),
        orAll(out + ".scale", node.inputs().get(1), 1, mean.size(0), mean.dtype()),
        orAll(out + ".offset", node.inputs().get(2), 0, mean.size(0), mean.dtype()),
        mean.name(),
        node.input(4).name());
  }

  private void normalizeRows(String out, Node node) {
    Value x = node.input(0);
    onnx.add(
        out,
        "LayerNormalization",
        List.of(attribute("axis", -1), attribute("epsilon", node.number("epsilon"))),
        x(node),
        orAll(out + ".scale", node.inputs().get(1), 1, x.size(-1), x.dtype()),
        orAll(out + ".offset", node.inputs().get(2), 0, x.size(-1), x.dtype()));
  }

  /**
   * Averages over a grid of cells, which need not be of one size: a matrix for rows and columns.
   */
  private void means(String out, Node node) {
    Value x = node.input(0);
    long size = node.integer("size");
    String rows = cells(out + ".rows", size, x.size(2), false, x.dtype());
    String columns = cells(out + ".columns", size, x.size(3), true, x.dtype());
    onnx.add(out, "MatMul", onnx.add(out + ".bands", "MatMul", rows, x(node)), columns);
  }

  private String cells(String name, long cells, long pixels, boolean transposed, DType type) {
    double[] shares = new double[Math.toIntExact(cells * pixels)];
    for (long cell = 0; cell < cells; cell++) {
      long from = cell * pixels / cells;
      long to = ((cell + 1) * pixels + cells - 1) / cells;
      for (long pixel = from; pixel < to; pixel++) {
        long at = transposed ? pixel * cells + cell : cell * pixels + pixel;
        shares[Math.toIntExact(at)] = 1.0 / (to - from);
      }
    }
    return onnx.constant(
        name, shares, type, transposed ? List.of(pixels, cells) : List.of(cells, pixels));
  }

  // ---- shapes

  private void reshape(String out, Node node) {
    List<Extent> sizes = node.output().shape();
    if (sizes.stream().filter(size -> !size.isFixed()).count() > 1) {
      throw new IllegalArgumentException(
          "a reshape to several sizes that depend on the number of images has no form in ONNX");
    }
    long[] shape = sizes.stream().mapToLong(size -> size.isFixed() ? size.base() : -1).toArray();
    onnx.add(out, "Reshape", x(node), onnx.constant(out + ".shape", shape));
  }

  private String transpose(String out, String x, List<Long> order) {
    return onnx.add(out, "Transpose", List.of(attribute("perm", order)), x);
  }

  private static List<Long> swapped(Node node, String first, String second) {
    int rank = node.input(0).rank();
    Long[] order = new Long[rank];
    Arrays.setAll(order, i -> (long) i);
    int a = Math.floorMod((int) node.integer(first), rank);
    int b = Math.floorMod((int) node.integer(second), rank);
    order[a] = (long) b;
    order[b] = (long) a;
    return Arrays.asList(order);
  }

  private void narrow(String out, Node node) {
    long start = node.integer("start");
    String from = onnx.constant(out + ".start", new long[] {start});
    String to = onnx.constant(out + ".end", new long[] {start + node.integer("length")});
    String along = onnx.constant(out + ".axes", new long[] {node.integer("dimension")});
    onnx.add(out, "Slice", x(node), from, to, along);
  }

  private void pad(String out, Node node) {
    List<Long> sizes = node.integers("sizes");
    int rank = node.input(0).rank();
    long[] pads = new long[2 * rank];
    for (int i = 0; i < sizes.size() / 2; i++) {
      pads[rank - 1 - i] = sizes.get(2 * i);
      pads[2 * rank - 1 - i] = sizes.get(2 * i + 1);
    }
    // onnxruntime takes a border of zeros for the padding of the MaxPool behind it, which counts as
    // -inf; of negative zeros it does not.
    double border = node.number("value") == 0 ? -0.0 : node.number("value");
    String value = onnx.scalar(out + ".value", border, node.output().dtype());
    onnx.add(out, "Pad", x(node), onnx.constant(out + ".pads", pads), value);
  }

  /** Returns a vector of the sizes of a value. */
  private String shape(String out, Value value) {
    if (value.shape().stream().allMatch(Extent::isFixed)) {
      return onnx.constant(
          out + ".shape", value.shape().stream().mapToLong(Extent::base).toArray());
    }
    String[] sizes = new String[value.rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size(out + ".size" + i, value.shape().get(i));
    }
    return onnx.add(out + ".shape", "Concat", List.of(attribute("axis", 0)), sizes);
  }

  private String size(String out, Extent extent) {
    if (extent.isFixed()) {
      return onnx.constant(out, new long[] {extent.base()});
    }
    String size = batch();
    if (extent.perImage() != 1) {
      size =
          onnx.add(
              out + ".scaled",
              "Mul",
              size,
              onnx.constant(out + ".each", new long[] {extent.perImage()}));
    }
    return extent.base() == 0
        ? size
        : onnx.add(out, "Add", size, onnx.constant(out + ".base", new long[] {extent.base()}));
  }

  /** Returns the vector of one element that holds the number of images. */
  private String batch() {
    if (batch == null) {
      List<AttributeProto> first = List.of(attribute("start", 0), attribute("end", 1));
      batch = onnx.add("batch_size", "Shape", first, images);
    }
    return batch;
  }

  // ---- operands and attributes

  private String x(Node node) {
    return node.input(0).name();
  }

  /** Returns the second operand: a tensor or a number. */
  private String other(Node node) {
    return node.has("number")
        ? onnx.scalar(
            node.output().name() + ".number", node.number("number"), node.input(0).dtype())
        : node.input(1).name();
  }

  private String[] inputs(Node node) {
    List<String> inputs = new ArrayList<>();
    for (Value value : node.inputs()) {
      if (value != null) {
        inputs.add(value.name());
      }
    }
    return inputs.toArray(String[]::new);
  }

  private String orAll(String name, @Nullable Value value, double number, long size, DType type) {
    if (value != null) {
      return value.name();
    }
    return onnx.filled(name, number, size, type);
  }

  private static List<AttributeProto> window(Node node) {
    long kernel = node.integer("kernel");
    long stride = node.integer("stride");
    long padding = node.integer("padding");
    return List.of(
        attribute("kernel_shape", List.of(kernel, kernel)),
        attribute("strides", List.of(stride, stride)),
        attribute("pads", List.of(padding, padding, padding, padding)));
  }

  private static AttributeProto axis(Node node) {
    return attribute("axis", node.integer("dimension"));
  }
}
