package io.diptych.report;

import static java.lang.String.format;

import io.diptych.report.Confusion.Mistake;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Draws a confusion matrix: with numbers where the classes are few, as a picture with a list of the
 * largest mistakes where they are many.
 */
final class ConfusionMatrix {
  private static final int FEW = 25;
  private static final int LARGEST_MISTAKES = 12;

  /** Upper limits of the colour steps, for the diagonal and for mistakes. */
  private static final double[] RIGHT = {0.2, 0.4, 0.6, 0.8};

  private static final double[] WRONG = {0.02, 0.05, 0.1, 0.2};

  private ConfusionMatrix() {}

  static void write(Html html, Confusion confusion) {
    int size = confusion.classes().size();
    Parts.figure(
        html,
        "confusion",
        "Confusion matrix",
        "rows: true class; columns: class given",
        () -> {
          if (size <= FEW) {
            Parts.scroll(html, "Confusion matrix", () -> ConfusionGrid.write(html, confusion));
          } else {
            picture(html, confusion);
          }
          scale(html);
        });
    if (size <= FEW) {
      Parts.fold(html, "Values in a table", () -> table(html, confusion));
    } else {
      largestMistakes(html, confusion);
    }
  }

  private static void table(Html html, Confusion confusion) {
    List<String> classes = confusion.classes();
    String caption = "Rows: true class; columns: class given; cells: test images";
    Parts.scroll(
        html,
        "Confusion matrix in numbers",
        () -> {
          html.open("table");
          Parts.caption(html, caption);
          html.open("thead").open("tr").leaf("th", "Class", "scope", "col");
          classes.forEach(name -> html.leaf("th", name, "scope", "col", "class", "number"));
          html.close("tr").close("thead").open("tbody");
          for (int row = 0; row < classes.size(); row++) {
            html.open("tr").leaf("th", classes.get(row), "scope", "row");
            for (long count : confusion.counts().get(row)) {
              html.leaf("td", Numbers.count(count), "class", "number");
            }
            html.close("tr").line();
          }
          html.close("tbody").close("table");
        });
  }

  static String style(Confusion confusion, int row, int column) {
    double share = confusion.share(row, column);
    return row == column
        ? "right" + Confusion.step(share, RIGHT)
        : "wrong" + Confusion.step(share, WRONG);
  }

  private static void picture(Html html, Confusion confusion) {
    int size = confusion.classes().size();
    html.open(
        "svg",
        "class",
        "cells",
        "viewBox",
        "0 0 " + size + " " + size,
        "role",
        "img",
        "shape-rendering",
        "crispEdges",
        "aria-label",
        "Confusion matrix of "
            + size
            + " classes in the order of the class list; the largest mistakes are in the table"
            + " below");
    for (String kind : List.of("right", "wrong")) {
      for (int step = 1; step <= 5; step++) {
        String style = kind + step;
        StringBuilder cells = new StringBuilder();
        for (int row = 0; row < size; row++) {
          for (int column = 0; column < size; column++) {
            if (style.equals(style(confusion, row, column))) {
              cells.append('M').append(column).append(' ').append(row).append("h1v1h-1z");
            }
          }
        }
        if (!cells.isEmpty()) {
          html.empty("path", "class", style, "d", cells.toString());
        }
      }
    }
    html.close("svg").line();
  }

  private static void scale(Html html) {
    html.open("div", "class", "scales");
    scale(html, "Recognised", "right", RIGHT);
    scale(html, "Mistaken", "wrong", WRONG);
    html.leaf("p", "Colours: share of the true class’s images.").close("div").line();
  }

  private static void scale(Html html, String name, String kind, double[] limits) {
    html.open("p").leaf("span", name, "class", "scale-name");
    IntStream.rangeClosed(0, limits.length)
        .forEach(
            i -> {
              String text =
                  i < limits.length
                      ? format(Locale.ROOT, "≤ %.0f %%", 100 * limits[i])
                      : format(Locale.ROOT, "> %.0f %%", 100 * limits[i - 1]);
              html.leaf("span", text, "class", "swatch " + kind + (i + 1));
            });
    html.close("p");
  }

  private static void largestMistakes(Html html, Confusion confusion) {
    List<Mistake> mistakes = confusion.mistakes();
    String caption = "Largest mistakes";
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table");
          Parts.caption(html, caption);
          html.open("thead").open("tr");
          html.leaf("th", "Class", "scope", "col").leaf("th", "Taken for", "scope", "col");
          html.leaf("th", "Images", "scope", "col", "class", "number");
          html.leaf("th", "Share", "scope", "col", "class", "number");
          html.close("tr").close("thead").open("tbody");
          for (Mistake mistake : mistakes.subList(0, Math.min(LARGEST_MISTAKES, mistakes.size()))) {
            html.open("tr").leaf("th", confusion.classes().get(mistake.from()), "scope", "row");
            html.leaf("td", confusion.classes().get(mistake.to()));
            html.leaf("td", Numbers.count(mistake.count()), "class", "number");
            html.leaf("td", Numbers.percentSign(mistake.share()), "class", "number").close("tr");
          }
          html.close("tbody").close("table");
        });
  }
}
