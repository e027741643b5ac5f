package io.diptych.weights;

import io.diptych.backbone.Backbones;
import io.diptych.option.Choice;
import io.diptych.option.Families;
import io.diptych.option.Option;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An architecture as a user types it. */
final class ArchitectureText {
  private static final Pattern DEPTH = Pattern.compile("([a-z]+)([0-9]+)");

  private ArchitectureText() {}

  /**
   * The one option that there is.
   *
   * @param arch the architecture
   */
  private record Typed(@Option(family = "backbone", doc = "the architecture") Choice arch) {}

  /**
   * Returns what is meant by {@code resnet50}, {@code resnet} or {@code {name: resnet, depth: 50}}.
   *
   * @throws io.diptych.option.OptionException if it is no architecture
   */
  static Choice parse(String text) {
    Matcher depth = DEPTH.matcher(text.strip());
    String yaml =
        depth.matches() && !Backbones.FAMILY.members().containsKey(text.strip())
            ? "{name: " + depth.group(1) + ", depth: " + depth.group(2) + "}"
            : text;
    byte[] bytes = ("arch: " + yaml).getBytes(StandardCharsets.UTF_8);
    return Options.bind(Typed.class, Yaml.read(bytes, "--arch"), Families.of(Backbones.FAMILY))
        .arch();
  }
}
