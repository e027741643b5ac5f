package io.diptych.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Layers side by side, each under its name; who made them knows which input each takes. */
public final class Branches extends Module {
  /** Creates the branches, in the order of the map. */
  public Branches(Map<String, ? extends Layer> layers) {
    layers.forEach(this::child);
  }

  /** Creates branches named by their position: {@code 0.weight}, {@code 1.weight}, …. */
  public static Branches numbered(List<? extends Layer> layers) {
    Map<String, Layer> named = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      named.put(Integer.toString(i), layers.get(i));
    }
    return new Branches(named);
  }
}
