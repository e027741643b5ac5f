package io.diptych.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes run directories as a training and its evaluation would, with invented numbers. */
final class SyntheticRun {
  static final List<String> CLOTHES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final List<String> KINDS = List.of("encoder", "pixels", "untrained");
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path directory;
  private final SplittableRandom random;
  private List<String> classes = CLOTHES;
  private double spread = 0.02;
  private String dataName = "Fashion-MNIST sample";

  SyntheticRun(Path directory, long seed) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.random = new SplittableRandom(seed);
  }

  SyntheticRun data(String name, List<String> classNames) {
    dataName = name;
    classes = classNames;
    return this;
  }

  /** From now on, the draws of labels do not differ. */
  SyntheticRun exact() {
    spread = 0;
    return this;
  }

  SyntheticRun recipe(String yaml) throws IOException {
    Files.writeString(directory.resolve("recipe.yaml"), yaml);
    return this;
  }

  /** A log of steps with two terms or one. */
  SyntheticRun metrics(int steps, int stepsPerEpoch, List<String> terms) throws IOException {
    List<String> lines = new ArrayList<>();
    double luck = random.nextDouble();
    for (int step = 1; step <= steps; step++) {
      double done = (double) step / steps;
      double loss =
          5.5 + 1.1 * Math.exp(-6 * done) - (0.3 + 0.4 * luck) * done + 0.12 * random.nextDouble();
      Map<String, Object> parts = new LinkedHashMap<>();
      for (int i = 0; i < terms.size(); i++) {
        parts.put(terms.get(i), loss * (i == 0 ? 1.0 - 0.3 * (terms.size() - 1) : 0.3));
      }
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("kind", "step");
      line.put("step", step);
      line.put("epoch", (double) step / stepsPerEpoch);
      line.put("loss", loss);
      line.put("terms", parts);
      line.put(
          "lr",
          (0.2 + 0.1 * luck) * Math.min(1, done * 10) * (0.5 + 0.5 * Math.cos(Math.PI * done)));
      line.put("images_per_second", 700 + 90 * luck + 60 * random.nextDouble());
      line.put("data_wait", 0.012 * random.nextDouble());
      line.put("feature_std", 0.02 + (0.04 + 0.02 * luck) * (1 - Math.exp(-4 * done)));
      line.put("effective_rank", 8 + (20 + 10 * luck) * (1 - Math.exp(-4 * done)));
      line.put("seconds", 0.32 * step);
      line.put("grad_norm", 1 + 3 * Math.exp(-8 * done) + 0.2 * random.nextDouble());
      line.put("metrics", Map.of("probe_top1", 0.3 + 0.4 * done + 0.05 * random.nextDouble()));
      lines.add(JSON.writeValueAsString(line));
      if (step % stepsPerEpoch == 0) {
        Map<String, Object> epoch = new LinkedHashMap<>();
        epoch.put("kind", "epoch");
        epoch.put("epoch", step / stepsPerEpoch);
        epoch.put("step", step);
        epoch.put("loss", loss);
        epoch.put("seconds", 0.32 * step);
        lines.add(JSON.writeValueAsString(epoch));
        Map<String, Object> measure = new LinkedHashMap<>();
        measure.put("kind", "measure");
        measure.put("step", step);
        measure.put("epoch", step / stepsPerEpoch);
        measure.put("name", "knn_top1");
        measure.put("value", 0.5 + 0.3 * done);
        lines.add(JSON.writeValueAsString(measure));
      }
    }
    Files.writeString(directory.resolve("metrics.jsonl"), String.join("\n", lines) + "\n");
    return this;
  }

  /** A grid of images, each with two cut-out views. */
  SyntheticRun views() throws IOException {
    int columns = 9;
    int rows = 4;
    int cell = 30;
    int[][] grid = new int[rows * cell][columns * cell];
    for (int[] line : grid) {
      Arrays.fill(line, 255);
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int[][] image = garment((row * 3 + column / 3) % 10, column % 3);
        for (int y = 0; y < 28; y++) {
          System.arraycopy(image[y], 0, grid[row * cell + y + 1], column * cell + 1, 28);
        }
      }
    }
    Files.write(directory.resolve("views.png"), TestPng.of(grid));
    return this;
  }

  /** {@code levels} are the accuracies of encoder, pixels and untrained encoder. */
  SyntheticRun knn(double... levels) throws IOException {
    Map<String, Object> file = evaluation("knn", Map.of("k", 200, "temperature", 0.07));
    List<Object> results = new ArrayList<>();
    for (int i = 0; i < levels.length; i++) {
      results.add(result(i, null, levels[i], 1));
    }
    file.put("results", results);
    file.put("confusion", confusion());
    List<Object> neighbours = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int label = (i * 3 + 1) % classes.size();
      List<Object> nearest = new ArrayList<>();
      for (int j = 0; j < 8; j++) {
        int other = random.nextInt(5) == 0 ? (label + 2 + j) % classes.size() : label;
        nearest.add(
            neighbour(100 + 10 * i + j, other, 0.99 - 0.02 * j - 0.01 * random.nextDouble()));
      }
      neighbours.add(Map.of("query", neighbour(i, label, Double.NaN), "nearest", nearest));
    }
    file.put("neighbours", neighbours);
    return save(file);
  }

  /** One row of accuracies (encoder, pixels, untrained) per label count 5, 10, 50 and all. */
  SyntheticRun linear(double[]... levels) throws IOException {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("optimizer", "lbfgs");
    settings.put("iterations", 100);
    settings.put("weight_decay", List.of(1e-4, 1e-3, 1e-2));
    settings.put("draws", 5);
    Map<String, Object> file = evaluation("linear", settings);
    List<Object> results = new ArrayList<>();
    Integer[] labels = {5, 10, 50, null};
    if (levels.length == 2) {
      labels = new Integer[] {5, null};
    }
    for (int i = 0; i < levels[0].length; i++) {
      for (int j = 0; j < levels.length; j++) {
        results.add(result(i, labels[j], levels[j][i], labels[j] == null ? 1 : 5));
      }
    }
    file.put("results", results);
    List<List<Integer>> confusion = confusion();
    file.put("confusion", confusion);
    file.put(
        "per_class",
        IntStream.range(0, classes.size())
            .mapToObj(
                i ->
                    (double) confusion.get(i).get(i)
                        / confusion.get(i).stream().mapToInt(Integer::intValue).sum())
            .toList());
    return save(file);
  }

  /** Clusters, retrieval and statistics. */
  SyntheticRun measures() throws IOException {
    measures("cluster", List.of("nmi", "ami", "ari", "fmi", "acc"));
    measures("retrieve", List.of("recall@1", "recall@5", "map@100"));
    Map<String, Object> stats = measures("stats", List.of("uniformity", "effective_rank"));
    List<Object> spectra = new ArrayList<>();
    for (int kind = 0; kind < KINDS.size(); kind++) {
      double fall = 0.9 + 0.5 * kind;
      spectra.add(
          Map.of(
              "features",
              KINDS.get(kind),
              "variances",
              IntStream.rangeClosed(1, 128).mapToObj(i -> Math.pow(i, -fall)).toList()));
    }
    stats.put("spectra", spectra);
    return save(stats);
  }

  private Map<String, Object> measures(String protocol, List<String> names) throws IOException {
    Map<String, Object> file = evaluation(protocol, Map.of("seed", 0));
    file.put("results", List.of());
    List<Object> measures = new ArrayList<>();
    for (String kind : KINDS) {
      Map<String, Object> values = new LinkedHashMap<>();
      names.forEach(name -> values.put(name, random.nextDouble()));
      measures.add(Map.of("features", kind, "values", values));
    }
    file.put("measures", measures);
    save(file);
    return file;
  }

  /** Another data set, learnt by the encoder. */
  SyntheticRun transfer(String set, double encoder, double untrained) throws IOException {
    Map<String, Object> file = evaluation("transfer", Map.of("epochs", 100));
    file.put("results", List.of());
    file.put("sets", List.of(Map.of("name", set, "test", 1880)));
    Map<String, Object> values =
        Map.of("top1", encoder, "top5", 0.9, "mean_per_class", encoder, "untrained", untrained);
    file.put("measures", List.of(Map.of("features", set, "values", values)));
    return save(file);
  }

  /** Maps of some images, with a cloud for each class, and their thumbnails. */
  SyntheticRun maps(int images) throws IOException {
    Map<String, Object> file = evaluation("project", Map.of("perplexity", 30));
    file.put("results", List.of());
    List<Integer> labels = new ArrayList<>();
    int columns = (int) Math.ceil(Math.sqrt(images));
    int[][] sprite = new int[28 * ((images + columns - 1) / columns)][28 * columns];
    for (int i = 0; i < images; i++) {
      int label = random.nextInt(classes.size());
      labels.add(label);
      int[][] thumbnail = garment(label % 10, 0);
      for (int y = 0; y < 28; y++) {
        System.arraycopy(thumbnail[y], 0, sprite[28 * (i / columns) + y], 28 * (i % columns), 28);
      }
    }
    List<Object> maps = new ArrayList<>();
    for (int kind = 0; kind < KINDS.size(); kind++) {
      for (String method : List.of("pca", "tsne")) {
        double spread = 1 + 2 * kind;
        maps.add(
            Map.of(
                "features",
                KINDS.get(kind),
                "method",
                method,
                "points",
                labels.stream().map(label -> point(label, spread)).toList(),
                "trustworthiness",
                0.97 - 0.03 * kind));
      }
    }
    file.put("maps", maps);
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("index", IntStream.range(0, images).map(i -> 3 * i).boxed().toList());
    shown.put("label", labels);
    shown.put("sprite", TestPng.uri(sprite));
    shown.put("size", 28);
    shown.put("columns", columns);
    file.put("images", shown);
    return save(file);
  }

  private List<Double> point(int label, double spread) {
    double angle = 2 * Math.PI * label / classes.size();
    double distance = 5 + label % 3;
    return List.of(
        distance * Math.cos(angle) + spread * noise(),
        distance * Math.sin(angle) + spread * noise());
  }

  /** About normal. */
  private double noise() {
    return random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
  }

  /** Images that could not be read. */
  SyntheticRun skipped(String... lines) throws IOException {
    Files.write(directory.resolve("skipped.txt"), List.of(lines));
    return this;
  }

  Path directory() {
    return directory;
  }

  private SyntheticRun save(Map<String, Object> file) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("evaluation"));
    Files.writeString(
        folder.resolve(file.get("protocol") + ".json"), JSON.writeValueAsString(file));
    return this;
  }

  private Map<String, Object> evaluation(String protocol, Map<String, Object> settings) {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("protocol", protocol);
    file.put("version", 1);
    file.put("created", "2026-11-22T08:30:00Z");
    file.put("checkpoint", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    file.put("recipe_hash", "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752");
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", dataName);
    data.put("train", 1000 * classes.size());
    data.put("test", 200 * classes.size());
    data.put("classes", classes);
    data.put("fingerprint", "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13");
    file.put("data", data);
    file.put("settings", settings);
    return file;
  }

  private Map<String, Object> result(int kind, @Nullable Integer labels, double level, int draws) {
    double[] accuracy = new double[draws];
    for (int i = 0; i < draws; i++) {
      accuracy[i] = draws == 1 ? level : level + spread * (random.nextDouble() - 0.5);
    }
    double mean = Arrays.stream(accuracy).average().orElseThrow();
    double squares = Arrays.stream(accuracy).map(a -> (a - mean) * (a - mean)).sum();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("features", KINDS.get(kind));
    result.put("labels_per_class", labels);
    result.put("accuracy", accuracy);
    result.put("mean", mean);
    result.put("std", draws == 1 ? 0 : Math.sqrt(squares / (draws - 1)));
    result.put("top5", Math.min(1, mean + 0.15));
    return result;
  }

  private List<List<Integer>> confusion() {
    int size = classes.size();
    List<List<Integer>> rows = new ArrayList<>();
    for (int row = 0; row < size; row++) {
      int[] cells = new int[size];
      int wrong = 10 + random.nextInt(60);
      cells[row] = 200 - wrong;
      for (int i = 0; i < wrong; i++) {
        int offset =
            random.nextInt(3) > 0 ? 2 + 2 * random.nextInt(2) : 1 + random.nextInt(size - 1);
        cells[(row + offset) % size == row ? (row + 1) % size : (row + offset) % size]++;
      }
      rows.add(Arrays.stream(cells).boxed().toList());
    }
    return rows;
  }

  private Map<String, Object> neighbour(int index, int label, double similarity) {
    Map<String, Object> neighbour = new LinkedHashMap<>();
    neighbour.put("index", index);
    neighbour.put("label", label);
    if (!Double.isNaN(similarity)) {
      neighbour.put("similarity", similarity);
    }
    neighbour.put("png", TestPng.uri(garment(label % 10, 0)));
    return neighbour;
  }

  /** A shape for each class; cut 0 is the whole, 1 and 2 are enlarged parts of it. */
  private int[][] garment(int kind, int cut) {
    double scale = cut == 0 ? 1 : 0.45 + 0.3 * random.nextDouble();
    double left = cut == 0 ? 0 : (1 - scale) * random.nextDouble();
    double top = cut == 0 ? 0 : (1 - scale) * random.nextDouble();
    double light = 0.6 + 0.4 * random.nextDouble();
    int[][] image = new int[28][28];
    for (int y = 0; y < 28; y++) {
      for (int x = 0; x < 28; x++) {
        double u = Math.abs(2 * (left + scale * (x + 0.5) / 28) - 1);
        double v = top + scale * (y + 0.5) / 28;
        double half =
            switch (kind % 5) {
              case 0 -> v < 0.4 ? 0.85 : 0.5;
              case 1 -> v < 0.2 ? 0.4 : u > 0.12 ? 0.4 : 0;
              case 2 -> v < 0.7 ? 0.8 - 0.4 * v : 0.5;
              case 3 -> 0.2 + 0.5 * v;
              default -> v > 0.4 ? 0.9 : 0.3;
            };
        boolean inside = u < half && v > 0.08 && v < 0.92;
        image[y][x] = inside ? (int) (light * (150 + 80 * Math.sin(9 * v + kind) * (1 - u))) : 0;
      }
    }
    return image;
  }
}
