package io.diptych.weights;

import io.diptych.backbone.Backbones;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells the architecture of an encoder from the names and shapes of its tensors. */
final class Architectures {
  private static final String RESNET = "layer1.0.conv1.weight";
  private static final String VIT = "blocks.0.attn.qkv.weight";

  /** Ends of names by which an encoder is found, whatever is before them. */
  static final List<String> ANCHORS = List.of(RESNET, VIT);

  private static final Map<List<Integer>, Integer> BASIC =
      Map.of(
          List.of(1, 1, 1), 8,
          List.of(1, 1, 1, 1), 10,
          List.of(2, 2, 2), 14,
          List.of(2, 2, 2, 2), 18,
          List.of(3, 4, 6, 3), 34);
  private static final Map<List<Integer>, Integer> BOTTLENECK =
      Map.of(
          List.of(3, 4, 6, 3),
          50,
          List.of(3, 4, 23, 3),
          101,
          List.of(3, 8, 36, 3),
          152,
          List.of(3, 24, 36, 3),
          200);

  private Architectures() {}

  /** Returns whether these names, as used here, are those of some encoder. */
  static boolean isEncoder(Set<String> names) {
    return (names.contains("conv1.weight") && names.contains(RESNET))
        || (names.contains("patch_embed.proj.weight") && names.contains(VIT));
  }

  /**
   * Returns the architecture, or nothing if it cannot be told.
   *
   * @param pooled whether a small stem has a max-pool behind it, which the shapes do not say
   */
  static Optional<Choice> of(Map<String, Shape> shapes, boolean pooled) {
    return shapes.containsKey(RESNET)
        ? resnet(shapes, pooled)
        : shapes.containsKey(VIT) ? vit(shapes) : Optional.empty();
  }

  private static Optional<Choice> resnet(Map<String, Shape> shapes, boolean pooled) {
    List<Integer> blocks = new ArrayList<>();
    while (count(shapes, "layer" + (blocks.size() + 1) + ".") > 0) {
      blocks.add(count(shapes, "layer" + (blocks.size() + 1) + "."));
    }
    boolean bottleneck = shapes.containsKey("layer1.0.conv3.weight");
    Integer depth = (bottleneck ? BOTTLENECK : BASIC).get(blocks);
    Shape entry = shapes.get("conv1.weight");
    Shape last = shapes.get("layer" + blocks.size() + ".0.conv1.weight");
    String stem = entry == null || entry.rank() != 4 ? null : stem(entry.size(2), pooled);
    if (depth == null || entry == null || last == null || stem == null || last.rank() != 4) {
      return Optional.empty();
    }
    long width = entry.size(0);
    // The last stage must be as wide as the first says, or the network could be of any size.
    if (last.size(0) != width << (blocks.size() - 1)) {
      return Optional.empty();
    }
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("depth", depth);
    options.put("width", width);
    options.put("stem", stem);
    Shape inner = shapes.get("layer1.0.conv2.weight");
    if (bottleneck && inner != null && inner.rank() == 4 && inner.size(0) != width) {
      options.put("bottleneck_width", inner.size(0) / width);
    }
    return choice("resnet", options);
  }

  /**
   * Everything but the number of heads can be told; there is one for each 64 channels, as usual.
   */
  private static Optional<Choice> vit(Map<String, Shape> shapes) {
    Shape patches = shapes.get("patch_embed.proj.weight");
    Shape positions = shapes.get("pos_embed");
    if (patches == null || patches.rank() != 4 || positions == null || positions.rank() != 3) {
      return Optional.empty();
    }
    long patch = patches.size(2);
    int depth = 0;
    while (shapes.containsKey("blocks." + depth + ".norm1.weight")) {
      depth++;
    }
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("width", patches.size(0));
    options.put("depth", depth);
    options.put("patch", patch);
    options.put("image_size", patch * Math.round(Math.sqrt(positions.size(1) - 1.0)));
    return choice("vit", options);
  }

  private static Optional<Choice> choice(String name, Map<String, Object> options) {
    Class<? extends Record> type = Backbones.FAMILY.members().get(name);
    try {
      return type == null
          ? Optional.empty()
          : Optional.of(new Choice(name, Options.defaults(type, options)));
    } catch (OptionException e) {
      return Optional.empty(); // No backbone here is like that.
    }
  }

  private static int count(Map<String, Shape> shapes, String stage) {
    int blocks = 0;
    while (shapes.containsKey(stage + blocks + ".conv1.weight")) {
      blocks++;
    }
    return blocks;
  }

  private static @Nullable String stem(long kernel, boolean pooled) {
    return switch ((int) kernel) {
      case 7 -> "imagenet";
      case 4 -> "light";
      case 3 -> pooled ? "stl" : "cifar";
      default -> null;
    };
  }
}
