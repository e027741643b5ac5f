package io.diptych.report;

import static io.diptych.report.Numbers.coordinate;

import java.util.List;

/** A confusion matrix of few classes as a drawing with names and numbers. */
final class ConfusionGrid {
  private static final int CELL_WIDTH = 46;
  private static final int CELL_HEIGHT = 34;
  private static final int GAP = 2;
  private static final double LETTER = 7.2;
  private static final int LONGEST = 16;

  private ConfusionGrid() {}

  static void write(Html html, Confusion confusion) {
    List<String> classes = confusion.classes();
    int size = classes.size();
    int longest =
        classes.stream().mapToInt(name -> Label.shortened(name, LONGEST).length()).max().orElse(0);
    double left = 12 + longest * LETTER;
    double top = 14 + longest * LETTER * 0.75; // column names stand at an angle
    double width = left + size * CELL_WIDTH + longest * LETTER * 0.6;
    double height = top + size * CELL_HEIGHT;
    html.open(
        "svg",
        "class",
        "cells",
        "viewBox",
        "0 0 " + coordinate(width) + " " + coordinate(height),
        "style",
        "width: " + coordinate(width) + "px",
        "role",
        "img",
        "aria-label",
        "Confusion matrix of " + size + " classes; its numbers are in the table below");
    for (int i = 0; i < size; i++) {
      double x = left + (i + 0.5) * CELL_WIDTH;
      double y = top - 8;
      String place = coordinate(x) + " " + coordinate(y);
      html.open("text", "class", "name", "transform", "translate(" + place + ") rotate(-45)");
      html.leaf("title", classes.get(i))
          .text(Label.shortened(classes.get(i), LONGEST))
          .close("text");
      Label.draw(
          html,
          left - 10,
          top + (i + 0.5) * CELL_HEIGHT + 4,
          "end",
          Label.shortened(classes.get(i), LONGEST),
          "name");
    }
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        cell(html, confusion, row, column, left + column * CELL_WIDTH, top + row * CELL_HEIGHT);
      }
      html.line();
    }
    html.close("svg").line();
  }

  private static void cell(
      Html html, Confusion confusion, int row, int column, double x, double y) {
    long count = confusion.counts().get(row).get(column);
    html.open("g", "class", ConfusionMatrix.style(confusion, row, column));
    html.leaf("title", told(confusion, row, column, count));
    html.empty(
        "rect",
        "x",
        coordinate(x),
        "y",
        coordinate(y),
        "width",
        coordinate(CELL_WIDTH - GAP),
        "height",
        coordinate(CELL_HEIGHT - GAP),
        "rx",
        "3");
    double middle = x + (CELL_WIDTH - GAP) / 2.0;
    Label.draw(html, middle, y + CELL_HEIGHT / 2.0 + 3, "middle", Numbers.count(count), "count");
    html.close("g");
  }

  private static String told(Confusion confusion, int row, int column, long count) {
    List<String> classes = confusion.classes();
    return classes.get(row)
        + (row == column ? " recognised" : " taken for " + classes.get(column))
        + ": "
        + Numbers.count(count)
        + " of "
        + Numbers.count(confusion.total(row));
  }
}
