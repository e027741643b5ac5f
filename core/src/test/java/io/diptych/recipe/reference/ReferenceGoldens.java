package io.diptych.recipe.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.diptych.Golden;
import io.diptych.option.OptionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Checks of what programs make of their command lines. */
public final class ReferenceGoldens {
  private ReferenceGoldens() {}

  /**
   * Every option of SelfCon's programs after a command line, trainable or not; or why not, in a
   * line.
   */
  public static void ofSelfCon(Golden golden) {
    List<String> line = new ArrayList<>();
    golden.parameter("argv").forEach(word -> line.add(word.asString()));
    String name = golden.parameter("program").asString();
    if (golden.expects("error")) {
      assertThatExceptionOfType(OptionException.class)
          .as("%s", golden)
          .isThrownBy(() -> selfCon(name, line).requireTrainable())
          .satisfies(e -> assertThat(e.getMessage()).startsWith("--").doesNotContain("\n"));
    } else {
      compare(golden, name, golden.expected("options"), SelfConResolved.of(selfCon(name, line)));
    }
  }

  /** The default of every option of CorInfoMax's programs. */
  public static void ofCorInfoMax(Golden golden) {
    Facts facts = Facts.read("corinfomax.yaml");
    JsonNode expected = golden.root().required("expected");
    assertThat(facts.section("programs").names()).hasSameElementsAs(expected.propertyNames());
    for (String name : expected.propertyNames()) {
      Map<String, Object> defaults = new Program(facts, name).parse(List.of()).values();
      compare(golden, name, expected.required(name), defaults);
    }
  }

  static SelfConOptions selfCon(String name, List<String> line) {
    Facts facts = Facts.read("selfcon.yaml");
    Program program = new Program(facts, name);
    return SelfConOptions.of(facts, program, program.parse(line));
  }

  private static void compare(
      Golden golden, String program, JsonNode expected, Map<String, Object> options) {
    Map<String, Object> ours = new HashMap<>();
    options.forEach((key, value) -> ours.put(key, plain(value)));
    Map<String, Object> theirs = new HashMap<>();
    for (String key : expected.propertyNames()) {
      Object value = plain(expected.required(key));
      if (value != null) {
        theirs.put(key, value);
      }
    }
    assertThat(ours).as("%s %s", golden, program).isEqualTo(theirs);
  }

  /** Returns a value whose numbers are of one type. */
  private static Object plain(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    return value instanceof List<?> list
        ? list.stream().map(ReferenceGoldens::plain).toList()
        : value;
  }

  private static @Nullable Object plain(JsonNode node) {
    if (node.isNull()) {
      return null;
    } else if (node.isNumber()) {
      return node.asDouble();
    } else if (node.isBoolean()) {
      return node.asBoolean();
    } else if (node.isArray()) {
      return StreamSupport.stream(node.spliterator(), false).map(ReferenceGoldens::plain).toList();
    }
    return node.asString();
  }
}
