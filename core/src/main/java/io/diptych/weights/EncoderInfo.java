package io.diptych.weights;

import io.diptych.backbone.Backbones;
import io.diptych.option.Choice;
import io.diptych.option.Families;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one has to know of an encoder to use it: its architecture, what images it takes, and where
 * its weights come from. Travels with the weights as texts, one for each component.
 *
 * @param backbone the architecture, a member of {@link Backbones#FAMILY}
 * @param channels of the images: 1 or 3
 * @param imageSize height and width of the images it was trained on, in pixels; 0 if unknown
 * @param mean of each channel, or one for all: an image enters as (level / 255 − mean) / std
 * @param std of each channel, or one for all
 * @param method that trained it, empty if unknown
 * @param recipeHash of the recipe that trained it, empty if there is none
 * @param classes of the images it was trained on, in the order of their labels
 * @param origin the file or run that the weights come from
 */
public record EncoderInfo(
    @Option(family = "backbone", doc = "the architecture") Choice backbone,
    @Option(range = "[1, 3]", doc = "channels of the images") int channels,
    @Option(
            value = "0",
            range = "[0, 65536]",
            doc = "height and width of the images in pixels; 0 if unknown")
        int imageSize,
    @Option(doc = "mean from 0 to 1, for each channel or one for all") List<Double> mean,
    @Option(range = "(0, inf)", doc = "standard deviation, likewise") List<Double> std,
    @Option(value = "\"\"", doc = "method that trained it") String method,
    @Option(value = "\"\"", doc = "hash of the recipe that trained it") String recipeHash,
    @Option(value = "[]", doc = "names of the classes, in the order of their labels")
        List<String> classes,
    @Option(value = "\"\"", doc = "file or run that the weights come from") String origin) {
  private static final String FORMAT = "diptych_encoder";
  private static final String VERSION = "1";
  private static final Families FAMILIES = Families.of(Backbones.FAMILY);

  /** Copies the lists. */
  public EncoderInfo {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    classes = List.copyOf(classes);
  }

  /** Returns the same for images of another height and width. */
  public EncoderInfo at(int pixels) {
    return new EncoderInfo(
        backbone, channels, pixels, mean, std, method, recipeHash, classes, origin);
  }

  /** Returns a text for each component, and one that says that these are such texts. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(FORMAT, VERSION);
    Options.tree(this).entries().forEach((key, value) -> texts.put(key, Yaml.flow(value)));
    return texts;
  }

  /** Returns whether these texts, others among them, describe an encoder. */
  public static boolean isIn(Map<String, String> texts) {
    return texts.containsKey(FORMAT);
  }

  /**
   * Reads back {@link #texts()}.
   *
   * @param file where they were found, for messages
   * @throws WeightsException if they are of another version, or damaged
   */
  public static EncoderInfo of(Map<String, String> texts, Path file) {
    String version = texts.getOrDefault(FORMAT, "");
    if (!version.equals(VERSION)) {
      throw new WeightsException(
          file,
          "describes its encoder in version '"
              + version
              + "'; this program reads version "
              + VERSION);
    }
    StringBuilder yaml = new StringBuilder();
    Options.describe(EncoderInfo.class)
        .forEach(
            doc -> {
              String text = texts.get(doc.key());
              if (text != null) {
                yaml.append(doc.key()).append(": ").append(text).append('\n');
              }
            });
    try {
      Tree tree = Yaml.read(yaml.toString().getBytes(StandardCharsets.UTF_8), file + " (metadata)");
      return Options.bind(EncoderInfo.class, tree, FAMILIES);
    } catch (OptionException e) {
      throw new WeightsException(file, "its metadata describes no encoder: " + e.getMessage());
    }
  }
}
