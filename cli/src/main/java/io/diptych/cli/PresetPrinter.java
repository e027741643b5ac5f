package io.diptych.cli;

import io.diptych.option.Options;
import io.diptych.option.Preset;
import io.diptych.option.Yaml;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints the presets of an options record, section by section. */
final class PresetPrinter {
  private PresetPrinter() {}

  static void print(Class<? extends Record> type, PrintWriter out) {
    Options.presets(type).forEach((section, presets) -> section(section, presets, out));
    out.flush();
  }

  private static void section(String path, List<Preset> presets, PrintWriter out) {
    for (Preset preset : presets) {
      out.printf(Locale.ROOT, "%s.%s=%s%n  %s%n", path, Preset.KEY, preset.name(), preset.about());
      Yaml.write(preset.settings()).lines().forEach(line -> out.println("    " + line));
    }
  }
}
