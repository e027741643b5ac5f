package io.diptych.weights;

import java.nio.file.Path;
import java.util.Map;

/** The network with its weights, for libtorch and for Python's torch.jit.load. */
final class TorchScriptFormat implements WeightsFormat {
  private static final String NOTES = "diptych.json";

  private final ImageInput input;

  TorchScriptFormat(ImageInput input) {
    this.input = input;
  }

  @Override
  public String name() {
    return "torchscript";
  }

  @Override
  public String extension() {
    return ".pt";
  }

  @Override
  public String about() {
    return "network and weights, for libtorch and Python's torch.jit.load; any number of images";
  }

  @Override
  public WeightsFormat taking(ImageInput images) {
    return new TorchScriptFormat(images);
  }

  @Override
  public void write(Path file, Encoder encoder) {
    try (TracedEncoder traced = TracedEncoder.of(encoder, input)) {
      traced
          .script()
          .save(file, Map.of(NOTES, ExportMetadata.json(encoder.info(), input).toString()));
    }
  }
}
