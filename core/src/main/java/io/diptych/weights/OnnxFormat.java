package io.diptych.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The network with its weights, for onnxruntime and other engines. */
final class OnnxFormat implements WeightsFormat {
  private final ImageInput input;

  OnnxFormat(ImageInput input) {
    this.input = input;
  }

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public String extension() {
    return ".onnx";
  }

  @Override
  public String about() {
    return "network and weights, for onnxruntime and other engines; any number of images";
  }

  @Override
  public WeightsFormat taking(ImageInput images) {
    return new OnnxFormat(images);
  }

  @Override
  public void write(Path file, Encoder encoder) throws IOException {
    try (TracedEncoder traced = TracedEncoder.of(encoder, input)) {
      Onnx.write(
          file,
          traced.graph(),
          List.of("features"),
          ExportMetadata.texts(ExportMetadata.json(encoder.info(), input)));
    }
  }
}
