package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The protocols that judge features, each with its settings and its result file. */
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
  /** Maps in two dimensions. */
  PROJECT(
      ProjectProtocol.NAME, EvaluateSettings::project, ProjectProtocol::run, Findings::ofMeasures);

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda that holds nothing, as is the next
  private final Function<EvaluateSettings, ? extends Record> settings;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Measurement<EvaluateSettings, Findings> measurement;

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
   * Whether features of the training images are looked at.
   *
   * @return false if a {@link Subject#ofTest} will do
   */
  public boolean needsTrainingImages() {
    return this != STATS && this != PROJECT;
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
    return StoredResult.find(directory, key, checkpoint, train, test, settings.apply(evaluate));
  }

  /**
   * Measures, and writes the result file.
   *
   * @param directory of the result files
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return the findings
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
}
