package io.diptych.train;

import java.io.IOException;
import java.util.Map;

/** Where the numbers of a run go. */
public interface MetricSink {
  /**
   * The numbers of a log step.
   *
   * @param step steps made
   * @param total steps of the whole run
   * @param epoch epochs made, with fraction
   * @param loss mean loss since the last log line
   * @param terms mean of each term since then
   * @param metrics mean of each number that the method tracks beside its loss, since then
   * @param lr learning rate of the step
   * @param imagesPerSecond images since the last log line over the time since then
   * @param dataWait part of that time spent waiting for views
   * @param featureStd mean standard deviation of a coordinate of the length-1 embeddings: about
   *     1/√D when healthy, 0 when collapsed
   * @param effectiveRank of the embeddings: 1 when collapsed to a line, D at most
   * @param seconds training time of the run, including before a resume
   * @param gradNorm Euclidean norm of the gradient of all parameters, before it is clipped
   * @param memory of the process that is in RAM, in bytes
   */
  record StepMetrics(
      long step,
      long total,
      double epoch,
      double loss,
      Map<String, Double> terms,
      Map<String, Double> metrics,
      double lr,
      double imagesPerSecond,
      double dataWait,
      double featureStd,
      double effectiveRank,
      double seconds,
      double gradNorm,
      long memory) {}

  /**
   * The numbers of an epoch.
   *
   * @param epoch epochs made
   * @param step steps made
   * @param loss mean loss over the epoch
   * @param seconds training time of the run, including before a resume
   */
  record EpochMetrics(int epoch, long step, double loss, double seconds) {}

  /**
   * A sign that a run goes wrong.
   *
   * @param step steps made
   * @param rule which rule saw it: {@code collapse} or {@code gradients}
   * @param text what was seen, what it means and what to try, in one line
   */
  record Warning(long step, String rule, String text) {}

  /**
   * A measure of the features as they are after an epoch.
   *
   * @param step steps made
   * @param epoch epochs made
   * @param name what was measured, such as {@code knn_top1}
   * @param value of the measure
   */
  record Measure(long step, int epoch, String name, double value) {}

  /** Takes the numbers of a log step. */
  void step(StepMetrics metrics) throws IOException;

  /** Takes the numbers of an epoch. */
  void epoch(EpochMetrics metrics) throws IOException;

  /** Takes a sign that the run goes wrong. */
  default void warning(Warning warning) throws IOException {}

  /** Takes a measure of the features. */
  default void measure(Measure measure) throws IOException {}

  /** Returns a sink that passes everything on to several others. */
  static MetricSink all(MetricSink... sinks) {
    return new MetricSink() {
      @Override
      public void step(StepMetrics metrics) throws IOException {
        for (MetricSink sink : sinks) {
          sink.step(metrics);
        }
      }

      @Override
      public void epoch(EpochMetrics metrics) throws IOException {
        for (MetricSink sink : sinks) {
          sink.epoch(metrics);
        }
      }

      @Override
      public void warning(Warning warning) throws IOException {
        for (MetricSink sink : sinks) {
          sink.warning(warning);
        }
      }

      @Override
      public void measure(Measure measure) throws IOException {
        for (MetricSink sink : sinks) {
          sink.measure(measure);
        }
      }
    };
  }
}
