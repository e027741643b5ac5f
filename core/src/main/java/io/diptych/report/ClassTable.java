package io.diptych.report;

import io.diptych.report.Confusion.Mistake;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The accuracy of each class with what it is most often taken for, best class first. */
final class ClassTable {
  /** Beyond this number of classes the full table is folded away. */
  private static final int FEW = 25;

  private static final int EXTREMES = 8;

  private ClassTable() {}

  /** Writes the table; {@code confusion} may be without rows. */
  static void write(Html html, Confusion confusion, List<Double> accuracies) {
    List<Integer> order =
        IntStream.range(0, accuracies.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -accuracies.get(i)))
            .toList();
    if (order.size() <= FEW) {
      table(html, "Accuracy of each class", confusion, accuracies, order);
      return;
    }
    table(html, "Best classes", confusion, accuracies, order.subList(0, EXTREMES));
    table(
        html,
        "Worst classes",
        confusion,
        accuracies,
        order.subList(order.size() - EXTREMES, order.size()));
    Parts.fold(
        html,
        "All " + order.size() + " classes",
        () -> table(html, "Accuracy of each class", confusion, accuracies, order));
  }

  private static void table(
      Html html,
      String caption,
      Confusion confusion,
      List<Double> accuracies,
      List<Integer> order) {
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table", "class", "classes");
          Parts.caption(html, caption);
          html.open("thead").open("tr");
          html.leaf("th", "Class", "scope", "col");
          html.leaf("th", "Accuracy", "scope", "col", "colspan", "2");
          html.leaf("th", "Most often taken for", "scope", "col");
          html.close("tr").close("thead").open("tbody");
          for (int index : order) {
            row(html, confusion, index, accuracies.get(index));
          }
          html.close("tbody").close("table");
        });
  }

  private static void row(Html html, Confusion confusion, int index, double accuracy) {
    html.open("tr").leaf("th", confusion.classes().get(index), "scope", "row");
    html.leaf("td", Numbers.percentSign(accuracy), "class", "number");
    html.open("td", "class", "bar");
    html.open("svg", "viewBox", "0 0 100 8", "preserveAspectRatio", "none", "aria-hidden", "true");
    html.empty("path", "class", "track", "d", "M0 0h100v8H0z");
    double width = 100 * Math.max(0, Math.min(1, accuracy));
    html.empty("path", "d", "M0 0h" + Numbers.coordinate(width) + "v8H0z");
    html.close("svg").close("td");
    List<Mistake> mistakes = confusion.counts().isEmpty() ? List.of() : confusion.mistakes(index);
    html.leaf(
        "td",
        mistakes.isEmpty()
            ? "–"
            : confusion.classes().get(mistakes.get(0).to())
                + " ("
                + Numbers.percentSign(mistakes.get(0).share())
                + ")");
    html.close("tr").line();
  }
}
