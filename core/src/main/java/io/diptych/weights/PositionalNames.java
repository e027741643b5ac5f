package io.diptych.weights;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * ResNets whose parts are counted rather than named, as in {@code nn.Sequential(*children)}: with a
 * max-pool, 0 conv1, 1 bn1, 4 to 7 the stages; without, 3 to 6.
 */
final class PositionalNames {
  /** There is no such tensor without a max-pool behind the first convolution. */
  static final String LAST_BEHIND_A_POOL = "7.0.conv1.weight";

  private static final int STAGES = 4;

  private PositionalNames() {}

  /** Returns torchvision's names by theirs; nothing if these are no such names. */
  static Map<String, String> of(Collection<String> names) {
    int first = names.contains("3.0.conv1.weight") ? 3 : 4;
    Map<String, String> renamed = new LinkedHashMap<>();
    for (String name : names) {
      int dot = name.indexOf('.');
      String rest = dot < 0 ? "" : name.substring(dot).replace(".shortcut.", ".downsample.");
      String part = part(dot < 0 ? name : name.substring(0, dot), first);
      renamed.put(name, part.isEmpty() ? name : part + rest);
    }
    return renamed;
  }

  private static String part(String position, int first) {
    for (int stage = 0; stage < STAGES; stage++) {
      if (position.equals(Integer.toString(first + stage))) {
        return "layer" + (stage + 1);
      }
    }
    return switch (position) {
      case "0" -> "conv1";
      case "1" -> "bn1";
      default -> "";
    };
  }
}
