package io.diptych.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Uses the plots of a report in a real browser, where there is one, by mouse and keyboard. */
@TestInstance(Lifecycle.PER_CLASS)
final class PlotsInBrowserTest {
  private static final String MAP = ".map.chosen svg";

  private Path page;
  private Browser browser;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    Optional<Path> program = Browser.program();
    assumeTrue(program.isPresent(), "no chromium on the PATH");
    browser = new Browser(program.get());
    page = folder.resolve("report.html");
    Report.write(Example.FULL.write(folder), page);
  }

  @AfterAll
  void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    browser.complaints(); // Forgets what a test before brought about.
    browser.allowScripts(true);
    browser.open(page, 1280, false);
    assertThat(browser.complaints()).isEmpty();
  }

  private String text(String expression) throws IOException {
    return browser.evaluate(expression).asString();
  }

  private double number(String expression) throws IOException {
    return browser.evaluate(expression).doubleValue();
  }

  private boolean isTrue(String expression) throws IOException {
    return browser.evaluate(expression).booleanValue();
  }

  /** Brings an element into sight and returns its box as x, y, width and height. */
  private double[] box(String selector) throws IOException {
    JsonNode box =
        browser.evaluate(
            "(() => { const e = document.querySelector('"
                + selector
                + "'); e.scrollIntoView({block: 'center', behavior: 'instant'});"
                + " const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()");
    double[] values = new double[4];
    for (int i = 0; i < 4; i++) {
      values[i] = box.get(i).doubleValue();
    }
    return values;
  }

  private double sight() throws IOException {
    return number("document.querySelector('" + MAP + "').viewBox.baseVal.width");
  }

  private void focus(String selector) throws IOException {
    browser.evaluate("document.querySelector('" + selector + "').focus()");
  }

  @Test
  void keysZoomAndMoveTheMapAndNameTheImageInTheMiddle() throws IOException {
    focus(MAP);
    browser.press("+");
    browser.press("+");
    double near = sight();
    double left = number("document.querySelector('" + MAP + "').viewBox.baseVal.x");
    for (int i = 0; i < 8; i++) { // to the first class, which lies in the east
      browser.press("ArrowRight");
    }

    assertThat(near).isBetween(400.0, 500.0);
    assertThat(number("document.querySelector('" + MAP + "').viewBox.baseVal.x"))
        .isGreaterThan(left);
    assertThat(isTrue("document.querySelector('.map.chosen .hint').hidden")).isFalse();
    assertThat(text("document.querySelector('.map.chosen .hint').innerText"))
        .containsPattern("\\w+\\n+image \\d+");
    browser.press("-");
    assertThat(sight()).isGreaterThan(near);
    browser.press("0");
    assertThat(sight()).isEqualTo(1000);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void imageUnderTheMouseIsShownWithItsClassAndNumber() throws IOException {
    double[] box = box(MAP);
    // The last class lies over the others; its first dot is the first image of that class.
    JsonNode dot =
        browser.evaluate(
            "document.querySelector('"
                + MAP
                + " path[data-class=\"9\"]').getAttribute('d').match(/\\d+/g).slice(0, 2).map(Number)");
    browser.moveTo(
        box[0] + dot.get(0).doubleValue() * box[2] / 1000,
        box[1] + dot.get(1).doubleValue() * box[3] / 1000);

    String first =
        text(
            "(m => m.dataset.indices.split(' ')[m.dataset.labels.split(' ').indexOf('9')])"
                + "(document.querySelector('.maps'))");
    assertThat(text("document.querySelector('.map.chosen .hint').innerText"))
        .isEqualToNormalizingWhitespace("Ankle boot image " + first);
    assertThat(
            isTrue(
                "(c => c.getContext('2d').getImageData(0, 0, 96, 96).data.some((v, i) => i % 4 < 3"
                    + " && v > 0))(document.querySelector('.map.chosen .hint canvas'))"))
        .as("thumbnail is drawn")
        .isTrue();
    browser.moveTo(5, 5);
    assertThat(isTrue("document.querySelector('.map.chosen .hint').hidden")).isTrue();
  }

  @Test
  void wheelZoomsAMapThatWasChosenAndScrollsThePageOtherwise() throws IOException {
    double[] box = box(MAP);
    double x = box[0] + box[2] / 2;
    double y = box[1] + box[3] / 2;
    browser.scroll(x, y, -100);
    assertThat(sight()).isEqualTo(1000);

    box = box(MAP);
    browser.click(x, box[1] + box[3] / 2);
    browser.scroll(x, box[1] + box[3] / 2, -100);
    assertThat(sight()).isLessThan(700);
  }

  @Test
  void imagesAppearCloseUp() throws IOException {
    String painted =
        "(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0))"
            + "(document.querySelector('.map.chosen .layer'))";
    assertThat(isTrue(painted)).isFalse();
    focus(MAP);
    for (int i = 0; i < 5; i++) {
      browser.press("+");
    }
    browser.press("ArrowLeft");
    browser.press("ArrowLeft");
    for (int i = 0; i < 3 && !isTrue(painted); i++) {
      browser.press("-");
    }
    assertThat(isTrue(painted)).isTrue();
  }

  @Test
  void legendHidesAClass() throws IOException {
    String path = "document.querySelector('" + MAP + " path[data-class=\"2\"]')";
    assertThat(isTrue(path + ".checkVisibility()")).isTrue();
    browser.evaluate("document.querySelector('.legend li[data-class=\"2\"] button').click()");

    assertThat(isTrue(path + ".checkVisibility()")).isFalse();
    assertThat(
            text(
                "document.querySelector('.legend li[data-class=\"2\"] button').getAttribute('aria-pressed')"))
        .isEqualTo("false");
  }

  @Test
  void oneMapIsLargeUntilAllAreAskedFor() throws IOException {
    String seen = "[...document.querySelectorAll('.map')].filter(m => m.checkVisibility()).length";
    assertThat(number(seen)).isEqualTo(1);
    browser.evaluate(
        "[...document.querySelectorAll('.switch button')].find(b => b.textContent === 'Side by side').click()");
    assertThat(number(seen)).isEqualTo(6);
  }

  @Test
  void cursorReadsAllChartsAtOnce() throws IOException {
    double[] box = box(".charts svg");
    browser.moveTo(box[0] + box[2] * 0.6, box[1] + box[3] / 2);

    JsonNode said =
        browser.evaluate(
            "[...document.querySelectorAll('.charts .gist')].map(gist => gist.textContent)");
    assertThat(said.size()).isGreaterThan(6);
    for (JsonNode one : said) {
      assertThat(one.asString()).matches("epoch [\\d.]+: [\\d.]+");
    }
    browser.moveTo(5, 5);
    assertThat(text("document.querySelector('.charts .gist').textContent")).endsWith("at the end");
  }

  @Test
  void keysReadCharts() throws IOException {
    focus(".charts svg");
    browser.press("Home");
    String first = text("document.querySelector('.charts .gist').textContent");
    browser.press("End");
    String last = text("document.querySelector('.charts .gist').textContent");

    assertThat(first).startsWith("epoch 0.0");
    assertThat(last).startsWith("epoch 10.0");
    double end =
        number(
            "Number([...document.querySelectorAll('#training ~ details tr')].at(-1).cells[2].textContent)");
    assertThat(Double.parseDouble(last.substring(last.indexOf(':') + 1)))
        .isBetween(end - 0.2, end + 0.2);
  }

  @ParameterizedTest
  @ValueSource(strings = {".charts figure", ".labels", ".confusion", ".map.chosen"})
  void plotsAreSavedAsSvgAndPng(String plot) throws IOException {
    browser.evaluate(
        "HTMLAnchorElement.prototype.click = function () { window.saved = [this.download, this.href]; }");
    String buttons = "[...document.querySelectorAll('" + plot + " .tools button')]";
    browser.evaluate(buttons + ".find(b => b.textContent === 'SVG').click()");

    assertThat(text("saved[0]")).startsWith("quickstart-").endsWith(".svg");
    String svg =
        text("decodeURIComponent(saved[1].slice(saved[1].indexOf(',') + 1)).slice(0, 20000)");
    assertThat(svg)
        .startsWith("<svg ")
        .contains("xmlns=\"http://www.w3.org/2000/svg\"", "<title>")
        .doesNotContain("var(", "class=", "data-", "NaN");
    browser.evaluate(
        "(() => { const i = new Image(); window.drawn = new Promise(done => { i.onload = () => done([i.width, i.height]); i.onerror = () => done([0, 0]); }); i.src = saved[1]; })()");
    double width = browser.evaluate("drawn").get(0).doubleValue();
    assertThat(width).isGreaterThan(100);

    browser.evaluate("saved = null");
    browser.evaluate(buttons + ".find(b => b.textContent === 'PNG').click()");
    browser.evaluate(
        "new Promise(done => { const wait = () => saved ? done() : setTimeout(wait, 20); wait(); })");
    assertThat(text("saved[1]")).startsWith("data:image/png;base64,");
    browser.evaluate(
        "(() => { const i = new Image(); window.drawn = new Promise(done => { i.onload = () => done(i.width); }); i.src = saved[1]; })()");
    assertThat(number("drawn")).isEqualTo(2 * width);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void coloursAreChosenAgainstTheSystem() throws IOException {
    String ground = "getComputedStyle(document.body).backgroundColor";
    String light = text(ground);
    browser.evaluate("document.querySelector('#scheme-dark').click()");
    String dark = text(ground);
    assertThat(dark).isNotEqualTo(light);

    browser.open(page, 1280, true);
    assertThat(text(ground)).isEqualTo(dark);
    browser.evaluate("document.querySelector('#scheme-light').click()");
    assertThat(text(ground)).isEqualTo(light);
  }

  @Test
  void pageIsCompleteWithoutScripts() throws IOException {
    browser.allowScripts(false);
    browser.open(page, 1280, false);

    assertThat(number("document.querySelectorAll('.map').length")).isEqualTo(6);
    assertThat(isTrue("[...document.querySelectorAll('.map')].every(m => m.checkVisibility())"))
        .isTrue();
    assertThat(number("document.querySelectorAll('.tools').length")).isZero();
    browser.screenshot(Path.of("target", "report-screenshots", "full-without-scripts.png"));
  }

  @Test
  void sectionThatIsReadIsMarkedInTheNavigation() throws IOException {
    browser.evaluate(
        "document.querySelector('#classes').scrollIntoView({block: 'start', behavior: 'instant'})");
    browser.evaluate("new Promise(done => setTimeout(done, 200))");
    assertThat(text("document.querySelector('nav [aria-current]').textContent"))
        .isEqualTo("Class by class");
  }
}
