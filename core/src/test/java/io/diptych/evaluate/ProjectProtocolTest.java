package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.ImageSet;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(Scoped.class)
final class ProjectProtocolTest {
  private static final int TEST = 60;

  @TempDir private Path directory;

  @Test
  void writesAMapOfEachKindAndMethod() throws IOException {
    ProjectProtocol.Settings settings =
        settings(Map.of("methods", List.of("pca", "tsne", "umap"), "iterations", 100));
    List<Measures> measures = run(settings);
    assertThat(measures).extracting(Measures::features).containsExactly("encoder", "pixels");
    JsonNode json = read();
    assertThat(json.get("protocol").asString()).isEqualTo("project");
    assertThat(json.get("settings").get("metric").asString()).isEqualTo("cosine");
    assertThat(json.get("maps").size()).isEqualTo(6);
    for (int i = 0; i < 6; i++) {
      JsonNode map = json.get("maps").get(i);
      Measures one = measures.get(i / 3);
      String method = List.of("pca", "tsne", "umap").get(i % 3);
      assertThat(map.get("features").asString()).isEqualTo(one.features());
      assertThat(map.get("method").asString()).isEqualTo(method);
      assertThat(map.get("points").size()).isEqualTo(TEST);
      assertThat(map.get("points").get(0).size()).isEqualTo(2);
      for (JsonNode point : map.get("points")) {
        assertThat(point.toString().length()).as("%s", point).isLessThanOrEqualTo(19);
      }
      assertThat(map.get("trustworthiness").asDouble())
          .isEqualTo(one.values().get(method))
          .isBetween(0.4, 1.0);
      assertThat(map.has("explained_variance")).isEqualTo(method.equals("pca"));
      assertThat(map.has("kl_divergence")).isEqualTo(method.equals("tsne"));
    }
    JsonNode images = json.get("images");
    assertThat(images.get("index").size()).isEqualTo(TEST);
    assertThat(images.get("index").get(7).asInt()).isEqualTo(7);
    assertThat(images.get("label").get(7).asInt()).isEqualTo(1);
    assertThat(images.get("sprite").asString()).startsWith("data:image/png;base64,");
    assertThat(images.get("size").asInt()).isEqualTo(4);
    assertThat(images.get("columns").asInt()).isEqualTo(8);
  }

  @Test
  void aSeedChoosesTheImages() throws IOException {
    Set<Long> first = shown(Map.of("images", 20, "seed", 1));
    assertThat(first).hasSize(20);
    assertThat(shown(Map.of("images", 20, "seed", 1))).isEqualTo(first);
    assertThat(shown(Map.of("images", 20, "seed", 2))).isNotEqualTo(first);
  }

  private Set<Long> shown(Map<String, Object> given) throws IOException {
    Map<String, Object> all = new HashMap<>(given);
    all.put("methods", List.of("pca"));
    run(settings(all));
    Set<Long> indices = new HashSet<>();
    long before = -1;
    for (JsonNode index : read().get("images").get("index")) {
      assertThat(index.asLong()).isGreaterThan(before);
      before = index.asLong();
      indices.add(before);
    }
    return indices;
  }

  @Test
  void whatWasMeasuredBeforeIsFound() throws IOException {
    ProjectProtocol.Settings settings = settings(Map.of("methods", List.of("pca")));
    List<Measures> measures = run(settings);
    assertThat(stored(settings)).contains(new Findings(List.of(), measures));
    assertThat(stored(settings(Map.of()))).isEmpty();
  }

  private Optional<Findings> stored(ProjectProtocol.Settings settings) throws IOException {
    ImageSet images = images(TEST);
    return StoredResult.find(
        directory,
        "project",
        Map.of("checkpoint", "abc"),
        () -> DataIdentity.of(images, images),
        Options.defaults(Encoding.Settings.class),
        settings);
  }

  @Test
  void saysWhatDoesNotFitTheImages() {
    assertThatThrownBy(() -> run(settings(Map.of("perplexity", 20))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("evaluate.project.perplexity: 20 is too much for 60 images; take 19 or less");
    assertThatThrownBy(() -> run(settings(Map.of("methods", List.of("umap"), "neighbors", 61))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("evaluate.project.neighbors: 61 is too much for 60 images; take 60 or less");
    assertThatThrownBy(
            () -> run(settings(Map.of("images", 100_000, "perplexity", 8000.5)), 100_000))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "evaluate.project.perplexity: 8000.5 is too much for 100000 images; take 3578 or less");
    assertThatThrownBy(() -> run(settings(Map.of()), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a map needs at least 11 test images, there are 10");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    assertThatThrownBy(() -> settings(Map.of("methods", List.of())))
        .isInstanceOf(OptionException.class)
        .hasMessage("methods: name at least one of pca, tsne and umap, and none twice");
    assertThatThrownBy(() -> settings(Map.of("methods", List.of("pca", "pca"))))
        .isInstanceOf(OptionException.class)
        .hasMessage("methods: name at least one of pca, tsne and umap, and none twice");
  }

  private static ProjectProtocol.Settings settings(Map<String, Object> given) {
    Map<String, Object> all = new HashMap<>(Map.of("perplexity", 10));
    all.putAll(given);
    return Options.defaults(ProjectProtocol.Settings.class, all);
  }

  private List<Measures> run(ProjectProtocol.Settings settings) throws IOException {
    return run(settings, TEST);
  }

  private List<Measures> run(ProjectProtocol.Settings settings, int count) throws IOException {
    ImageSet images = images(count);
    Tensor pixels = images.pixels().to(DType.FLOAT32).flatten(1);
    Tensor features = Tensor.cat(List.of(pixels, pixels.square()), 1);
    Subject subject =
        new Subject(
            images,
            images,
            List.of(
                new Subject.Kind("encoder", features, features),
                new Subject.Kind("pixels", pixels, pixels)),
            Map.of("checkpoint", "abc"),
            Map.of());
    return ProjectProtocol.run(subject, settings, directory, Progress.NONE, () -> false);
  }

  private static ImageSet images(int count) {
    byte[] pixels = new byte[count * 16];
    long[] labels = new long[count];
    for (int i = 0; i < pixels.length; i++) {
      labels[i / 16] = i / 16 % 3;
      pixels[i] = (byte) (20 * (i / 16 % 3) * (i % 16 % 3) + 60 * Keyed.of(1).uniform(i, 0));
    }
    return ImageSet.of(
        "stripes",
        Tensor.of(pixels, count, 1, 4, 4).to(Device.CPU),
        Tensor.of(labels, count),
        List.of("a", "b", "c"));
  }

  private JsonNode read() throws IOException {
    return JsonMapper.builder()
        .build()
        .readTree(Files.readString(directory.resolve("project.json")));
  }
}
