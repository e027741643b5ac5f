package io.diptych.evaluate;

import io.diptych.tensor.Tensor;

/**
 * Clusters named after classes, one to one, so that as many samples as possible are right: how
 * unsupervised classification is judged. Clusters beyond the number of classes have no class, and
 * their samples count as wrong.
 */
public final class ClusterMatch {
  private static final long UNMATCHED = -1;

  private final int[] classOf;
  private final long[] mapped;
  private final long[] labels;

  private ClusterMatch(int[] classOf, long[] mapped, long[] labels) {
    this.classOf = classOf;
    this.mapped = mapped;
    this.labels = labels;
  }

  /**
   * Finds the best names.
   *
   * @param clusters the cluster of each of N samples, from 0
   * @param labels the true classes, from 0 to classes − 1
   * @param classes the number of classes
   * @return the match
   * @throws IllegalArgumentException if the lengths differ or a number is out of range
   */
  public static ClusterMatch of(long[] clusters, long[] labels, int classes) {
    if (clusters.length != labels.length) {
      throw new IllegalArgumentException(
          "each sample needs a cluster and a label, got "
              + clusters.length
              + " and "
              + labels.length);
    }
    double[][] cost = new double[classes][classes];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "labels must lie in 0 to " + (classes - 1) + ", one is " + labels[i]);
      }
      if (clusters[i] < 0) {
        throw new IllegalArgumentException("clusters must be at least 0, one is " + clusters[i]);
      }
      if (clusters[i] < classes) {
        cost[(int) clusters[i]][(int) labels[i]]--;
      }
    }
    int[] classOf = Assignment.cheapest(cost);
    long[] mapped = new long[labels.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = classOf(classOf, clusters[i]);
    }
    return new ClusterMatch(classOf, mapped, labels.clone());
  }

  private static long classOf(int[] classOf, long cluster) {
    return cluster < classOf.length ? classOf[(int) cluster] : UNMATCHED;
  }

  /**
   * The names.
   *
   * @return [K], the class of each of the first K clusters
   */
  public int[] classes() {
    return classOf.clone();
  }

  /**
   * The classes of the samples by their clusters.
   *
   * @return [N], −1 where the cluster has no class
   */
  public long[] mapped() {
    return mapped.clone();
  }

  /**
   * The part of the samples whose cluster is named after their class.
   *
   * @return from 0 to 1; NaN without samples
   */
  public double accuracy() {
    int hits = 0;
    for (int i = 0; i < labels.length; i++) {
      hits += mapped[i] == labels[i] ? 1 : 0;
    }
    return (double) hits / labels.length;
  }

  /**
   * The part of the samples of which one of the k likeliest clusters is named after their class.
   *
   * @param scores [N, D] of the clusters, the higher the likelier
   * @param k at least 1; all clusters, if there are not more
   * @return from 0 to 1; NaN without samples
   * @throws IllegalArgumentException if there are not N rows
   */
  public double top(Tensor scores, int k) {
    if (scores.rank() != 2 || scores.size(0) != labels.length) {
      throw new IllegalArgumentException(
          "scores must be [" + labels.length + ", D], were " + scores.shape());
    }
    int looked = (int) Math.min(k, scores.size(1));
    long[] likeliest = scores.topk(looked, 1, true).indices().toLongArray();
    int hits = 0;
    for (int i = 0; i < labels.length; i++) {
      for (int j = 0; j < looked; j++) {
        if (classOf(classOf, likeliest[i * looked + j]) == labels[i]) {
          hits++;
          break;
        }
      }
    }
    return (double) hits / labels.length;
  }
}
