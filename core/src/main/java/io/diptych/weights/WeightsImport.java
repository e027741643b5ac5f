package io.diptych.weights;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.nn.States;
import io.diptych.option.Choice;
import io.diptych.option.DidYouMean;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads encoders from files of other projects: finds the dictionary with the weights, strips what
 * training put before and between the names, renames, tells the architecture, and loads, strictly
 * unless asked otherwise.
 */
public final class WeightsImport {
  /** Where weights are kept in checkpoints, the likeliest first. */
  private static final List<String> ENTRIES =
      List.of("", "model", "state_dict", "model_state_dict", "backbone", "net", "encoder");

  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);
  private static final String BATCHES = "num_batches_tracked";

  private final Path file;
  private final ImportOptions options;
  private final @Nullable Choice arch;
  private final List<Layout> layouts;

  private WeightsImport(Path file, ImportOptions options) {
    this.file = file;
    this.options = options;
    this.arch = options.arch() == null ? null : ArchitectureText.parse(options.arch());
    this.layouts = options.layout() == null ? Layout.ALL : List.of(layout(options.layout()));
  }

  /**
   * Reads an encoder.
   *
   * @throws WeightsException if the file is damaged, holds no encoder, or holds one that does not
   *     fit
   * @throws IllegalArgumentException if an option is wrong
   * @throws IOException if the file cannot be read
   */
  public static Imported read(Path file, ImportOptions options) throws IOException {
    WeightsImport reading = new WeightsImport(file, options);
    try (WeightsFile opened = WeightsFile.open(file)) {
      return reading.load(opened);
    }
  }

  /** Returns the names of the layouts that are known, and whose files are so. */
  public static Map<String, String> layouts() {
    Map<String, String> layouts = new LinkedHashMap<>();
    Layout.ALL.forEach(layout -> layouts.put(layout.name(), layout.about()));
    return layouts;
  }

  private static Layout layout(String name) {
    return Layout.ALL.stream()
        .filter(layout -> layout.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown layout '"
                        + name
                        + "' (one of: "
                        + String.join(", ", layouts().keySet())
                        + ")"
                        + DidYouMean.hint(name, layouts().keySet())));
  }

  /** An encoder that was found: its tensors under our names. */
  private record Match(
      String entry,
      Layout layout,
      boolean pooled,
      Map<String, StoredTensor> tensors,
      List<String> leftOut) {}

  private Imported load(WeightsFile opened) throws IOException {
    Match match = find(opened);
    EncoderInfo said =
        EncoderInfo.isIn(opened.texts()) ? EncoderInfo.of(opened.texts(), file) : null;
    Map<String, Shape> shapes = new LinkedHashMap<>();
    match.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    Choice choice =
        arch != null ? arch : said != null ? said.backbone() : architecture(shapes, match.pooled());
    Backbone backbone = Backbones.create(choice, 3);
    int channels = channels(backbone, shapes);
    if (channels != 3) {
      backbone = Backbones.create(choice, channels);
    }
    List<String> leftOut = new ArrayList<>(match.leftOut());
    List<String> missing = fill(backbone, match, leftOut);
    backbone.train(false);
    Encoder encoder = new Encoder(backbone, info(choice, channels, said));
    return new Imported(encoder, match.entry(), match.layout().name(), leftOut, missing);
  }

  private Choice architecture(Map<String, Shape> shapes, boolean pooled) {
    return Architectures.of(shapes, pooled)
        .orElseThrow(
            () ->
                new WeightsException(
                    file,
                    "its architecture cannot be told from its shapes; give it, such as --arch"
                        + " '{name: resnet, depth: 50}'"));
  }

  /** The first weights that have four dimensions are those that meet the image. */
  private static int channels(Backbone backbone, Map<String, Shape> shapes) {
    for (Map.Entry<String, Tensor> entry : backbone.state().entrySet()) {
      Shape found = shapes.get(entry.getKey());
      if (entry.getValue().rank() == 4 && found != null && found.rank() == 4) {
        return found.size(1) == 1 ? 1 : 3;
      }
    }
    return 3;
  }

  private List<String> fill(Backbone backbone, Match match, List<String> leftOut)
      throws IOException {
    Map<String, Tensor> live = backbone.state();
    Map<String, Shape> expected = States.shapes(live);
    Map<String, Shape> found = new LinkedHashMap<>();
    match
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (expected.containsKey(name) || !Heads.isOne(name)) {
                found.put(name, tensor.shape());
              } else {
                leftOut.add(name);
              }
            });
    // PyTorch before 1.0 did not count batches.
    expected.keySet().removeIf(name -> name.endsWith(BATCHES) && !found.containsKey(name));
    List<String> faults = States.faults(expected, found);
    if (!faults.isEmpty() && !options.partial()) {
      throw new WeightsException(
          file,
          (match.entry().isEmpty() ? "" : "entry '" + match.entry() + "' ")
              + "does not fit: "
              + States.summary(faults)
              + "; --partial takes what fits");
    }
    if (!faults.isEmpty()) {
      backbone.initialize(0);
    }
    Set<Map.Entry<String, Shape>> fitting = expected.entrySet();
    try (Autograd.Guard guard = Autograd.noGrad()) {
      for (Map.Entry<String, Shape> entry : found.entrySet()) {
        if (fitting.contains(entry)) {
          StoredTensor stored = Objects.requireNonNull(match.tensors().get(entry.getKey()));
          stored.readInto(Objects.requireNonNull(live.get(entry.getKey())));
        }
      }
    }
    return faults;
  }

  private EncoderInfo info(Choice choice, int channels, @Nullable EncoderInfo said) {
    List<Double> mean = options.mean();
    List<Double> std = options.std();
    if (said == null && channels == 1 && (mean == null || std == null)) {
      throw new IllegalArgumentException(
          file
              + ": takes images of one channel; give --mean and --std, by which they were"
              + " normalised");
    }
    if (mean == null) {
      mean = said == null ? IMAGENET_MEAN : said.mean();
    }
    if (std == null) {
      std = said == null ? IMAGENET_STD : said.std();
    }
    Integer size = options.imageSize();
    return new EncoderInfo(
        choice,
        channels,
        size != null ? size : said == null ? 0 : said.imageSize(),
        mean,
        std,
        said == null ? "" : said.method(),
        said == null ? "" : said.recipeHash(),
        said == null ? List.of() : said.classes(),
        said == null ? String.valueOf(file.getFileName()) : said.origin());
  }

  private Match find(WeightsFile opened) {
    Map<String, Map<String, StoredTensor>> dictionaries = opened.dictionaries();
    for (String entry : entries(dictionaries.keySet())) {
      Map<String, StoredTensor> tensors =
          stripped(file, Objects.requireNonNull(dictionaries.get(entry)));
      for (Layout layout : layouts) {
        for (String prefix : prefixes(layout, tensors.keySet())) {
          Match match = match(entry, layout, prefix, tensors);
          if (match != null) {
            return match;
          }
        }
      }
    }
    throw new WeightsException(
        file,
        "holds no encoder that is known here: "
            + (dictionaries.isEmpty() ? "no tensors" : describe(dictionaries))
            + "; --layout says how they are named, --arch what they belong to");
  }

  private List<String> entries(Set<String> all) {
    String wanted = options.entry();
    if (wanted != null) {
      if (!all.contains(wanted)) {
        throw new WeightsException(
            file, "has no entry '" + wanted + "' with tensors; it has " + all);
      }
      return List.of(wanted);
    }
    Set<String> ordered = new LinkedHashSet<>(ENTRIES);
    ordered.retainAll(all);
    ordered.addAll(all);
    return List.copyOf(ordered);
  }

  /** Takes out what parallel training and counters of operations left in the names. */
  static Map<String, StoredTensor> stripped(Path file, Map<String, StoredTensor> tensors) {
    Map<String, StoredTensor> stripped = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (!Heads.isCounter(name)
              && stripped.put(name.replaceAll("(?<![^.])module\\.", ""), tensor) != null) {
            throw new WeightsException(
                file, "has two tensors " + name + ", with and without 'module.'");
          }
        });
    return stripped;
  }

  private List<String> prefixes(Layout layout, Set<String> names) {
    Set<String> prefixes = new LinkedHashSet<>(layout.prefixes());
    if (layout.equals(Layout.ALL.get(0))) {
      for (String name : names) {
        for (String anchor : Architectures.ANCHORS) {
          if (name.endsWith("." + anchor)) {
            prefixes.add(name.substring(0, name.length() - anchor.length()));
          }
        }
      }
    }
    return List.copyOf(prefixes);
  }

  private @Nullable Match match(
      String entry, Layout layout, String prefix, Map<String, StoredTensor> tensors) {
    List<String> inside =
        tensors.keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .toList();
    Map<String, String> renamed = layout.naming().of(inside);
    Set<String> ours = Set.copyOf(renamed.values());
    if (!Architectures.isEncoder(ours) && (arch == null || !fits(arch, ours))) {
      return null;
    }
    Map<String, StoredTensor> found = new LinkedHashMap<>();
    renamed.forEach(
        (theirs, name) -> found.put(name, Objects.requireNonNull(tensors.get(prefix + theirs))));
    List<String> leftOut =
        tensors.keySet().stream().filter(name -> !name.startsWith(prefix)).toList();
    boolean pooled = inside.contains(PositionalNames.LAST_BEHIND_A_POOL);
    return new Match(entry, layout, pooled, found, leftOut);
  }

  /** Most of what an architecture needs is there. */
  private static boolean fits(Choice arch, Set<String> names) {
    Set<String> expected = Backbones.create(arch, 3).state().keySet();
    return 2 * expected.stream().filter(names::contains).count() > expected.size();
  }

  private static String describe(Map<String, Map<String, StoredTensor>> dictionaries) {
    List<String> phrases = new ArrayList<>();
    dictionaries.forEach(
        (entry, tensors) ->
            phrases.add(
                (entry.isEmpty() ? "" : "'" + entry + "' of ")
                    + tensors.size()
                    + " tensors, "
                    + String.join(", ", tensors.keySet().stream().limit(3).toList())));
    return States.summary(phrases);
  }
}
