package io.diptych.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.DataException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class ReportTest {
  @TempDir private Path folder;

  private String page(Example example) throws IOException {
    Path out = folder.resolve("report.html");
    Report.write(example.write(folder), out);
    return Files.readString(out);
  }

  private static Document parse(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  @ParameterizedTest
  @EnumSource
  void pageIsWellFormedAndLoadsNothing(Example example) throws Exception {
    Document document = parse(page(example));

    assertThat(elements(document, "script")).hasSize(1);
    for (Element element : elements(document, "*")) {
      assertThat(element.getTagName()).isNotIn("link", "iframe", "object");
      NamedNodeMap attributes = element.getAttributes();
      for (int j = 0; j < attributes.getLength(); j++) {
        String name = attributes.item(j).getNodeName();
        String value = attributes.item(j).getNodeValue();
        assertThat(name).doesNotStartWith("on").isNotEqualTo("srcset");
        if (name.equals("src")) {
          assertThat(value).startsWith("data:image/png;base64,");
        }
        if (name.equals("href")) {
          assertThat(value).startsWith("#");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyReferenceHasOneTarget(Example example) throws Exception {
    Document document = parse(page(example));
    List<Element> all = elements(document, "*");

    List<String> ids =
        all.stream().map(e -> e.getAttribute("id")).filter(s -> !s.isEmpty()).toList();
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(all.stream().map(e -> e.getAttribute("aria-labelledby")).filter(s -> !s.isEmpty()))
        .isSubsetOf(ids);
    assertThat(
            all.stream()
                .map(e -> e.getAttribute("href"))
                .filter(s -> !s.isEmpty())
                .map(s -> s.substring(1)))
        .isSubsetOf(ids);
  }

  @Test
  void onlyTheScriptOfThePageMayRun() throws Exception {
    String page = page(Example.NASTY_NAMES);
    int from = page.indexOf("<script>") + "<script>".length();
    String script = page.substring(from, page.indexOf("</script>", from));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));

    assertThat(page)
        .contains("default-src &#39;none&#39;; img-src data:; ")
        .contains(
            "script-src &#39;sha256-" + Base64.getEncoder().encodeToString(digest) + "&#39;\"");
  }

  @Test
  void everyPlotIsDescribedAndTabled() throws Exception {
    Document document = parse(page(Example.FULL));
    List<Element> figures =
        elements(document, "figure").stream()
            .filter(figure -> figure.getAttribute("class").startsWith("plot"))
            .toList();

    assertThat(figures).hasSizeGreaterThan(10);
    for (Element figure : figures) {
      assertThat(figure.getElementsByTagName("strong").item(0).getTextContent()).isNotBlank();
      NodeList drawings = figure.getElementsByTagName("svg");
      for (int i = 0; i < drawings.getLength(); i++) {
        assertThat(((Element) drawings.item(i)).getAttribute("aria-label")).hasSizeGreaterThan(20);
      }
    }
    assertThat(elements(document, "summary"))
        .extracting(Element::getTextContent)
        .contains("Values in a table", "Classes in a table");
    assertThat(elements(document, "th"))
        .allSatisfy(cell -> assertThat(cell.getAttribute("scope")).isNotEmpty());
    assertThat(elements(document, "img"))
        .allSatisfy(
            image ->
                assertThat(image.getAttribute("alt").isEmpty())
                    .isEqualTo(image.hasAttribute("hidden")));
  }

  @Test
  void navigationLeadsToAllSections() throws Exception {
    Document document = parse(page(Example.FULL));
    Element navigation = elements(document, "nav").get(0);
    NodeList links = navigation.getElementsByTagName("a");

    assertThat(
            Stream.iterate(0, i -> i < links.getLength(), i -> i + 1)
                .map(i -> ((Element) links.item(i)).getAttribute("href").substring(1)))
        .containsExactly(
            "accuracy",
            "training",
            "views",
            "neighbours",
            "maps",
            "classes",
            "spectrum",
            "settings",
            "protocols");
  }

  @Test
  void measuresOfEveryProtocolAreOnThePage() throws IOException {
    assertThat(page(Example.FULL).replaceAll("\\s+", " "))
        .contains("Clusters</th></tr> <tr><th scope=\"row\">NMI</th>")
        .contains("Retrieval</th></tr> <tr><th scope=\"row\">recall@1</th>")
        .contains("<th scope=\"row\">mAP@100</th>")
        .contains("<th scope=\"row\">effective rank</th>")
        .contains("Transfer <span class=\"with\">dtd</span></th>")
        .contains("Not measured: Linear, SGD")
        .doesNotContain("No other data has been learnt")
        .contains("kNN during training", "Online probe", "Gradient norm");
  }

  @Test
  void skippedImagesAreListed() throws IOException {
    assertThat(page(Example.NASTY_NAMES))
        .contains("1\u00a0image was left out, as it could not be read.")
        .contains("&lt;script&gt;alert(3)&lt;/script&gt;.png: &quot;broken&quot;");
    assertThat(page(Example.FULL)).doesNotContain("Skipped images");
  }

  private static List<Element> elements(Document document, String tag) {
    NodeList elements = document.getElementsByTagName(tag);
    return Stream.iterate(0, i -> i < elements.getLength(), i -> i + 1)
        .map(i -> (Element) elements.item(i))
        .toList();
  }

  @Test
  void missingEvaluationSaysHowToGetIt() throws IOException {
    assertThat(page(Example.NOT_EVALUATED))
        .contains("Nothing has been measured yet. To measure: <code>diptych evaluate " + folder);
    assertThat(page(Example.WORSE_THAN_PIXELS))
        .contains("kNN accuracy has not been measured. To measure: <code>diptych evaluate &#39;")
        .contains("short run&#39; --protocol knn</code>");
  }

  @Test
  void transferIsOfferedApartAsItNeedsToBeToldASet() throws IOException {
    assertThat(page(Example.WORSE_THAN_PIXELS).replaceAll("\\s+", " "))
        .contains("--protocol linear-sgd,cluster,retrieve,stats,finetune,project</code>")
        .contains("No other data has been learnt. To measure, by a set such as dtd: <code>diptych")
        .contains("--protocol transfer evaluate.transfer.data.name=dtd</code>");
  }

  @Test
  void commandsRepeatEachEvaluationAsItWasTyped() throws IOException {
    Path run = Example.FULL.write(folder).get(0);
    for (String protocol : List.of("knn", "project", "transfer")) {
      Path file = run.resolve("evaluation").resolve(protocol + ".json");
      String typed =
          protocol.equals("transfer")
              ? "evaluate.transfer.sets=[{name: dtd}]"
              : "evaluate.knn.k=20\\\\nevaluate.project.images=400";
      Files.writeString(
          file, Files.readString(file).replaceFirst("\\{", "{\"overrides\":\"" + typed + "\","));
    }
    Path out = folder.resolve("report.html");
    Report.write(List.of(run), out);

    assertThat(out)
        .content()
        .contains(
            """
            diptych evaluate again --protocol knn,project evaluate.knn.k=20 \
            evaluate.project.images=400
            diptych evaluate again --protocol linear,cluster,retrieve,stats
            diptych evaluate again --protocol transfer \
            &#39;evaluate.transfer.sets=[{name: dtd}]&#39;
            """);
  }

  @Test
  void runThatHasNothingYetSaysWhatIsMissing() throws IOException {
    Path run = Files.createDirectory(folder.resolve("empty"));
    Files.writeString(run.resolve("recipe.yaml"), "seed: 1\n");
    Report.write(List.of(run), folder.resolve("report.html"));

    assertThat(folder.resolve("report.html"))
        .content()
        .contains("Training has not logged anything yet.")
        .contains("Nothing has been measured yet. To measure: <code>diptych evaluate ")
        .contains(
            "Not in the run directory: the training log (metrics.jsonl), the picture of views"
                + " (views.png), evaluations (evaluation/).");
  }

  @Test
  void settingsAreOnThePage() throws IOException {
    assertThat(page(Example.FULL))
        .contains("temperature: 0.5")
        .contains("60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752")
        .contains("fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13")
        .contains("2026-11-22 08:30 UTC");
  }

  @Test
  void comparisonListsWhatDiffersInTheRecipes() throws IOException {
    assertThat(page(Example.COMPARISON).replaceAll("\\s+", " "))
        .contains(
            "<code>method.temperature</code></th><td><span>0.5</span></td><td><mark>0.1</mark></td>")
        .contains("<code>note</code></th><td><span>–</span></td><td><mark>colder</mark></td>")
        .doesNotContain("<code>method.name</code>");
  }

  @Test
  void runsOnDifferentDataAreMarkedAsNotComparable() throws IOException {
    Path first = Example.FULL.write(folder).get(0);
    Path second = Example.HUNDRED_CLASSES.write(folder).get(0);
    Path knn = second.resolve("evaluation/knn.json");
    Path linear = second.resolve("evaluation/linear.json");
    for (Path file : List.of(knn, linear)) {
      Files.writeString(file, Files.readString(file).replace("fd61a03a", "00000000"));
    }

    Report.write(List.of(first, second), folder.resolve("report.html"));

    assertThat(folder.resolve("report.html")).content().contains("measured on different data");
  }

  @Test
  void failedReportLeavesTheEarlierOne() throws IOException {
    Path run = Example.FULL.write(folder).get(0);
    Path out = folder.resolve("report.html");
    Report.write(List.of(run), out);
    String before = Files.readString(out);
    Files.writeString(run.resolve("evaluation/linear.json"), "{");

    assertThatThrownBy(() -> Report.write(List.of(run), out)).isInstanceOf(DataException.class);

    assertThat(out).hasContent(before);
  }

  @Test
  void laterReportReplacesTheEarlierOneAndLeavesNothingElse() throws IOException {
    Path out = Files.createDirectory(folder.resolve("reports")).resolve("report.html");
    Report.write(Example.ONE_LOG_LINE.write(folder), out);
    Report.write(Example.FULL.write(folder), out);

    assertThat(out).content().contains("<h1>quickstart</h1>");
    try (Stream<Path> files = Files.list(out.getParent())) {
      assertThat(files).containsExactly(out);
    }
  }

  @Test
  void pageThatCannotBeWrittenIsNamed() throws IOException {
    List<Path> runs = Example.ONE_LOG_LINE.write(folder);
    Path nowhere = folder.resolve("nowhere").resolve("report.html");
    assertThatThrownBy(() -> Report.write(runs, nowhere))
        .isInstanceOf(IOException.class)
        .hasMessage(nowhere + ": cannot be written: no such file or directory");

    Path directory = Files.createDirectory(folder.resolve("directory"));
    Files.createDirectory(directory.resolve("occupied"));
    assertThatThrownBy(() -> Report.write(runs, directory))
        .isInstanceOf(IOException.class)
        .hasMessage(directory + ": cannot be written: Is a directory");
  }

  @Test
  void noRunsAreRefused() {
    assertThatThrownBy(() -> Report.write(List.of(), folder.resolve("report.html")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no run directories to report on");
  }
}
