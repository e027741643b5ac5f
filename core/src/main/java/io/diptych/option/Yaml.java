package io.diptych.option;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads and writes option trees as YAML 1.2 (core schema). */
public final class Yaml {
  /** The largest file that is read, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  private Yaml() {}

  /**
   * Reads one YAML document.
   *
   * @param bytes the file's content, UTF-8
   * @param source the file's name, for messages
   * @return the tree; a scalar of null if there is no content
   * @throws OptionException if this is no UTF-8 or no YAML, has a key twice, more than one
   *     document, an alias or a tag, or is too large or too deep
   */
  public static Tree read(byte[] bytes, String source) {
    if (bytes.length > MAX_BYTES) {
      throw new OptionException(
          new Location(source, 0),
          "",
          "has more than " + MAX_BYTES + " bytes, which is too much for an options file");
    }
    ByteBuffer input = ByteBuffer.wrap(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(input).toString();
      return new YamlReader(line -> new Location(source, line)).read(text);
    } catch (CharacterCodingException e) {
      int at = input.position();
      throw new OptionException(
          new Location(source, lineOf(bytes, at)),
          "",
          String.format(Locale.ROOT, "is no UTF-8 text: byte 0x%02x at offset %d", bytes[at], at));
    }
  }

  private static int lineOf(byte[] bytes, int offset) {
    int line = 1;
    for (int i = 0; i < offset; i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return line;
  }

  /**
   * Reads a value that has no lines of its own, such as that of an override.
   *
   * @param text the value in YAML
   * @param location what to say of its place
   * @return the tree; a scalar of null for an empty text
   * @throws OptionException if this is no YAML value
   */
  public static Tree value(String text, Location location) {
    return new YamlReader(line -> location).read(text);
  }

  /**
   * Writes a tree with one key a line, short sections and lists in one line. The same tree always
   * gives the same text.
   *
   * @param tree the tree
   * @return the text, ending with a line break
   */
  public static String write(Tree tree) {
    return YamlWriter.block(tree);
  }

  /**
   * Writes a tree in one line.
   *
   * @param tree the tree
   * @return the text, without a line break
   */
  public static String flow(Tree tree) {
    return YamlWriter.flow(tree);
  }
}
