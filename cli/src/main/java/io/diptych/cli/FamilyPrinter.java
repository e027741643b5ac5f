package io.diptych.cli;

import io.diptych.option.About;
import io.diptych.option.Family;
import io.diptych.option.OptionDoc;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints what a family offers, from the records that define it. */
final class FamilyPrinter {
  private FamilyPrinter() {}

  static void print(Family family, @Nullable String name, PrintWriter out) {
    if (name == null) {
      family.members().keySet().forEach(out::println);
    } else {
      options(family, name, out);
    }
    out.flush();
  }

  private static void options(Family family, String name, PrintWriter out) {
    Class<? extends Record> options = family.members().get(name);
    if (options == null) {
      throw new OptionException(
          "",
          "unknown "
              + family.name()
              + " '"
              + name
              + "' (one of: "
              + String.join(", ", family.members().keySet())
              + ")");
    }
    About about = options.getAnnotation(About.class);
    if (about != null) {
      out.println(about.value());
      if (!about.source().isEmpty()) {
        out.println(about.source());
      }
      out.println();
    }
    out.println(family.name() + ": {name: " + name + ", …}");
    for (OptionDoc doc : Options.describe(options)) {
      String value = doc.defaultValue() == null ? "required" : "default " + doc.defaultValue();
      out.printf(
          Locale.ROOT,
          "%n  %s  (%s%s, %s)%n      %s%n",
          doc.key(),
          doc.type(),
          doc.range().isEmpty() ? "" : " in " + doc.range(),
          value,
          doc.doc());
    }
  }
}
