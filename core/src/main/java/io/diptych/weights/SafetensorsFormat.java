package io.diptych.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The encoder alone, with the names of torchvision and timm; Diptych's own format for encoders. */
final class SafetensorsFormat implements WeightsFormat {
  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public String extension() {
    return ".safetensors";
  }

  @Override
  public String about() {
    return "for diptych and Python's safetensors; what there is to know is in its metadata";
  }

  @Override
  public void write(Path file, Encoder encoder) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("format", "pt"); // What readers of PyTorch's world look for.
    texts.putAll(encoder.info().texts());
    Safetensors.write(file, encoder.backbone().state(), texts);
  }
}
