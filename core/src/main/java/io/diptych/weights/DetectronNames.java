package io.diptych.weights;

/** Detectron2's names for the tensors of a ResNet: {@code res2.0.conv1.norm.weight}. */
final class DetectronNames {
  private DetectronNames() {}

  /** Returns Detectron2's name for one of torchvision's. */
  static String of(String name) {
    String staged = name.contains("layer") ? name : "stem." + name;
    for (int stage = 1; stage <= 4; stage++) {
      staged = staged.replace("layer" + stage, "res" + (stage + 1));
    }
    return staged
        .replaceAll("bn([1-3])", "conv$1.norm")
        .replace("downsample.0", "shortcut")
        .replace("downsample.1", "shortcut.norm");
  }

  /** Returns torchvision's name for one of Detectron2's. */
  static String toTorchvision(String name) {
    String staged = name.startsWith("stem.") ? name.substring("stem.".length()) : name;
    for (int stage = 1; stage <= 4; stage++) {
      staged = staged.replace("res" + (stage + 1) + ".", "layer" + stage + ".");
    }
    return staged
        .replaceAll("conv([1-3])\\.norm", "bn$1")
        .replace("shortcut.norm", "downsample.1")
        .replace("shortcut.", "downsample.0.");
  }
}
