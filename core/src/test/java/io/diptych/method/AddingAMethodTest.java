package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/adding-a-method.md} says and quotes is so. */
final class AddingAMethodTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern QUOTE =
      Pattern.compile("`([^`\n]+)`\n\n```(?:java|yaml)\n(.*?)\n```", Pattern.DOTALL);
  private static final Pattern GAP = Pattern.compile("\n *// …(\n|$)");

  @Test
  void theCodeIsQuotedFromItsSources() throws IOException {
    Matcher quotes = QUOTE.matcher(page());
    int count = 0;
    while (quotes.find()) {
      count++;
      String source = Files.readString(ROOT.resolve(quotes.group(1)));
      for (String part : GAP.split(quotes.group(2))) {
        assertThat(isIn(source, part))
            .as("%s has, at some indentation:%n%s", quotes.group(1), part)
            .isTrue();
      }
    }
    assertThat(count).as("quotes").isEqualTo(page().split("```(java|yaml)", -1).length - 1);
    assertThat(count).isGreaterThan(5);
  }

  @Test
  void nothingElseKnowsTheMethodThatThePageAdds() throws IOException {
    TreeSet<String> files = new TreeSet<>();
    for (String module : List.of("core", "cli")) {
      Path main = ROOT.resolve(module).resolve("src/main");
      try (Stream<Path> walk = Files.walk(main)) {
        for (Path file : walk.filter(AddingAMethodTest::isText).toList()) {
          String text = Files.readString(file).toLowerCase(Locale.ROOT);
          if (text.contains("vicreg")) {
            files.add(file.getFileName().toString());
          }
        }
      }
    }
    assertThat(files)
        .containsExactly(
            "Methods.java", "VarianceCovariance.java", "VicReg.java", "index", "vicreg.yaml");
    Path methods = ROOT.resolve("core/src/main/java/io/diptych/method/Methods.java");
    assertThat(Files.readAllLines(methods).stream().filter(line -> line.contains("VicReg")))
        .hasSize(1);
  }

  private static boolean isText(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".java") || name.endsWith(".yaml") || name.equals("index");
  }

  private static boolean isIn(String source, String part) {
    for (int indent = 0; indent <= 12; indent += 2) {
      String margin = " ".repeat(indent);
      String moved =
          part.lines()
              .map(line -> line.isEmpty() ? line : margin + line)
              .collect(Collectors.joining("\n"));
      if (source.contains("\n" + moved) || source.startsWith(moved)) {
        return true;
      }
    }
    return false;
  }

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/adding-a-method.md"));
  }
}
