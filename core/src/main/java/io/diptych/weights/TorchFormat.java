package io.diptych.weights;

import java.io.IOException;
import java.nio.file.Path;

/** A PyTorch state_dict with the names of torchvision and timm. */
final class TorchFormat implements WeightsFormat {
  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public String extension() {
    return ".pth";
  }

  @Override
  public String about() {
    return "a state_dict for torch.load and load_state_dict; diptych.json in the archive says more";
  }

  @Override
  public void write(Path file, Encoder encoder) throws IOException {
    String texts = Safetensors.JSON.writeValueAsString(encoder.info().texts());
    TorchWriter.write(file, encoder.backbone().state(), texts);
  }
}
