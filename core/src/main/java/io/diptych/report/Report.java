package io.diptych.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes one self-contained HTML page about one run directory or, compared with each other, about
 * several.
 */
public final class Report {
  private Report() {}

  /**
   * Reads run directories and writes the page about them. The page appears whole or not at all: it
   * is written beside its place and then moved there, replacing an earlier one.
   *
   * @param runs one or more run directories, in the order in which they are to be shown
   * @param out the page to write; its directory must exist
   * @throws io.diptych.data.DataException if a run directory lacks its recipe or a file in it is
   *     damaged; the message names file and place
   * @throws IllegalArgumentException if there are no runs or one is given twice
   * @throws IOException if the page cannot be written; the message names it and says why
   */
  public static void write(List<Path> runs, Path out) throws IOException {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("no run directories to report on");
    }
    String page = page(RunFiles.read(List.copyOf(runs)));
    Path target = out.toAbsolutePath();
    Path draft = target.resolveSibling(target.getFileName() + ".tmp");
    try {
      Files.writeString(draft, page);
      move(draft, target);
    } catch (IOException e) {
      throw new IOException(out + ": cannot be written: " + Reason.of(e), e);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void move(Path draft, Path target) throws IOException {
    try {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String page(List<Run> runs) {
    Html html = new Html();
    String title =
        runs.size() == 1 ? runs.get(0).name() : Numbers.count(runs.size()) + " runs compared";
    html.verbatim("<!DOCTYPE html>\n").open("html", "lang", "en").line();
    head(html, title);
    html.open("body").line();
    if (runs.size() == 1) {
      single(html, runs.get(0));
    } else {
      several(html, title, runs);
    }
    html.close("body").close("html").line();
    return html.toString();
  }

  private static void head(Html html, String title) {
    html.open("head").empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    // The page needs nothing from elsewhere, and the browser is to see to it.
    html.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'");
    html.leaf("title", title + " · Diptych report").line();
    html.open("style").verbatim(style()).close("style").close("head").line();
  }

  private static String style() {
    try (InputStream in =
        Objects.requireNonNull(Report.class.getResourceAsStream("report.css"), "report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void single(Html html, Run run) {
    header(html, run.name(), facts(run), Findings.of(run));
    html.open("main");
    RunPage page = new RunPage(html, run, 2, "");
    page.accuracy();
    page.training();
    page.views();
    page.neighbours();
    page.classes();
    page.settings();
    page.protocols();
    html.close("main").line();
  }

  private static void several(Html html, String title, List<Run> runs) {
    Comparison comparison = new Comparison(html, runs);
    header(html, title, "", Findings.of(runs, comparison.names()));
    html.open("main");
    comparison.accuracy();
    comparison.training();
    comparison.differences();
    for (int i = 0; i < runs.size(); i++) {
      run(html, comparison, runs.get(i), i);
    }
    html.close("main").line();
  }

  private static void run(Html html, Comparison comparison, Run run, int index) {
    String id = "run-" + comparison.letters().get(index);
    RunPage page = new RunPage(html, run, 3, id + "-");
    Parts.section(
        html,
        2,
        id,
        "Run " + comparison.names().get(index),
        () -> {
          Findings.of(run).forEach(sentence -> Parts.explain(html, sentence));
          Parts.fold(
              html,
              "Pictures, classes and settings of this run",
              () -> {
                page.accuracy();
                page.views();
                page.neighbours();
                page.classes();
                page.settings();
                page.protocols();
              });
        });
  }

  private static void header(Html html, String title, String facts, List<String> findings) {
    html.open("header");
    html.open("p", "class", "brand");
    html.open("svg", "viewBox", "0 0 30 20", "aria-hidden", "true");
    html.empty("path", "d", "M1 3L14 1v18L1 17z").empty("path", "d", "M29 3L16 1v18l13-2z");
    html.close("svg").text("Diptych report").close("p").open("div");
    html.leaf("h1", title);
    if (!facts.isEmpty()) {
      html.leaf("p", facts, "class", "explain");
    }
    html.leaf("p", findings.get(0), "class", "lead");
    for (String finding : findings.subList(1, findings.size())) {
      html.leaf("p", finding);
    }
    html.close("div").close("header").line();
  }

  /** The run in a few words: method, network, data, length. */
  private static String facts(Run run) {
    Optional<Metrics.Step> last = run.metrics().last();
    return Stream.of(
            run.setting("method.name", "method"),
            run.setting("backbone.name", "backbone"),
            run.data().map(Evaluation.Data::name).or(() -> run.setting("data.name", "data")),
            last.filter(s -> Double.isFinite(s.epoch()))
                .map(s -> Numbers.brief(s.epoch()))
                .map(epochs -> epochs + (epochs.equals("1") ? " epoch" : " epochs")),
            last.filter(s -> Double.isFinite(s.seconds())).map(s -> Numbers.duration(s.seconds())))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(" · "));
  }
}
