package io.diptych.report;

import io.diptych.report.Maps.Layout;
import io.diptych.report.Series.Point;
import java.util.List;
import java.util.stream.IntStream;

/** How far each class is spread on each map: what the maps show, in numbers. */
final class MapTable {
  private MapTable() {}

  static void write(Html html, Evaluation.Data data, Maps maps, List<Long> classes) {
    String caption =
        "Spread of each class: the mean squared distance of its images to their centre, as a part"
            + " of that of all images; 1 is as wide as the map";
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table");
          Parts.caption(html, caption);
          html.open("thead").open("tr").leaf("th", "Class", "scope", "col");
          html.leaf("th", "Images", "scope", "col", "class", "number");
          for (Layout map : maps.all()) {
            html.leaf("th", map.title(), "scope", "col", "class", "number");
          }
          html.close("tr").close("thead").open("tbody");
          classes.forEach(label -> row(html, data, maps, label));
          html.close("tbody").close("table");
        });
  }

  private static void row(Html html, Evaluation.Data data, Maps maps, long label) {
    List<Integer> images =
        IntStream.range(0, maps.labels().size())
            .filter(i -> Math.max(-1, maps.labels().get(i)) == label)
            .boxed()
            .toList();
    html.open("tr").leaf("th", data.className(label), "scope", "row");
    html.leaf("td", Numbers.count(images.size()), "class", "number");
    for (Layout map : maps.all()) {
      double whole = spread(map.points());
      double own = spread(images.stream().map(map.points()::get).toList());
      html.leaf(
          "td",
          whole == 0 ? "–" : Numbers.brief(Math.round(1000 * own / whole) / 1000.0),
          "class",
          "number");
    }
    html.close("tr").line();
  }

  private static double spread(List<Point> points) {
    double x = points.stream().mapToDouble(Point::x).average().orElse(0);
    double y = points.stream().mapToDouble(Point::y).average().orElse(0);
    return points.stream()
        .mapToDouble(p -> (p.x() - x) * (p.x() - x) + (p.y() - y) * (p.y() - y))
        .average()
        .orElse(0);
  }
}
