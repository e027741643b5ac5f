package io.diptych.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines of a text file that belongs to a data set; empty ones are passed over.
 *
 * @param file the file
 * @param lines its lines
 */
record TextLines(Path file, List<Line> lines) {

  /**
   * A line.
   *
   * @param number its number, from 1
   * @param text what it says, without space around
   */
  record Line(int number, String text) {}

  static TextLines of(Path file) {
    try {
      List<Line> lines = new ArrayList<>();
      List<String> all = Files.readAllLines(file, StandardCharsets.UTF_8);
      for (int i = 0; i < all.size(); i++) {
        String text = all.get(i).strip();
        if (!text.isEmpty()) {
          lines.add(new Line(i + 1, text));
        }
      }
      return new TextLines(file, List.copyOf(lines));
    } catch (CharacterCodingException e) {
      throw new DataException(file + ": is no text in UTF-8", e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + Failures.reason(e), e);
    }
  }

  /** Returns what follows the first space of each line, by what is before it. */
  Map<String, String> byFirstWord() {
    Map<String, String> values = new HashMap<>();
    for (Line line : lines) {
      values.put(line.text().substring(0, firstSpace(line)), rest(line));
    }
    return values;
  }

  /** Returns where the first space of a line is. */
  int firstSpace(Line line) {
    int space = line.text().indexOf(' ');
    if (space < 0) {
      throw wrong(line, "expected two values with a space between, found '" + line.text() + "'");
    }
    return space;
  }

  /** Returns what follows the first space of a line. */
  String rest(Line line) {
    return line.text().substring(firstSpace(line)).strip();
  }

  /** Returns an exception that names the line. */
  DataException wrong(Line line, String problem) {
    return new DataException(file + " line " + line.number() + ": " + problem);
  }

  /** Returns a value as a whole number. */
  int whole(Line line, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw wrong(line, "expected a whole number, found '" + value + "'");
    }
  }
}
