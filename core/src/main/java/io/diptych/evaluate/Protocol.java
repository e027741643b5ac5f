package io.diptych.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The protocols that judge an encoder, each with its settings and its result file. */
public enum Protocol {
  /** Votes of nearest neighbours. */
  KNN(KnnProtocol.NAME, EvaluateSettings::knn, KnnProtocol::run, Function.identity()),
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
      ClusterProtocol.NAME,
      EvaluateSettings::cluster,
      ClusterProtocol::run,
      Findings::ofMeasures,
      (candidate, cluster, progress, cancelled) ->
          cluster.assign() == ClusterProtocol.Assign.ARGMAX
              ? candidate.testSubject(null, progress, cancelled)
              : candidate.subject(progress, cancelled)),
  /** Retrieval of images of the same class. */
  RETRIEVE(
      RetrieveProtocol.NAME,
      EvaluateSettings::retrieve,
      RetrieveProtocol::run,
      Findings::ofMeasures),
  /** How features fill their space. */
  STATS(
      StatsProtocol.NAME,
      EvaluateSettings::stats,
      StatsProtocol::run,
      Findings::ofMeasures,
      (candidate, stats, progress, cancelled) -> candidate.testSubject(null, progress, cancelled)),
  /** Fine-tuning of the whole network. */
  FINETUNE(
      FineTuneProtocol.NAME,
      EvaluateSettings::finetune,
      FineTuneProtocol::run,
      (candidate, settings) -> candidate.identity(),
      evaluate -> Encoding.PLAIN),
  /** Other data sets, learnt by the encoder. */
  TRANSFER(
      TransferProtocol.NAME,
      EvaluateSettings::transfer,
      TransferProtocol::run,
      TransferProtocol::identity,
      evaluate -> TransferProtocol.parts(evaluate.features(), evaluate.transfer())),
  /** Maps in two dimensions. */
  PROJECT(
      ProjectProtocol.NAME,
      EvaluateSettings::project,
      ProjectProtocol::run,
      Findings::ofMeasures,
      (candidate, project, progress, cancelled) ->
          candidate.testSubject(project.layer(), progress, cancelled));

  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda that holds nothing, as is the next
  private final Function<EvaluateSettings, ? extends Record> settings;

  @SuppressWarnings("ImmutableEnumChecker")
  private final @Nullable Measurement<Subject, EvaluateSettings, Findings> ofFeatures;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Measurement<Candidate, EvaluateSettings, Findings> measurement;

  @SuppressWarnings("ImmutableEnumChecker")
  private final BiFunction<Candidate, EvaluateSettings, DataIdentity> images;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Function<EvaluateSettings, Encoding.Settings> parts;

  /** Measures by settings, writes the result file, and gives what was found. */
  private interface Measurement<T, S, R> {
    R run(T what, S settings, Path directory, Progress progress, BooleanSupplier cancelled)
        throws IOException;
  }

  /** Computes the features that a protocol judges, or finds them. */
  private interface Subjects<S> {
    Subject of(Candidate candidate, S settings, Progress progress, BooleanSupplier cancelled)
        throws IOException;
  }

  /** A protocol that judges features of training and test images. */
  <S extends Record, R> Protocol(
      String key,
      Function<EvaluateSettings, S> settings,
      Measurement<Subject, S, R> measurement,
      Function<R, Findings> findings) {
    this(
        key,
        settings,
        measurement,
        findings,
        (candidate, own, progress, cancelled) -> candidate.subject(progress, cancelled));
  }

  /** A protocol that judges features of its own choice. */
  <S extends Record, R> Protocol(
      String key,
      Function<EvaluateSettings, S> settings,
      Measurement<Subject, S, R> measurement,
      Function<R, Findings> findings,
      Subjects<S> subjects) {
    this.key = key;
    this.settings = settings;
    Measurement<Subject, EvaluateSettings, Findings> judge =
        (subject, evaluate, directory, progress, cancelled) ->
            findings.apply(
                measurement.run(subject, settings.apply(evaluate), directory, progress, cancelled));
    this.ofFeatures = judge;
    this.parts = EvaluateSettings::features;
    this.images = (candidate, evaluate) -> candidate.identity();
    this.measurement =
        (candidate, evaluate, directory, progress, cancelled) ->
            judge.run(
                subjects.of(candidate, settings.apply(evaluate), progress, cancelled),
                evaluate,
                directory,
                progress,
                cancelled);
  }

  /** A protocol that needs the encoder itself. */
  <S extends Record> Protocol(
      String key,
      Function<EvaluateSettings, S> settings,
      Measurement<Candidate, S, List<Measures>> measurement,
      BiFunction<Candidate, S, DataIdentity> images,
      Function<EvaluateSettings, Encoding.Settings> parts) {
    this.key = key;
    this.settings = settings;
    this.ofFeatures = null;
    this.parts = parts;
    this.images = (candidate, evaluate) -> images.apply(candidate, settings.apply(evaluate));
    this.measurement =
        (candidate, evaluate, directory, progress, cancelled) ->
            Findings.ofMeasures(
                measurement.run(
                    candidate, settings.apply(evaluate), directory, progress, cancelled));
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
   * @return the findings, or nothing if they have to be measured
   * @throws IOException if the file is there and cannot be read
   */
  public Optional<Findings> stored(Candidate candidate, EvaluateSettings evaluate, Path directory)
      throws IOException {
    return stored(
        candidate.provenance(), () -> images.apply(candidate, evaluate), evaluate, directory);
  }

  Optional<Findings> stored(
      Map<String, String> provenance,
      Supplier<DataIdentity> identity,
      EvaluateSettings evaluate,
      Path directory)
      throws IOException {
    return StoredResult.find(
        directory, key, provenance, identity, parts.apply(evaluate), settings.apply(evaluate));
  }

  /**
   * Measures, and writes the result file.
   *
   * @param directory of the result files
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return the findings
   * @throws IOException if the weights cannot be read, or the file not written
   */
  public Findings run(
      Candidate candidate,
      EvaluateSettings evaluate,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    return measurement.run(candidate, evaluate, directory, progress, cancelled);
  }

  /**
   * Measures features that are computed, and writes the result file.
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
    if (ofFeatures == null) {
      throw new IllegalArgumentException(
          key + " needs the encoder, not only its features: run it on a candidate");
    }
    return ofFeatures.run(subject, evaluate, directory, progress, cancelled);
  }
}
