package io.diptych;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A recorded case: inputs, and what an implementation of the published method made of them. The
 * files are on the class path under {@code golden/}; the system property {@code golden.dir} names
 * another directory, in which cases are found at any depth.
 */
public final class Golden {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Set<String> OWN_NAME = Set.of("mixed-barlow-twins", "corinfomax", "twist");
  private static final Set<String> SELFCON =
      Set.of("SelfCon", "SupCon", "Con", "ConLoss", "KD", "CE");

  private final String name;
  private final JsonNode root;

  private Golden(Path file) {
    this.name = file.getFileName().toString();
    this.root = JSON.readTree(file);
  }

  /** Returns all cases. */
  public static List<Golden> all() {
    try (Stream<Path> files = Files.walk(directory())) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(Golden::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the cases of a suite whose titles start with the prefix; at least one. */
  public static List<Golden> cases(String suite, String prefix) {
    List<Golden> cases =
        all().stream()
            .filter(golden -> golden.suite().equals(suite) && golden.title().startsWith(prefix))
            .toList();
    assertThat(cases).as("cases %s in %s", prefix, suite).isNotEmpty();
    return cases;
  }

  /**
   * Returns which specification the case belongs to: {@code insdis-simclr-byol}, {@code
   * mixed-barlow-twins}, {@code selfcon}, {@code corinfomax} or {@code twist}.
   */
  public String suite() {
    String method = root.required("method").asString();
    if (OWN_NAME.contains(method)) {
      return method;
    }
    return SELFCON.contains(method) ? "selfcon" : "insdis-simclr-byol";
  }

  /**
   * Returns what is recorded, such as {@code nt_xent}: a field of the case where its specification
   * has one, else the first word of its name without trailing digits.
   */
  public String kind() {
    return switch (suite()) {
      case "insdis-simclr-byol" -> root.required("method").asString();
      case "mixed-barlow-twins", "selfcon" -> parameter("kind").asString();
      default -> root.required("case").asString().split("_", 2)[0].replaceFirst("\\d+$", "");
    };
  }

  /** Returns the case of this name within its suite. */
  public String title() {
    return root.required("case").asString();
  }

  /** Returns the whole file. */
  public JsonNode root() {
    return root;
  }

  private static Path directory() {
    String elsewhere = System.getProperty("golden.dir");
    if (elsewhere != null) {
      return Path.of(elsewhere);
    }
    try {
      URI here = Golden.class.getResource("/golden").toURI();
      return Path.of(here);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a setting of the case. */
  public JsonNode parameter(String key) {
    return root.path("params").required(key);
  }

  /** Returns an input in double precision. */
  public Tensor input(String key) {
    return tensor(root.path("inputs").required(key));
  }

  /** Returns whether there is an input of that name. */
  public boolean hasInput(String key) {
    return root.path("inputs").has(key);
  }

  /** Returns an input that is no tensor. */
  public JsonNode rawInput(String key) {
    return root.path("inputs").required(key);
  }

  /** Returns whether something of that name came out. */
  public boolean expects(String key) {
    return root.path("expected").has(key);
  }

  /** Returns an output in double precision. */
  public Tensor expectedTensor(String key) {
    return tensor(expected(key));
  }

  /** Returns what came out, whatever it is. */
  public JsonNode expected(String key) {
    return root.path("expected").required(key);
  }

  /**
   * Checks an output: the largest difference is at most the case's tolerance times the largest
   * value expected, or 10⁻⁶ if that is more.
   */
  public void checkMaxRelative(String key, Tensor actual) {
    double[] expected = values(key, actual);
    double largest = 1e-6;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    check(key, actual.toDoubleArray(), expected, largest);
  }

  /** Checks an output: each difference is at most the tolerance times max(1, |expected|). */
  public void checkEach(String key, Tensor actual) {
    double[] expected = values(key, actual);
    double[] got = actual.toDoubleArray();
    for (int i = 0; i < expected.length; i++) {
      check(
          key,
          new double[] {got[i]},
          new double[] {expected[i]},
          Math.max(1, Math.abs(expected[i])));
    }
  }

  private void check(String key, double[] got, double[] expected, double scale) {
    double tolerance = root.required("tolerance").asDouble();
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(got[i] - expected[i]))
          .as("%s %s[%d]: %s, expected %s", name, key, i, got[i], expected[i])
          .isLessThanOrEqualTo(tolerance * scale);
    }
  }

  private double[] values(String key, Tensor actual) {
    JsonNode node = expected(key);
    if (node.isNumber()) {
      assertThat(actual.numel()).as("%s %s", name, key).isEqualTo(1);
      return new double[] {node.asDouble()};
    }
    Tensor expected = tensor(node);
    assertThat(actual.shape()).as("%s %s", name, key).isEqualTo(expected.shape());
    return expected.toDoubleArray();
  }

  /** Returns a tensor of a case: {shape, data}, a plain list, or a number. */
  public static Tensor tensor(JsonNode node) {
    if (node.isNumber()) {
      return Tensor.of(new double[] {node.asDouble()}, 1).squeeze(0);
    }
    if (node.isArray()) {
      double[] values = new double[node.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = node.get(i).asDouble();
      }
      return Tensor.of(values, values.length);
    }
    JsonNode data = node.required("data");
    double[] values = new double[data.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.get(i).asDouble();
    }
    JsonNode sizes = node.required("shape");
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes.get(i).asLong();
    }
    return Tensor.of(values, shape);
  }

  /** Returns the file's name. */
  @Override
  public String toString() {
    return name;
  }
}
