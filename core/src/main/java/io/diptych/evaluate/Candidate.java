package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.data.DataOptions;
import io.diptych.data.Datasets;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.LoadReport;
import io.diptych.data.SplitImages;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is judged: an encoder, and the labelled images to do it on, which are opened when they are
 * first asked for.
 */
public final class Candidate implements AutoCloseable {
  private static final int BATCH = 500;

  private final EncoderSource encoders;
  private final Device device;
  private final DataOptions data;
  private final Consumer<LoadReport> report;
  private final Map<String, String> provenance;
  private final Map<String, String> versions;
  private @Nullable SplitImages opened;
  private @Nullable ImageCollection train;

  /**
   * Prepares a candidate; nothing is opened yet.
   *
   * @param encoders where the encoder comes from
   * @param device where to compute
   * @param data the images to judge it on
   * @param report is told what was read, and what was left out
   * @param versions of the programs that take part
   * @throws IOException if the weights cannot be read
   */
  public Candidate(
      EncoderSource encoders,
      Device device,
      DataOptions data,
      Consumer<LoadReport> report,
      Map<String, String> versions)
      throws IOException {
    this.encoders = encoders;
    this.device = device;
    this.data = data;
    this.report = report;
    this.versions = Map.copyOf(versions);
    String hash = encoders.info().recipeHash();
    this.provenance =
        Map.of("checkpoint", encoders.sha256(), "recipe_hash", hash.isEmpty() ? "imported" : hash);
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

  String checkpoint() {
    return provenance.getOrDefault("checkpoint", "");
  }

  /** Opens other images; the caller closes them. */
  SplitImages open(DataOptions options) {
    return Datasets.openStored(options, report);
  }

  /**
   * Returns the training images; of images in memory those that have a label.
   *
   * @throws IllegalArgumentException if none has, or there are no test images
   */
  public ImageCollection train() {
    ImageCollection known = train;
    if (known == null) {
      ImageCollection all = opened().train();
      known = all instanceof ImageSet resident ? resident.labelledPart() : all;
      train = known;
    }
    return known;
  }

  /**
   * Returns the test images.
   *
   * @throws IllegalArgumentException if there are none
   */
  public ImageCollection test() {
    return Objects.requireNonNull(opened().test(), "checked when they were opened");
  }

  private SplitImages opened() {
    SplitImages known = opened;
    if (known == null) {
      known = open(data);
      if (known.test() == null) {
        known.close();
        throw new IllegalArgumentException(
            "data.name: '" + data.name().key() + "' has no test images to evaluate on");
      }
      opened = known;
    }
    return known;
  }

  DataIdentity identity() {
    return DataIdentity.of(train(), test());
  }

  /** Returns a computation of features that looks at images as training did. */
  Features features() {
    return Features.of(encoders.normalize().mean(), encoders.normalize().std(), device, BATCH);
  }

  /** Closes the images. */
  @Override
  public void close() {
    SplitImages images = opened;
    if (images == null) {
      return;
    }
    ImageCollection chosen = train;
    if (chosen != null && chosen != images.train()) {
      chosen.close();
    }
    images.close();
  }
}
