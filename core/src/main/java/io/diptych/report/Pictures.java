package io.diptych.report;

import io.diptych.report.Evaluation.Data;
import io.diptych.report.Evaluation.Neighbour;
import io.diptych.report.Evaluation.Neighbours;
import java.util.List;
import java.util.Locale;

/** Pictures: original images with their views, and test images with their neighbours. */
final class Pictures {
  /** Pictures at most this wide are shown enlarged. */
  private static final int SMALL = 360;

  private Pictures() {}

  static void views(Html html, Png views) {
    Parts.explain(
        html,
        "Training sees no labels. It changes each image at random, twice, and asks the encoder to"
            + " describe two views of one image alike and views of different images differently.");
    html.open("figure", "class", "views card");
    int scale = Math.max(1, Math.min(4, SMALL * 2 / views.width()));
    html.empty(
        "img",
        "class",
        scale > 1 ? "pixels" : "",
        "src",
        views.uri(),
        "width",
        Integer.toString(views.width() * scale),
        "height",
        Integer.toString(views.height() * scale),
        "alt",
        "Original training images, each beside the views made from it");
    html.leaf("figcaption", "Original images, each beside the views made from it.");
    html.close("figure").line();
  }

  static void neighbours(Html html, Evaluation evaluation) {
    List<Neighbours> all = evaluation.neighbours();
    long shown = all.stream().mapToLong(n -> n.nearest().size()).sum();
    long right = all.stream().mapToLong(Neighbours::sameClass).sum();
    Parts.explain(
        html,
        "Test images at the left, each followed by the training images whose features are most"
            + " similar. Of the "
            + Numbers.count(shown, "neighbour")
            + " shown, "
            + Numbers.count(right)
            + " are of the same class as their test image.");
    html.open("ul", "class", "neighbours card");
    for (Neighbours one : all) {
      String query = evaluation.data().className(one.query().label());
      html.open("li").open("div", "class", "query");
      image(html, one.query(), "Test image " + one.query().index() + ": " + query);
      html.leaf("span", query, "class", "label").close("div").open("ol");
      for (Neighbour neighbour : one.nearest()) {
        neighbour(html, evaluation.data(), one.query(), neighbour);
      }
      html.close("ol").close("li").line();
    }
    html.close("ul").line();
  }

  private static void neighbour(Html html, Data data, Neighbour query, Neighbour neighbour) {
    boolean same = neighbour.label() == query.label();
    String name = data.className(neighbour.label());
    html.open("li", "class", same ? "same" : "other");
    image(
        html,
        neighbour,
        (same ? "Same class: " : "Another class: ") + name + ", image " + neighbour.index());
    html.open("span", "class", "label");
    html.leaf("b", same ? "✓" : "✗", "aria-hidden", "true").text(" " + name).close("span");
    if (Double.isFinite(neighbour.similarity())) {
      html.leaf(
          "span",
          String.format(Locale.ROOT, "%.2f", neighbour.similarity()),
          "class",
          "similarity");
    }
    html.close("li");
  }

  private static void image(Html html, Neighbour neighbour, String alt) {
    Png png = neighbour.image();
    html.empty(
        "img",
        "class",
        png.width() < 160 ? "pixels" : "",
        "src",
        png.uri(),
        "width",
        Integer.toString(png.width()),
        "height",
        Integer.toString(png.height()),
        "alt",
        alt,
        "title",
        alt);
  }
}
