package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.data.DataOptions;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.LoadReport;
import io.diptych.nn.Layer;
import io.diptych.option.OptionException;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import io.diptych.view.ViewPipeline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is judged: an encoder, and the labelled images to do it on. Images are opened, and features
 * computed, when the first protocol needs them; later ones find them there.
 */
public final class Candidate implements AutoCloseable {
  private static final int BATCH = 500;

  private final EncoderSource encoders;
  private final Encoding.Settings parts;
  private final Device device;
  private final DataOptions data;
  private final Consumer<LoadReport> report;
  private final Map<String, String> provenance;
  private final Map<String, String> versions;
  private @Nullable LabelledSplit opened;
  private @Nullable Subject subject;
  private @Nullable Subject tests;
  private final List<Backbone> held = new ArrayList<>();

  /**
   * Prepares a candidate; nothing is opened yet.
   *
   * @param encoders where the encoder comes from
   * @param parts what of it is judged
   * @param device where to compute
   * @param data the images to judge it on
   * @param report is told what was read, and what was left out
   * @param versions of the programs that take part
   * @throws IOException if the weights cannot be read
   */
  public Candidate(
      EncoderSource encoders,
      Encoding.Settings parts,
      Device device,
      DataOptions data,
      Consumer<LoadReport> report,
      Map<String, String> versions)
      throws IOException {
    this.encoders = encoders;
    this.parts = parts;
    this.device = device;
    this.data = data;
    this.report = report;
    this.versions = Map.copyOf(versions);
    this.provenance = Map.copyOf(encoders.provenance());
  }

  Encoding.Settings parts() {
    return parts;
  }

  EncoderSource encoders() {
    return encoders;
  }

  /** Returns a new encoder of a kind, {@code encoder} or {@code untrained}; free it. */
  Backbone encoder(String kind, int channels) throws IOException {
    return kind.equals(Subject.ENCODER)
        ? encoders.trained(channels, device)
        : encoders.untrained(channels, device);
  }

  /** Returns the provenance of results of some parts of the encoder. */
  Map<String, String> provenance(Encoding.Settings judged) {
    Map<String, String> texts = new LinkedHashMap<>(provenance);
    texts.put(ResultFile.FEATURES, ResultFile.text(judged));
    return texts;
  }

  /** Returns what of an encoder is judged, without its exits. */
  Encoding encoding(Backbone encoder) {
    return Encoding.withoutExits(parts, encoder);
  }

  /** Frees an encoder at once, of which many may follow each other. */
  static void free(Backbone encoder) {
    encoder.state().values().forEach(Tensor::close);
  }

  Map<String, String> provenance() {
    return provenance;
  }

  Map<String, String> versions() {
    return versions;
  }

  /** Opens other images; the caller closes them. */
  LabelledSplit open(String key, String name, DataOptions options) {
    return LabelledSplit.open(key, name, options, report);
  }

  /**
   * Returns the training images; of images in memory those that have a label.
   *
   * @throws OptionException if none has, or there are no test images
   */
  ImageCollection train() {
    return opened().train();
  }

  /** Returns the test images. */
  ImageCollection test() {
    return opened().test();
  }

  private LabelledSplit opened() {
    LabelledSplit known = opened;
    if (known == null) {
      known = open("data", data.name().key(), data);
      opened = known;
    }
    return known;
  }

  DataIdentity identity() {
    return DataIdentity.of(train(), test());
  }

  /** Returns a computation of features that looks at images as training did. */
  Features features() {
    return Features.of(encoders.normalize(), device, BATCH);
  }

  /** Returns the features of the images, which belong to the scope of the first call. */
  Subject subject(Progress progress, BooleanSupplier cancelled) throws IOException {
    Subject known = subject;
    if (known == null) {
      known = subject(Subject.Rows.ALL, null, features().watched(progress, cancelled));
      subject = known;
    }
    return known;
  }

  /**
   * Returns the features of the test images, and those of the training images where they are known.
   *
   * @param layer where the encoder ends; null for its own features
   * @throws OptionException if there is no such layer
   */
  Subject testSubject(@Nullable String layer, Progress progress, BooleanSupplier cancelled)
      throws IOException {
    Subject known = subject != null ? subject : tests;
    if (known == null || layer != null) {
      known = subject(Subject.Rows.TEST, layer, features().watched(progress, cancelled));
      tests = layer == null ? known : tests;
    }
    return known;
  }

  private Subject subject(Subject.Rows rows, @Nullable String layer, Features features)
      throws IOException {
    int channels = train().channels();
    Backbone encoder = encoder(Subject.ENCODER, channels);
    held.add(encoder); // Protocols may make new views of images.
    Backbone baseline = encoder(Subject.UNTRAINED, channels);
    try {
      Layer trained = layer == null ? Encoding.of(parts, encoder) : upTo(layer, encoder);
      Layer untrained = layer == null ? encoding(baseline) : upTo(layer, baseline);
      ViewPipeline transform = train() instanceof ImageSet ? null : encoders.transform(train());
      return Subject.of(
              rows,
              features,
              trained,
              untrained,
              train(),
              test(),
              transform,
              provenance(parts),
              versions)
          .from(
              new Source(
                  trained,
                  features,
                  transform,
                  encoders.normalize(),
                  encoders.views(),
                  () -> encoders.classifier(channels, device)));
    } finally {
      free(baseline);
    }
  }

  /**
   * Checks that an encoder has a layer, without computing anything.
   *
   * @param layer its name, or null for none in particular
   * @throws OptionException if it has no such layer
   */
  public static void requireLayer(EncoderSource encoders, @Nullable String layer) {
    if (layer != null) {
      Backbone encoder = encoders.untrained(encoders.info().channels(), Device.CPU);
      try {
        upTo(layer, encoder);
      } finally {
        free(encoder);
      }
    }
  }

  private static Layer upTo(String layer, Backbone encoder) {
    try {
      return encoder.upTo(layer);
    } catch (IllegalArgumentException e) {
      throw new OptionException("evaluate.project.layer", String.valueOf(e.getMessage()));
    }
  }

  /** Closes the images, and frees the encoders. */
  @Override
  public void close() {
    held.forEach(Candidate::free);
    held.clear();
    if (opened != null) {
      opened.close();
    }
  }
}
