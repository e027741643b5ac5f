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
      double seconds) {}

  /**
   * The numbers of an epoch.
   *
   * @param epoch epochs made
   * @param step steps made
   * @param loss mean loss over the epoch
   * @param seconds training time of the run, including before a resume
   */
  record EpochMetrics(int epoch, long step, double loss, double seconds) {}

  /** Takes the numbers of a log step. */
  void step(StepMetrics metrics) throws IOException;

  /** Takes the numbers of an epoch. */
  void epoch(EpochMetrics metrics) throws IOException;

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
    };
  }
}
