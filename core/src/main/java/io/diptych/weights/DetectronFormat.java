package io.diptych.weights;

import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A ResNet as Detectron2 loads it. */
final class DetectronFormat implements WeightsFormat {
  private final String author;

  /**
   * A format.
   *
   * @param author whom its files name as the author of the weights
   */
  DetectronFormat(String author) {
    this.author = author;
  }

  @Override
  public String name() {
    return "detectron2";
  }

  @Override
  public String extension() {
    return ".pkl";
  }

  @Override
  public String about() {
    return "a ResNet for MODEL.WEIGHTS of Detectron2; its images are RGB";
  }

  @Override
  public void write(Path file, Encoder encoder) throws IOException {
    Map<String, Tensor> state = encoder.backbone().state();
    if (!state.containsKey("conv1.weight") || !state.containsKey("layer1.0.conv1.weight")) {
      throw new IllegalArgumentException(
          "format detectron2 holds ResNets only, not '" + encoder.info().backbone().name() + "'");
    }
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> {
          if (!name.startsWith("selfcon_layer.")) { // Exits are not on the way to the features.
            renamed.put(DetectronNames.of(name), tensor);
          }
        });
    DetectronFile.write(file, renamed, author);
  }
}
