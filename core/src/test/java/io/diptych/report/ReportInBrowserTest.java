package io.diptych.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Looks at reports in a real browser, where there is one. */
@TestInstance(Lifecycle.PER_CLASS)
final class ReportInBrowserTest {
  private static final Path SCREENSHOTS = Path.of("target", "report-screenshots");

  /** Texts whose contrast to what is behind them is less than 4.5, as WCAG 2 measures it. */
  private static final String FAINT_TEXTS =
      """
      (() => {
        const numbers = colour => {
          const found = colour.match(/[\\d.]+/g).map(Number);
          return found.length > 3 ? found : [...found, 1];
        };
        const over = (top, below) =>
          [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
        const light = colour => {
          const [r, g, b] = colour.map(v =>
            v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const behind = element => element
          ? over(numbers(getComputedStyle(element).backgroundColor), behind(element.parentElement))
          : [255, 255, 255, 1];
        const faint = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const text = walker.currentNode.textContent.trim();
          const element = walker.currentNode.parentElement;
          if (text && element.tagName !== 'title' && element.checkVisibility()) {
            const style = getComputedStyle(element);
            const cell = element.previousElementSibling;
            const below = cell?.tagName === 'rect'
              ? over(numbers(getComputedStyle(cell).fill), behind(element)) : behind(element);
            const ink = over(numbers(element instanceof SVGElement ? style.fill : style.color), below);
            const [a, b] = [light(ink) + 0.05, light(below) + 0.05];
            const contrast = Math.max(a, b) / Math.min(a, b);
            if (contrast < 4.5) {
              faint.push(`${contrast.toFixed(2)} ${element.className.baseVal ?? element.className}: ${text}`);
            }
          }
        }
        return faint;
      })()
      """;

  private static final String BROKEN_PICTURES =
      "[...document.images].filter(i => !(i.naturalWidth > 0)).map(i => i.src)";

  @TempDir private Path folder;
  private Browser browser;

  @BeforeAll
  void start() throws IOException {
    Optional<Path> program = Browser.program();
    assumeTrue(program.isPresent(), "no chromium on the PATH");
    browser = new Browser(program.get());
  }

  @AfterAll
  void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void pageIsInOrderAtAllWidthsAndInBothColourSchemes(Example example) throws IOException {
    Path page = folder.resolve(example.name() + ".html");
    Report.write(example.write(folder.resolve(example.name())), page);

    for (int width : new int[] {1280, 360}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.open(page, width, dark);

        String where = example + " at " + width + (dark ? " dark" : " light");
        String name = example.name().toLowerCase(Locale.ROOT) + "-" + width + (dark ? "-dark" : "");
        browser.screenshot(SCREENSHOTS.resolve(name + ".png"));
        assertThat(browser.complaints()).as(where).isEmpty();
        unfold();
        if (!dark && (width == 360 || example == Example.COMPARISON)) {
          browser.screenshot(SCREENSHOTS.resolve(name + "-unfolded.png"));
        }
        assertThat(browser.evaluate("document.documentElement.scrollWidth").intValue())
            .as("width of the page, " + where)
            .isLessThanOrEqualTo(width);
        assertThat(browser.evaluate("window.innerWidth").intValue()).as(where).isEqualTo(width);
        assertThat(texts(BROKEN_PICTURES)).as("pictures that cannot be shown, " + where).isEmpty();
        assertThat(texts(FAINT_TEXTS)).as("faint texts, " + where).isEmpty();
        headingsAreInOrder(where);
        assertThat(browser.complaints()).as(where).isEmpty();
      }
    }
    browser.pdf(SCREENSHOTS.resolve(example.name().toLowerCase(Locale.ROOT) + ".pdf"));
    assertThat(Files.size(page)).isLessThan(3_000_000);
  }

  @Test
  void faultsOfAPageAreSeen() throws IOException {
    Path page =
        Files.writeString(
            folder.resolve("faulty.html"),
            """
            <!DOCTYPE html><meta name="viewport" content="width=device-width">
            <p style="color: #aaa; width: 2000px">faint and wide</p>
            <img src="data:image/png;base64,AAAA"><img src="http://127.0.0.1:9/a.png">
            <script>console.error("said"); null.thrown</script>
            """);

    browser.open(page, 360, false);

    assertThat(browser.complaints().toString())
        .contains("said", "TypeError", "request for http://127.0.0.1:9/a.png");
    assertThat(texts(FAINT_TEXTS)).singleElement().asString().contains("faint and wide");
    assertThat(texts(BROKEN_PICTURES)).hasSize(2);
    assertThat(browser.evaluate("document.documentElement.scrollWidth").intValue())
        .isGreaterThan(360);
  }

  private void unfold() throws IOException {
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
  }

  private void headingsAreInOrder(String where) throws IOException {
    int deepest = 0;
    for (String heading :
        texts(
            "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => h.tagName + h.textContent)")) {
      int level = heading.charAt(1) - '0';
      assertThat(level).as(heading + ", " + where).isLessThanOrEqualTo(deepest + 1);
      deepest = level;
    }
    assertThat(browser.evaluate("document.querySelectorAll('h1').length").intValue()).isEqualTo(1);
  }

  private List<String> texts(String expression) throws IOException {
    List<String> texts = new ArrayList<>();
    for (JsonNode node : browser.evaluate(expression)) {
      texts.add(node.asString());
    }
    return texts;
  }
}
