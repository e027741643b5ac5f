package io.diptych.weights;

import io.diptych.option.DidYouMean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/** The formats that encoders are exported in. */
public final class WeightsFormats {
  private static final List<WeightsFormat> ALL =
      List.of(
          new SafetensorsFormat(),
          new TorchFormat(),
          new OnnxFormat(ImageInput.NORMALIZED),
          new TorchScriptFormat(ImageInput.NORMALIZED),
          new DetectronFormat("Diptych"));

  private WeightsFormats() {}

  /** Returns every format, in the order of a listing. */
  public static List<WeightsFormat> all() {
    return ALL;
  }

  /**
   * Returns the format of this name.
   *
   * @throws IllegalArgumentException if there is none, naming those that exist
   */
  public static WeightsFormat named(String name) {
    List<String> names = ALL.stream().map(WeightsFormat::name).toList();
    return ALL.stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown format '"
                        + name
                        + "' (one of: "
                        + String.join(", ", names)
                        + ")"
                        + DidYouMean.hint(name, names)));
  }

  /**
   * Writes an encoder beside the target and renames it over it when it is whole.
   *
   * @throws IllegalArgumentException if the target has another ending, or the format cannot hold
   *     this encoder
   * @throws IOException if the file cannot be written; an older one is kept then
   */
  public static void write(WeightsFormat format, Encoder encoder, Path target) throws IOException {
    String name = Objects.toString(target.getFileName(), "");
    if (!name.endsWith(format.extension())) {
      throw new IllegalArgumentException(
          target + ": a file of format " + format.name() + " must end in " + format.extension());
    }
    Path beside = target.resolveSibling(name + ".tmp");
    try {
      format.write(beside, encoder);
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
