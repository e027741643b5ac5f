package io.diptych.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes markup. Every text and every attribute value passes through one escape, and tags nest by
 * construction, so that a page is well-formed whatever the names in a run's files are.
 */
final class Html {
  private final StringBuilder out = new StringBuilder(1 << 16);
  private final Deque<String> stack = new ArrayDeque<>();

  /** Opens an element; {@code attributes} are names and values in turn. */
  Html open(String tag, String... attributes) {
    startTag(tag, attributes);
    out.append('>');
    stack.push(tag);
    return this;
  }

  /** Closes the innermost open element, which must be a {@code tag}. */
  Html close(String tag) {
    String innermost = stack.isEmpty() ? "nothing" : stack.pop();
    if (!innermost.equals(tag)) {
      throw new IllegalStateException("closing <" + tag + ">, open is " + innermost);
    }
    out.append("</").append(tag).append('>');
    return this;
  }

  /** An element that never has content, such as {@code img} or {@code path}. */
  Html empty(String tag, String... attributes) {
    startTag(tag, attributes);
    out.append("/>");
    return this;
  }

  /** An element that holds nothing but a text. */
  Html leaf(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  Html text(String text) {
    escape(text);
    return this;
  }

  /** Starts a new line between blocks, for people who read the source. */
  Html line() {
    out.append('\n');
    return this;
  }

  /** Adds text of our own, such as the style sheet, as it is. */
  Html verbatim(String markup) {
    out.append(markup);
    return this;
  }

  @Override
  public String toString() {
    if (!stack.isEmpty()) {
      throw new IllegalStateException("still open: " + stack);
    }
    return out.toString();
  }

  private void startTag(String tag, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("attributes of <" + tag + "> are not pairs");
    }
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(printable(c) ? c : 0xFFFD);
              }
            });
  }

  /** Whether HTML and XML both allow the character; the others become U+FFFD. */
  private static boolean printable(int c) {
    return c == '\n'
        || c == '\t'
        || (c >= 0x20 && c < 0x7F)
        || (c >= 0xA0 && c < 0xD800)
        || (c >= 0xE000 && c < 0xFFFE)
        || c >= 0x10000;
  }
}
