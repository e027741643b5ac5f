package io.diptych.weights;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.diptych.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Adds nodes and small constants to a graph of ONNX; each has the name of the value it gives. */
final class OnnxBuilder {
  private final GraphProto.Builder graph;

  OnnxBuilder(GraphProto.Builder graph) {
    this.graph = graph;
  }

  String add(String out, String operator, String... inputs) {
    return add(out, operator, List.of(), inputs);
  }

  String add(String out, String operator, List<AttributeProto> attributes, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(out)
            .setOpType(operator)
            .addAllInput(List.of(inputs))
            .addOutput(out)
            .addAllAttribute(attributes));
    return out;
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto attribute(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  static AttributeProto attribute(String name, List<Long> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  String constant(String name, long value) {
    return constant(name, List.of(), DType.INT64, longs(value));
  }

  String constant(String name, long[] values) {
    return constant(name, List.of((long) values.length), DType.INT64, longs(values));
  }

  String scalar(String name, double value, DType type) {
    return constant(name, new double[] {value}, type, List.of());
  }

  String constant(String name, double[] values, DType type, List<Long> shape) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes());
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (type == DType.FLOAT32) {
        bytes.putFloat((float) value);
      } else if (type == DType.FLOAT64) {
        bytes.putDouble(value);
      } else {
        throw new IllegalArgumentException("numbers of type " + type + " have no form in ONNX");
      }
    }
    return constant(name, shape, type, bytes.array());
  }

  private String constant(String name, List<Long> shape, DType type, byte[] bytes) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .addAllDims(shape)
            .setDataType(type(type))
            .setRawData(ByteString.copyFrom(bytes)));
    return name;
  }

  String filled(String name, double value, long size, DType type) {
    double[] values = new double[Math.toIntExact(size)];
    Arrays.fill(values, value);
    return constant(name, values, type, List.of(size));
  }

  private static byte[] longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return bytes.array();
  }

  /** Returns the number that ONNX has for a type. */
  static int type(DType type) {
    return switch (type) {
      case FLOAT32 -> TensorProto.DataType.FLOAT_VALUE;
      case INT8 -> TensorProto.DataType.INT8_VALUE;
      case INT16 -> TensorProto.DataType.INT16_VALUE;
      case UINT8 -> TensorProto.DataType.UINT8_VALUE;
      case INT32 -> TensorProto.DataType.INT32_VALUE;
      case INT64 -> TensorProto.DataType.INT64_VALUE;
      case BOOL -> TensorProto.DataType.BOOL_VALUE;
      case FLOAT16 -> TensorProto.DataType.FLOAT16_VALUE;
      case FLOAT64 -> TensorProto.DataType.DOUBLE_VALUE;
      case BFLOAT16 -> TensorProto.DataType.BFLOAT16_VALUE;
    };
  }
}
