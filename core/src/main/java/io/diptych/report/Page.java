package io.diptych.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The frame of a page: head, brand, navigation, colour scheme, and the content in its place. */
final class Page {
  private static final List<String> SCRIPTS =
      List.of("base.js", "files.js", "curves.js", "maps.js", "report.js");

  /** All scripts in one block. XML keeps the signs in it as they are, as the first line tells. */
  private static final String SCRIPT =
      SCRIPTS.stream()
          .map(Page::resource)
          .collect(Collectors.joining("\n", "//<![CDATA[\n\"use strict\";\n{\n", "}\n//]]>"));

  private Page() {}

  static String of(List<Run> runs) {
    Html content = new Html();
    Outline outline = new Outline(content);
    String title =
        runs.size() == 1 ? runs.get(0).name() : Numbers.count(runs.size()) + " runs compared";
    if (runs.size() == 1) {
      single(outline, title, runs.get(0));
    } else {
      several(outline, title, runs);
    }
    Html html = new Html();
    html.verbatim("<!DOCTYPE html>\n").open("html", "lang", "en").line();
    head(html, title);
    html.open("body").line();
    html.leaf("a", "Skip to the content", "class", "skip", "href", "#content");
    html.open("div", "class", "side");
    top(html);
    outline.navigation(html);
    html.close("div");
    html.open("main", "id", "content").verbatim(content.toString()).close("main").line();
    html.open("script").verbatim(SCRIPT).close("script");
    html.close("body").close("html").line();
    return html.toString();
  }

  private static void single(Outline outline, String title, Run run) {
    Hero.of(outline.html(), title, run);
    RunPage page = new RunPage(outline, run, Outline.MAIN, "");
    page.accuracy();
    page.training();
    page.pictures();
    page.settings();
  }

  private static void several(Outline outline, String title, List<Run> runs) {
    Comparison comparison = new Comparison(outline, runs);
    Hero.of(outline.html(), title, runs, comparison.names());
    comparison.accuracy();
    comparison.training();
    comparison.differences();
    comparison.details();
  }

  private static void head(Html html, String title) {
    html.open("head").empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    // The page needs nothing from elsewhere and runs no script but its own; the browser is to see
    // to both.
    html.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"
            + hash(SCRIPT)
            + "'");
    html.leaf("title", title + " · Diptych report").line();
    html.open("style").verbatim(resource("colours.css") + "\n" + resource("report.css"));
    html.close("style").close("head").line();
  }

  private static void top(Html html) {
    html.open("header", "class", "top").open("p", "class", "brand");
    html.open("svg", "viewBox", "0 0 30 20", "aria-hidden", "true");
    html.empty("path", "d", "M1 3L14 1v18L1 17z").empty("path", "d", "M29 3L16 1v18l13-2z");
    html.close("svg").text("Diptych report").close("p");
    html.open("fieldset", "class", "scheme").leaf("legend", "Colours");
    scheme(html, "auto", "Auto");
    scheme(html, "light", "Light");
    scheme(html, "dark", "Dark");
    html.close("fieldset").close("header").line();
  }

  /** The style sheet follows these buttons, so that they work without a script. */
  private static void scheme(Html html, String name, String title) {
    String[] button = {"type", "radio", "name", "scheme", "id", "scheme-" + name};
    html.open("label");
    if (name.equals("auto")) {
      button =
          Stream.concat(Stream.of(button), Stream.of("checked", "checked")).toArray(String[]::new);
    }
    html.empty("input", button);
    html.leaf("span", title).close("label");
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java has it.
    }
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
      // Browsers end lines so too, before they check the hash of a script.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
