package io.diptych.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
  private static Tree read(String yaml) {
    return Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "r.yaml");
  }

  private static void assertProblem(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml)).isInstanceOf(OptionException.class).hasMessage(message);
  }

  @Test
  void everyValueKnowsTheLineOfItsKey() {
    Tree tree = read("# comment\na: 1\nb:\n  c:\n    - x\n    -\n      d: 2\n");
    assertThat(tree.locate("a").line()).isEqualTo(2);
    assertThat(tree.locate("b").line()).isEqualTo(3);
    assertThat(tree.locate("b.c").line()).isEqualTo(4);
    assertThat(tree.locate("b.c.0").line()).isEqualTo(5);
    assertThat(tree.locate("b.c.1.d").line()).isEqualTo(7);
    assertThat(tree.locate("b.c.1.e.f").line()).isEqualTo(7);
    assertThat(tree.locate("b.c.9").line()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "1e-3, 0.001",
        "1E5, 100000.0",
        ".5, 0.5",
        "1., 1.0",
        "-.inf, -.inf",
        ".NaN, .nan",
        "+1, 1",
        "010, 10",
        "0x1F, 31",
        "0o17, 15",
        "~, null",
        "Null, null",
        "TRUE, true",
        "yes, \"yes\"",
        "1_000, \"1_000\"",
        "2024-01-01, \"2024-01-01\"",
        "12:30, \"12:30\"",
        "'1', \"1\"",
        "a b, \"a b\"",
        "cifar10/simclr, cifar10/simclr",
        "no, \"no\"",
        "0b1, \"0b1\""
      })
  void scalarsAreThoseOfTheCoreSchema(String yaml, String canonical) {
    assertThat(Yaml.flow(Yaml.value(yaml, Location.NONE))).isEqualTo(canonical);
  }

  @Test
  void linesAreCountedWithEveryLineEnding() {
    assertThat(read("a: 1\r\nb: 2\r\n").locate("b").line()).isEqualTo(2);
    assertProblem(
        "a: 1\r\nb: [\r\n",
        "r.yaml:3: is no valid YAML: expected the node content, but found '<stream end>' (column 1)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# only a comment\n", "---\n"})
  void anEmptyFileIsNull(String yaml) {
    assertThat(read(yaml)).matches(tree -> ((Tree.Scalar) tree).value() == null);
  }

  @Test
  void aByteOrderMarkIsSkipped() {
    assertThat(Yaml.flow(read("\uFEFFa: 1\n"))).isEqualTo("{a: 1}");
  }

  @Test
  void whatIsNotYamlIsNamedInOneLine() {
    assertProblem(
        "a: 1\nb: c: d\n",
        "r.yaml:2: is no valid YAML: mapping values are not allowed here (column 5);"
            + " check the indentation, and quote a text that contains ': '");
    assertProblem(
        "a:\n\tb: 2\n",
        "r.yaml:2: is no valid YAML: a tab where only spaces may be; indent with spaces");
    assertProblem(
        "a: [1, 2\nb: 3\n",
        "r.yaml:2: is no valid YAML: expected ',' or ']', but got : (column 2)");
    assertProblem(
        "a: \"abc\n", "r.yaml:2: is no valid YAML: found unexpected end of stream (column 1)");
    assertProblem(
        "a: *\n", "r.yaml:1: is no valid YAML: unexpected character found (10) (column 5)");
    assertProblem(
        "? [a]\n: 1\n",
        "r.yaml:1: is no valid YAML: Expected a property name (Scalar value in YAML),"
            + " got this instead: +SEQ []");
  }

  @Test
  void aKeyGivenTwiceIsAnError() {
    assertProblem("o:\n  lr: 1\n  m: 2\n  lr: 3\n", "r.yaml:4: o.lr: given twice, first in line 2");
    assertThatThrownBy(() -> Yaml.value("{a: 1, a: 2}", Location.NONE))
        .hasMessage("a: given twice");
  }

  @Test
  void aliasesTagsAndSecondDocumentsAreRefused() {
    assertProblem(
        "a: &x {b: 1}\nc: *x\n",
        "r.yaml:2: c: aliases are not supported; write the value of *x out");
    assertProblem(
        "a: !!str 5\n",
        "r.yaml:1: a: tags such as !!str are not supported; remove tag:yaml.org,2002:str");
    assertProblem(
        "a: 1\n---\nb: 2\n", "r.yaml:3: a second document begins here, only one is expected");
  }

  @Test
  void deepAndLargeFilesAreRefused() {
    assertProblem("[".repeat(100_000), "r.yaml:1: nested deeper than 32 levels");
    assertProblem("{a: ".repeat(1000), "r.yaml:1: nested deeper than 32 levels");
    assertProblem("- ".repeat(100_000), "r.yaml:1: nested deeper than 32 levels");
    assertProblem(
        " ".repeat(Yaml.MAX_BYTES + 1),
        "r.yaml: has more than 1048576 bytes, which is too much for an options file");
  }

  @Test
  void whatIsNoTextIsRefused() {
    byte[] latin = "a: 1\nb: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> Yaml.read(latin, "r.yaml"))
        .hasMessage("r.yaml:2: is no UTF-8 text: byte 0xe9 at offset 11");
    assertThatThrownBy(() -> Yaml.read(new byte[] {'a', (byte) 0xc3}, "r.yaml"))
        .hasMessage("r.yaml:1: is no UTF-8 text: byte 0xc3 at offset 1");
    assertProblem("a: 1\nb: \0\n", "r.yaml:2: the character U+0000 is not allowed in YAML");
  }

  @Test
  void shortSectionsAreWrittenInOneLineAndLongOnesInSeveral() {
    String words = "word ".repeat(20);
    Tree tree =
        read(
            "{name: x, views: [{count: 2, pipeline: [flip, {crop: {size: 28}}]}], scale: [0.2, 1],"
                + " empty: {}, none: [], long: {text: '"
                + words
                + "', list: [a, b]}, numbers: ["
                + "1234567890123456789, ".repeat(5)
                + "1]}");
    assertThat(Yaml.write(tree))
        .isEqualTo(
            """
            name: x
            views:
              - count: 2
                pipeline:
                  - flip
                  - crop: {size: 28}
            scale: [0.2, 1]
            empty: {}
            none: []
            long:
              text: "%s"
              list: [a, b]
            numbers:
            %s  - 1
            """
                .formatted(words, "  - 1234567890123456789\n".repeat(5)));
    assertThat(Yaml.flow(read(Yaml.write(tree)))).isEqualTo(Yaml.flow(tree));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a",
        "true",
        "Yes",
        "~",
        "1",
        "1e5",
        ".5",
        "-",
        "- a",
        "a: b",
        "a #b",
        "#",
        "&a",
        "*a",
        "!a",
        "%",
        "@",
        "`",
        "\"",
        "'",
        "\\",
        "a\nb",
        "\t",
        "\u0085",
        "\u2028",
        "\u0000",
        "\u001b",
        "\uFEFF",
        "é",
        "日本",
        "😀",
        "C:\\data",
        "null",
        "=",
        "<<",
        "[a]",
        "{a}",
        ",",
        "?",
        "cuda:1",
        "\u00a0"
      })
  void everyTextReadsBackAsItself(String text) {
    for (Tree tree : List.of(Tree.of(text), Tree.of(List.of(text)), Tree.of(Map.of(text, text)))) {
      Tree again = read(Yaml.write(tree));
      assertThat(Yaml.flow(again)).isEqualTo(Yaml.flow(tree));
    }
    assertThat(read(Yaml.write(Tree.of(text))))
        .extracting(t -> ((Tree.Scalar) t).value())
        .isEqualTo(text);
  }
}
