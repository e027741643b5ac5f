package io.diptych.weights;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user knows of a foreign file better than the file does.
 *
 * @param arch the backbone as a recipe writes it ({@code resnet}, {@code {name: resnet, depth:
 *     50}}), or a name with a depth ({@code resnet50}); null to tell it from the shapes
 * @param layout a name of {@link WeightsImport#layouts()}; null to tell it from the names
 * @param entry the dictionary inside the file, such as {@code teacher}; null for the likeliest
 * @param partial whether tensors may be missing or of another shape; they are initialised then
 * @param mean of each channel; null for what the file says, else ImageNet's
 * @param std of each channel, likewise
 * @param imageSize in pixels; null for what the file says, else unknown
 */
public record ImportOptions(
    @Nullable String arch,
    @Nullable String layout,
    @Nullable String entry,
    boolean partial,
    @Nullable List<Double> mean,
    @Nullable List<Double> std,
    @Nullable Integer imageSize) {
  /** Everything from the file. */
  public static final ImportOptions NONE =
      new ImportOptions(null, null, null, false, null, null, null);
}
