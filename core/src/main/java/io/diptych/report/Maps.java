package io.diptych.report;

import io.diptych.report.Series.Point;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The maps of {@code project.json}: images laid out in the plane by their features.
 *
 * @param all the maps, each with a point for every image
 * @param indices which image of the data set each point is
 * @param labels the class of each, negative for none
 * @param sprite one picture of all thumbnails row by row, if there is one
 */
record Maps(List<Layout> all, List<Long> indices, List<Long> labels, @Nullable Sprite sprite) {

  /**
   * One map.
   *
   * @param trustworthiness NaN where it was not measured
   */
  record Layout(String features, String method, List<Point> points, double trustworthiness) {
    /** What the map is called, such as "Encoder · t-SNE". */
    String title() {
      return Features.label(features) + " · " + methodName(method);
    }
  }

  /** How a method of projection is written. */
  static String methodName(String key) {
    return switch (key) {
      case "pca" -> "PCA";
      case "tsne" -> "t-SNE";
      case "umap" -> "UMAP";
      default -> key;
    };
  }

  /** Thumbnails of {@code size} × {@code size} pixels, {@code columns} in each row. */
  record Sprite(Png picture, long size, long columns) {}

  static Maps read(Json json) {
    Json images = json.get("images");
    List<Long> labels = images.get("label").items().stream().map(Json::whole).toList();
    Json index = images.get("index");
    List<Long> indices = index.items().stream().map(Json::whole).toList();
    if (indices.size() != labels.size()) {
      throw index.damaged("expected " + labels.size() + " numbers, one per label");
    }
    Sprite sprite =
        images.has("sprite")
            ? new Sprite(
                Png.ofUri(images.get("sprite")),
                positive(images, "size"),
                positive(images, "columns"))
            : null;
    return new Maps(
        json.get("maps").items().stream().map(map -> layout(map, labels.size())).toList(),
        indices,
        labels,
        sprite);
  }

  private static long positive(Json json, String key) {
    long value = json.get(key).whole();
    if (value < 1) {
      throw json.get(key).damaged("expected at least 1");
    }
    return value;
  }

  private static Layout layout(Json json, int images) {
    Json points = json.get("points");
    List<Point> places = points.items().stream().map(Maps::point).toList();
    if (places.size() != images) {
      throw points.damaged("expected " + images + " points, one per image");
    }
    return new Layout(
        json.get("features").string(),
        json.get("method").string(),
        places,
        json.number("trustworthiness"));
  }

  private static Point point(Json json) {
    List<Json> pair = json.items();
    if (pair.size() != 2) {
      throw json.damaged("expected two numbers");
    }
    Point point = new Point(pair.get(0).number(), pair.get(1).number());
    if (!point.finite()) {
      throw json.damaged("expected finite numbers");
    }
    return point;
  }
}
