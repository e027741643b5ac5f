package io.diptych.weights;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.diptych.tensor.Graph;
import io.diptych.tensor.Graph.Extent;
import io.diptych.tensor.Graph.Value;
import io.diptych.tensor.RawMemory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The ONNX format. The weights are initialisers under the names of the state, the first dimension
 * of input and outputs is called {@value #BATCH}, and texts are in the model's metadata.
 */
final class Onnx {
  private static final String BATCH = "batch";
  private static final int IR_VERSION = 8; // The one that came with the operator set.
  private static final long LIMIT = Integer.MAX_VALUE - 1_000_000L; // Leaves room for the texts.

  private Onnx() {}

  /**
   * Writes a graph, one tensor after the other.
   *
   * @param outputs names of what the graph gives, in its order
   * @param metadata texts by name
   * @throws IllegalArgumentException if an operation has no form in ONNX, or the file would be
   *     larger than the format allows
   * @throws IOException if the file cannot be written
   */
  static void write(Path file, Graph network, List<String> outputs, Map<String, String> metadata)
      throws IOException {
    Graph graph = network.folded();
    GraphProto structure = structure(graph, outputs);
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("diptych")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OnnxNodes.OPSET));
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    long size = structure.getSerializedSize();
    for (Value value : graph.stored()) {
      size += fieldSize(GraphProto.INITIALIZER_FIELD_NUMBER, tensorSize(value));
    }
    if (size > LIMIT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the weights take %.1f GiB, and an ONNX file holds less than 2 GiB; safetensors"
                  + " holds more",
              (double) size / (1 << 30)));
    }
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
      CodedOutputStream out = CodedOutputStream.newInstance(stream);
      model.build().writeTo(out);
      // The graph, as a message is written: its tag, its size, its fields.
      out.writeTag(ModelProto.GRAPH_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt64NoTag(size);
      structure.writeTo(out);
      for (Value value : graph.stored()) {
        out.writeTag(GraphProto.INITIALIZER_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt64NoTag(tensorSize(value));
        header(value).writeTo(out);
        out.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt64NoTag(bytes(value));
        RawMemory.write(Objects.requireNonNull(value.tensor()), out::writeRawBytes);
      }
      out.flush();
    }
  }

  /** Returns the graph without its weights. */
  private static GraphProto structure(Graph graph, List<String> outputs) {
    GraphProto.Builder proto = GraphProto.newBuilder().setName("encoder");
    proto.addInput(described(graph.input().name(), graph.input()));
    OnnxBuilder onnx = new OnnxBuilder(proto);
    OnnxNodes nodes = new OnnxNodes(onnx, graph.input().name());
    graph.nodes().forEach(nodes::add);
    for (int i = 0; i < outputs.size(); i++) {
      Value output = graph.outputs().get(i);
      proto.addOutput(described(outputs.get(i), output));
      onnx.add(outputs.get(i), "Identity", output.name());
    }
    return proto.build();
  }

  private static ValueInfoProto described(String name, Value value) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Extent extent : value.shape()) {
      TensorShapeProto.Dimension.Builder size = shape.addDimBuilder();
      if (extent.isFixed()) {
        size.setDimValue(extent.base());
      } else {
        size.setDimParam(BATCH);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxBuilder.type(value.dtype()))
                        .setShape(shape)))
        .build();
  }

  /** Returns a tensor without its values. */
  private static TensorProto header(Value value) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(value.name()).setDataType(OnnxBuilder.type(value.dtype()));
    value.shape().forEach(extent -> tensor.addDims(extent.base()));
    return tensor.build();
  }

  private static long bytes(Value value) {
    return Math.multiplyExact(value.numel(), value.dtype().bytes());
  }

  private static long tensorSize(Value value) {
    return header(value).getSerializedSize()
        + fieldSize(TensorProto.RAW_DATA_FIELD_NUMBER, bytes(value));
  }

  /** Returns the size of a field with its tag and its length. */
  private static long fieldSize(int number, long bytes) {
    return CodedOutputStream.computeTagSize(number)
        + CodedOutputStream.computeUInt64SizeNoTag(bytes)
        + bytes;
  }
}
