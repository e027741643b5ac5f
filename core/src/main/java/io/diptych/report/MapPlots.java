package io.diptych.report;

import io.diptych.report.Maps.Layout;
import io.diptych.report.Series.Point;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Maps of the images, side by side. The points of a class are one path, in the order of the images:
 * with the labels, which stand once beside all maps, the page's script knows which image each is.
 */
final class MapPlots {
  /** Each map is a square of this side. */
  private static final int SIDE = 1000;

  private static final int MARGIN = 30;

  /** From this class on, dots are square: colours repeat. */
  private static final int ROUND = 10;

  private final Html html;
  private final Evaluation.Data data;
  private final Maps maps;
  private final List<Long> classes;

  private MapPlots(Html html, Evaluation.Data data, Maps maps) {
    this.html = html;
    this.data = data;
    this.maps = maps;
    this.classes =
        maps.labels().stream().map(label -> Math.max(-1, label)).distinct().sorted().toList();
  }

  static void write(Html html, Evaluation.Data data, Maps maps) {
    new MapPlots(html, data, maps).write();
  }

  private void write() {
    Parts.explain(
        html,
        "Each dot is a test image, and near dots have similar features; distances between far dots"
            + " mean little. Trustworthiness: how far neighbours on the map are neighbours among the"
            + " features, 1 at best.");
    html.open(
        "div",
        "class",
        "maps",
        "data-labels",
        numbers(maps.labels()),
        "data-indices",
        numbers(maps.indices()));
    Maps.Sprite sprite = maps.sprite();
    if (sprite != null) {
      html.empty(
          "img",
          "class",
          "sprite",
          "hidden",
          "hidden",
          "alt",
          "",
          "src",
          sprite.picture().uri(),
          "data-size",
          Long.toString(sprite.size()),
          "data-columns",
          Long.toString(sprite.columns()));
    }
    legend();
    html.open("div", "class", "atlas").line();
    maps.all().forEach(this::map);
    html.close("div").close("div").line();
    Parts.fold(html, "Classes in a table", () -> MapTable.write(html, data, maps, classes));
  }

  private static String numbers(List<Long> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private void legend() {
    html.open("ul", "class", "legend", "aria-label", "Classes");
    for (long label : classes) {
      html.open("li", "class", style(label), "data-class", Long.toString(label));
      html.leaf("span", "", "class", "dot").text(data.className(label)).close("li");
    }
    html.close("ul").line();
  }

  private static String style(long label) {
    if (label < 0) {
      return "baseline round";
    }
    return Series.style((int) label) + (label / ROUND % 2 == 0 ? " round" : " square");
  }

  private void map(Layout map) {
    String gist =
        Double.isNaN(map.trustworthiness())
            ? ""
            : "trustworthiness " + Numbers.brief(map.trustworthiness());
    Parts.figure(html, "map", map.title(), gist, () -> dots(map));
  }

  private void dots(Layout map) {
    List<Point> points = map.points();
    double left = points.stream().mapToDouble(Point::x).min().orElse(0);
    double right = points.stream().mapToDouble(Point::x).max().orElse(1);
    double low = points.stream().mapToDouble(Point::y).min().orElse(0);
    double high = points.stream().mapToDouble(Point::y).max().orElse(1);
    double scale = (SIDE - 2 * MARGIN) / Math.max(1e-12, Math.max(right - left, high - low));
    double shiftX = SIDE / 2.0 - scale * (left + right) / 2;
    double shiftY = SIDE / 2.0 + scale * (low + high) / 2;
    html.open(
        "svg",
        "class",
        "scatter",
        "viewBox",
        "0 0 " + SIDE + " " + SIDE,
        "role",
        "img",
        "aria-label",
        words(map));
    for (long label : classes) {
      StringBuilder path = new StringBuilder();
      for (int i : images(label)) {
        path.append('M').append(Math.round(shiftX + scale * points.get(i).x()));
        path.append(' ').append(Math.round(shiftY - scale * points.get(i).y())).append("h0");
      }
      html.empty(
          "path", "class", style(label), "data-class", Long.toString(label), "d", path.toString());
    }
    html.close("svg").line();
  }

  private int[] images(long label) {
    return IntStream.range(0, maps.labels().size())
        .filter(i -> Math.max(-1, maps.labels().get(i)) == label)
        .toArray();
  }

  private String words(Layout map) {
    return "Map of "
        + Numbers.count(map.points().size(), "image")
        + " by "
        + map.title()
        + ", coloured by "
        + Numbers.count(classes.size())
        + " classes; how far each class is spread is in the table below.";
  }
}
