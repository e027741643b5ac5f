package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import java.math.BigDecimal;
import java.math.RoundingMode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The part of {@code project.json} that a page draws: maps, and pictures of their images. */
final class MapWriter {
  /** Decimal digits of the largest coordinate: finer than a screen. */
  private static final int DIGITS = 5;

  private final ArrayNode maps;
  private final ObjectNode images;

  MapWriter(ResultFile file) {
    maps = file.array("maps");
    images = file.object("images");
  }

  Entry map(Subject.Kind kind, String method) {
    return new Entry(maps.addObject().put("features", kind.name()).put("method", method));
  }

  /**
   * Adds what the points of all maps stand for.
   *
   * @param shown the numbers of the images in the set, in the order of the points
   */
  void images(long[] shown, ImageCollection set) {
    long[] labels = set.labels().toLongArray();
    ArrayNode index = images.putArray("index");
    ArrayNode label = images.putArray("label");
    for (long image : shown) {
      index.add(image);
      label.add(labels[(int) image]);
    }
    Sprite sprite = Sprite.of(set, shown);
    images.put("sprite", sprite.uri());
    images.put("size", sprite.size()).put("columns", sprite.columns());
  }

  /** One map. */
  record Entry(ObjectNode node) {
    void explainedVariance(double[] parts) {
      ArrayNode array = node.putArray("explained_variance");
      for (double part : parts) {
        array.add(part);
      }
    }

    void divergence(double divergence) {
      node.put("kl_divergence", divergence);
    }

    /** Adds points [2N]. */
    void points(double[] points, double trustworthiness) {
      node.put("trustworthiness", trustworthiness);
      double largest = 0;
      for (double value : points) {
        largest = Math.max(largest, Math.abs(value));
      }
      int decimals = largest == 0 ? 0 : DIGITS - 1 - (int) Math.floor(Math.log10(largest));
      ArrayNode array = node.putArray("points");
      for (int i = 0; i < points.length; i += 2) {
        array.addArray().add(rounded(points[i], decimals)).add(rounded(points[i + 1], decimals));
      }
    }

    private static double rounded(double value, int decimals) {
      return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN).doubleValue();
    }
  }
}
