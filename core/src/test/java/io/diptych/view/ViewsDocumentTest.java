package io.diptych.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.option.About;
import io.diptych.option.OptionDoc;
import io.diptych.option.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of augmentations in the documentation is the one that the records say. */
final class ViewsDocumentTest {
  @Test
  void theTableOfAugmentationsIsThatOfTheRecords() throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", "views.md"))).contains(table());
  }

  private static String table() {
    return "| augmentation | what it does | options and defaults |\n|---|---|---|\n"
        + ViewOptions.AUGMENTATIONS.members().entrySet().stream()
            .map(entry -> row(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining());
  }

  private static String row(String name, Class<? extends Record> type) {
    About about = Objects.requireNonNull(type.getAnnotation(About.class), name);
    String options =
        Options.describe(type).stream()
            .map(ViewsDocumentTest::option)
            .collect(Collectors.joining(", "));
    return "| `" + name + "` | " + about.value() + " | " + options + " |\n";
  }

  private static String option(OptionDoc doc) {
    return doc.defaultValue() == null
        ? "`" + doc.key() + "`"
        : "`" + doc.key() + ": " + doc.defaultValue() + "`";
  }
}
