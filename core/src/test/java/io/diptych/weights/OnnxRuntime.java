package io.diptych.weights;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An ONNX file in onnxruntime, the judge of what is exported. */
final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxRuntime(Path file) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(2);
      session = environment.createSession(file.toString(), options);
    }
  }

  List<Tensor> run(Tensor images) throws OrtException {
    List<Tensor> outputs = new ArrayList<>();
    try (OnnxTensor input = input(images);
        OrtSession.Result result = session.run(Map.of("images", input))) {
      for (int i = 0; i < result.size(); i++) {
        OnnxTensor output = (OnnxTensor) result.get(i);
        FloatBuffer buffer = output.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        outputs.add(Tensor.of(values, output.getInfo().getShape()));
      }
    }
    return outputs;
  }

  private OnnxTensor input(Tensor images) throws OrtException {
    long[] shape = images.shape().sizes();
    if (images.dtype() == DType.UINT8) {
      ByteBuffer bytes = ByteBuffer.wrap(images.toBytes());
      return OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.UINT8);
    }
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(images.toFloatArray()), shape);
  }

  Map<String, String> metadata() throws OrtException {
    return session.getMetadata().getCustomMetadata();
  }

  OrtSession session() {
    return session;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
