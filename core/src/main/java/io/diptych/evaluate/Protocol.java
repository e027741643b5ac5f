package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The protocols that judge an encoder, each with its settings and its result file. */
public enum Protocol {
  /** Votes of nearest neighbours. */
  KNN(KnnProtocol.NAME, EvaluateSettings::knn, KnnProtocol::run, Findings::ofScores),
  /** Logistic regression to convergence, with few labels and with all. */
  LINEAR(LinearProtocol.NAME, EvaluateSettings::linear, LinearProtocol::run, Findings::ofScores),
  /** A linear classifier by gradient descent, as the published programs train it. */
  LINEAR_SGD(
      LinearSgdProtocol.NAME,
      EvaluateSettings::linearSgd,
      LinearSgdProtocol::run,
      Findings::ofScores),
  /** Unsupervised classification. */
  CLUSTER(
      ClusterProtocol.NAME, EvaluateSettings::cluster, ClusterProtocol::run, Findings::ofMeasures),
  /** Retrieval of images of the same class. */
  RETRIEVE(
      RetrieveProtocol.NAME,
      EvaluateSettings::retrieve,
      RetrieveProtocol::run,
      Findings::ofMeasures),
  /** How features fill their space. */
  STATS(StatsProtocol.NAME, EvaluateSettings::stats, StatsProtocol::run, Findings::ofMeasures),
  /** Fine-tuning of the whole network. */
  FINETUNE(
      FineTuneProtocol.NAME,
      EvaluateSettings::finetune,
      (candidate, settings) -> candidate.identity(),
      FineTuneProtocol::run),
  /** Other data sets, learnt by the encoder. */
  TRANSFER(
      TransferProtocol.NAME,
      EvaluateSettings::transfer,
      TransferProtocol::identity,
      TransferProtocol::run);

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda that holds nothing, as is the next
  private final Function<EvaluateSettings, ? extends Record> settings;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Measurement<EvaluateSettings, Findings> measurement;

  @SuppressWarnings("ImmutableEnumChecker")
  private final BiFunction<Candidate, EvaluateSettings, DataIdentity> images;

  @SuppressWarnings("ImmutableEnumChecker")
  private final @Nullable Trial<EvaluateSettings, Findings> trial;

  /** Does the same with the encoder itself. */
  private interface Trial<S, R> {
    R run(
        Candidate candidate,
        S settings,
        Path directory,
        Progress progress,
        BooleanSupplier cancelled)
        throws IOException;
  }

  /** Measures by settings, writes the result file, and gives what was found. */
  private interface Measurement<S, R> {
    R run(Subject subject, S settings, Path directory, Progress progress, BooleanSupplier cancelled)
        throws IOException;
  }

  <S extends Record, R> Protocol(
      String key,
      Function<EvaluateSettings, S> settings,
      Measurement<S, List<R>> measurement,
      Function<List<R>, Findings> findings) {
    this.key = key;
    this.settings = settings;
    this.measurement =
        (subject, evaluate, directory, progress, cancelled) ->
            findings.apply(
                measurement.run(subject, settings.apply(evaluate), directory, progress, cancelled));
    this.images = (candidate, evaluate) -> candidate.identity();
    this.trial = null;
  }

  /** A protocol that needs the encoder itself. */
  <S extends Record> Protocol(
      String key,
      Function<EvaluateSettings, S> settings,
      BiFunction<Candidate, S, DataIdentity> images,
      Trial<S, List<Measures>> trial) {
    this.key = key;
    this.settings = settings;
    this.images = (candidate, evaluate) -> images.apply(candidate, settings.apply(evaluate));
    this.trial =
        (candidate, evaluate, directory, progress, cancelled) ->
            Findings.ofMeasures(
                trial.run(candidate, settings.apply(evaluate), directory, progress, cancelled));
    this.measurement =
        (subject, evaluate, directory, progress, cancelled) -> {
          throw new IllegalArgumentException(
              key + " needs the encoder, not only its features: run it on a candidate");
        };
  }

  /**
   * Finds a protocol.
   *
   * @param key its name, such as {@code linear-sgd}
   * @return the protocol, or nothing if there is none of that name
   */
  public static Optional<Protocol> of(String key) {
    return Arrays.stream(values()).filter(protocol -> protocol.key.equals(key)).findFirst();
  }

  /**
   * The names of all.
   *
   * @return in the order in which they run
   */
  public static List<String> keys() {
    return Arrays.stream(values()).map(Protocol::key).toList();
  }

  /**
   * The name.
   *
   * @return as it is typed, and the file is called
   */
  public String key() {
    return key;
  }

  /**
   * What an earlier evaluation found, if it was of the same checkpoint, images and settings.
   *
   * @param directory of the result files
   * @param checkpoint the SHA-256 of the checkpoint
   * @return the findings, or nothing if they have to be measured
   * @throws IOException if the file is there and cannot be read
   */
  public Optional<Findings> stored(
      Path directory,
      String checkpoint,
      ImageCollection train,
      ImageCollection test,
      EvaluateSettings evaluate)
      throws IOException {
    return StoredResult.find(
        directory, key, checkpoint, () -> DataIdentity.of(train, test), settings.apply(evaluate));
  }

  /**
   * Measures, and writes the result file.
   *
   * @param directory of the result files
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return the findings
   * @throws IllegalArgumentException if the protocol needs the encoder itself
   * @throws IOException if the file cannot be written
   */
  public Findings run(
      Subject subject,
      EvaluateSettings evaluate,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    return measurement.run(subject, evaluate, directory, progress, cancelled);
  }

  /**
   * Whether it judges features, so that it runs on a {@link Subject}; others run on a {@link
   * Candidate}.
   *
   * @return true if it never needs the encoder itself
   */
  public boolean judgesFeatures() {
    return trial == null;
  }

  /**
   * What an earlier evaluation found, if it was of the same checkpoint, images and settings.
   *
   * @param directory of the result files
   * @return the findings, or nothing if they have to be measured
   * @throws IOException if the file is there and cannot be read
   */
  public Optional<Findings> stored(Candidate candidate, EvaluateSettings evaluate, Path directory)
      throws IOException {
    return StoredResult.find(
        directory,
        key,
        candidate.checkpoint(),
        () -> images.apply(candidate, evaluate),
        settings.apply(evaluate));
  }

  /**
   * Measures with the encoder itself, and writes the result file.
   *
   * @param directory of the result files
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return the findings
   * @throws IllegalArgumentException if the protocol judges features
   * @throws IOException if the weights cannot be read, or the file not written
   */
  public Findings run(
      Candidate candidate,
      EvaluateSettings evaluate,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    if (trial == null) {
      throw new IllegalArgumentException(key + " judges features: run it on a subject");
    }
    return trial.run(candidate, evaluate, directory, progress, cancelled);
  }
}
