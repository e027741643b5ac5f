package io.diptych.evaluate;

import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.option.Presets;
import io.diptych.tensor.DType;
import io.diptych.tensor.Ranked;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Classification by the labels of the most similar samples of a bank (Wu et al., "Unsupervised
 * feature learning via non-parametric instance discrimination", CVPR 2018). Of equally similar
 * samples the earlier one counts as nearer.
 */
public final class Knn implements AutoCloseable {
  /** Similarities that are computed at a time: what bounds the memory. */
  private static final long BLOCK = 1L << 24;

  /**
   * How neighbours are found and asked.
   *
   * @param k how many neighbours vote
   * @param temperature of the weights
   * @param votes what a neighbour's vote counts
   * @param distance what near means
   * @param sweep other numbers of neighbours that are asked, too
   */
  @Presets("knn-presets.yaml")
  public record Settings(
      @Option(
              value = "200",
              range = "[1, inf)",
              doc = "neighbours that vote; all, where there are fewer")
          int k,
      @Option(
              value = "0.07",
              range = "[0.002, inf)",
              doc = "temperature of the weights exp(similarity / temperature)")
          double temperature,
      @Option(
              value = "weighted",
              doc = "weighted: a vote counts exp(similarity / temperature); majority: all the same")
          Votes votes,
      @Option(value = "cosine", doc = "what near means: cosine or euclidean") Distance distance,
      @Option(
              value = "[]",
              range = "[1, inf)",
              doc =
                  "other numbers of neighbours to ask, by each kind of vote, such as [1, 5, 20]; one"
                      + " search serves all")
          List<Integer> sweep) {
    /** Checks that the votes are defined. */
    public Settings {
      sweep = List.copyOf(sweep);
      if (votes == Votes.WEIGHTED && distance == Distance.EUCLIDEAN) {
        throw new OptionException(
            "votes", "weighted votes are defined on cosines; with euclidean, use majority");
      }
    }

    /** Settings that ask one number of neighbours. */
    public Settings(int k, double temperature, Votes votes, Distance distance) {
      this(k, temperature, votes, distance, List.of());
    }
  }

  /** What a neighbour's vote counts. */
  public enum Votes {
    /** The exponential of its similarity. */
    WEIGHTED,
    /** One. */
    MAJORITY
  }

  /** What near means. */
  public enum Distance {
    /** A large cosine of the angle between the two. */
    COSINE,
    /** A small length of the difference. */
    EUCLIDEAN
  }

  /**
   * A sample of the bank, seen from a query.
   *
   * @param index its place in the bank
   * @param similarity the cosine, or the negative Euclidean distance
   */
  public record Neighbour(int index, double similarity) {}

  private final Settings settings;
  private final Tensor bank;
  private final Tensor labels;
  private final Tensor centre;
  private final Tensor halfSquares;
  private final int classes;
  private final Watch watch;

  private Knn(
      Settings settings,
      Tensor bank,
      Tensor labels,
      Tensor centre,
      Tensor halfSquares,
      int classes,
      Watch watch) {
    this.settings = settings;
    this.bank = Scope.keep(bank);
    this.labels = Scope.keep(labels);
    this.centre = Scope.keep(centre);
    this.halfSquares = Scope.keep(halfSquares);
    this.classes = classes;
    this.watch = watch;
  }

  /**
   * Takes a bank of labelled samples, which it copies.
   *
   * @param settings how to classify
   * @param bank [N, F], floating point
   * @param labels int64 [N], from 0 to classes − 1
   * @param classes the number of classes
   * @return the classifier, to be closed
   * @throws IllegalArgumentException if the sizes differ or a label is out of range
   * @throws OptionException if a setting is out of range
   */
  public static Knn of(Settings settings, Tensor bank, Tensor labels, int classes) {
    return of(settings, bank, labels, classes, Watch.NONE);
  }

  static Knn of(Settings settings, Tensor bank, Tensor labels, int classes, Watch watch) {
    Options.check(settings);
    if (bank.rank() != 2 || bank.numel() == 0 || bank.size(0) != labels.numel()) {
      throw new IllegalArgumentException(
          "the bank must be [N, F] with N labels, was "
              + bank.shape()
              + " with labels "
              + labels.shape());
    }
    Labels.requireInRange(labels, classes);
    try (Scope scope = Scope.open()) {
      // Distances do not change with the origin, but lose fewer digits around the centre.
      Tensor centre = bank.meanKeep(0);
      boolean isCosine = settings.distance() == Distance.COSINE;
      Tensor rows = isCosine ? bank.normalize(1) : bank.sub(centre);
      return new Knn(
          settings,
          rows,
          labels.to(bank.device()).copy(),
          centre,
          rows.square().sum(1).mul(0.5),
          classes,
          watch);
    }
  }

  /**
   * How many neighbours really vote.
   *
   * @return k, or the size of the bank if that is smaller
   */
  public int neighbours() {
    return (int) Math.min(settings.k(), bank.size(0));
  }

  /**
   * The votes for each class.
   *
   * @param queries [M, F], M at least 1
   * @return float64 [M, C]: the sum of the weights, or the number, of the neighbours of each class
   * @throws IllegalArgumentException if the width is another than the bank's
   */
  public Tensor scores(Tensor queries) {
    try (Scope scope = Scope.open()) {
      return scope.escape(votes(search(queries, neighbours()), settings.k(), settings.votes()));
    }
  }

  /**
   * Looks for the nearest samples of each query: nearest first, equals in the order of the bank.
   *
   * @param queries [M, F], M at least 1
   * @param count how many; all, where there are fewer
   * @return their cosines, or with Euclidean distances q·b − |b|²/2, and their places, [M, count]
   */
  Ranked search(Tensor queries, int count) {
    int found = (int) Math.min(count, bank.size(0));
    try (Scope scope = Scope.open()) {
      List<Tensor> closeness = new ArrayList<>();
      List<Tensor> places = new ArrayList<>();
      forBlocks(
          prepare(queries),
          (block, inner) -> {
            Ranked nearest = nearestOf(block, found);
            closeness.add(inner.escape(nearest.values()));
            places.add(inner.escape(nearest.indices()));
          });
      return new Ranked(
          scope.escape(Tensor.cat(closeness, 0)), scope.escape(Tensor.cat(places, 0)));
    }
  }

  /**
   * What the first k of those found vote.
   *
   * @param found as {@link #search} gives them
   * @param k how many vote; all, where fewer were found
   * @return float64 [M, C]
   */
  Tensor votes(Ranked found, int k, Votes votes) {
    try (Scope scope = Scope.open()) {
      long voters = Math.min(k, found.indices().size(1));
      Tensor places = found.indices().narrow(1, 0, voters);
      long[] shape = places.shape().sizes();
      Tensor weights =
          votes == Votes.WEIGHTED
              ? found
                  .values()
                  .narrow(1, 0, voters)
                  .to(DType.FLOAT64)
                  .div(settings.temperature())
                  .exp()
              : Tensor.full(1, DType.FLOAT64, bank.device(), shape);
      Tensor owners = labels.indexSelect(0, places.flatten(0)).reshape(shape);
      return scope.escape(
          Tensor.zeros(DType.FLOAT64, bank.device(), shape[0], classes)
              .scatterAdd(1, owners, weights));
    }
  }

  /**
   * The nearest samples of the bank.
   *
   * @param queries [M, F]
   * @param count how many; all, where there are fewer
   * @return for each query its neighbours, nearest first
   * @throws IllegalArgumentException if the width is another than the bank's
   */
  public List<List<Neighbour>> nearest(Tensor queries, int count) {
    List<List<Neighbour>> all = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      Ranked found = search(queries, count);
      int each = (int) found.indices().size(1);
      long[] places = found.indices().toLongArray();
      double[] similarities = similarities(prepare(queries), found.values()).toDoubleArray();
      for (int row = 0; row < places.length; row += each) {
        List<Neighbour> neighbours = new ArrayList<>();
        for (int i = row; i < row + each; i++) {
          neighbours.add(new Neighbour((int) places[i], similarities[i]));
        }
        all.add(List.copyOf(neighbours));
      }
    }
    return all;
  }

  /** The places in the bank of the nearest samples of each query, nearest first. */
  long[][] nearestIndices(Tensor queries, int count) {
    try (Scope scope = Scope.open()) {
      Tensor found = search(queries, count).indices();
      int each = (int) found.size(1);
      long[] places = found.toLongArray();
      long[][] all = new long[places.length / each][];
      for (int i = 0; i < all.length; i++) {
        all[i] = Arrays.copyOfRange(places, i * each, (i + 1) * each);
      }
      return all;
    }
  }

  private Tensor prepare(Tensor queries) {
    if (queries.rank() != 2 || queries.size(1) != bank.size(1)) {
      throw new IllegalArgumentException(
          "queries must be [M, " + bank.size(1) + "] as the bank, were " + queries.shape());
    }
    Tensor rows = queries.to(bank.dtype()).to(bank.device());
    return isCosine() ? rows.normalize(1) : rows.sub(centre);
  }

  private interface Block {
    void run(Tensor rows, Scope inner);
  }

  private void forBlocks(Tensor rows, Block work) {
    long step = Math.max(1, BLOCK / bank.size(0));
    for (long at = 0; at < rows.size(0); at += step) {
      watch.at("neighbours", at, rows.size(0));
      try (Scope scope = Scope.open()) {
        work.run(rows.narrow(0, at, Math.min(step, rows.size(0) - at)), scope);
      }
    }
    watch.at("neighbours", rows.size(0), rows.size(0));
  }

  /** Nearest first, equals in the order of the bank; values as {@link #closeness} has them. */
  private Ranked nearestOf(Tensor block, int count) {
    Tensor closeness = closeness(block);
    // One more than asked for: only where it equals the last is that one any of several.
    boolean all = count == bank.size(0);
    Ranked top = closeness.topk(all ? count : count + 1, 1, true);
    Tensor found = top.indices().narrow(1, 0, count);
    if (!all) {
      Tensor last = top.values().narrow(1, count - 1L, 2);
      Tensor arbitrary = last.select(1, 0).eq(last.select(1, 1)).nonzero();
      if (arbitrary.numel() > 0) {
        Tensor sorted = closeness.indexSelect(0, arbitrary).neg().sort(1).indices();
        found = found.indexCopy(0, arbitrary, sorted.narrow(1, 0, count));
      }
    }
    Tensor inOrder = found.sort(1).values();
    Ranked ranked = closeness.gather(1, inOrder).neg().sort(1);
    return new Ranked(ranked.values().neg(), inOrder.gather(1, ranked.indices()));
  }

  /** Cosines; or q·b − |b|²/2, which orders the bank as the distances do. */
  private Tensor closeness(Tensor block) {
    Tensor products = block.matmul(bank.t());
    return isCosine() ? products : products.sub(halfSquares);
  }

  private Tensor similarities(Tensor block, Tensor closeness) {
    if (isCosine()) {
      return closeness;
    }
    Tensor squares = block.square().sumKeep(1).sub(closeness.mul(2));
    return squares.clamp(0, Double.POSITIVE_INFINITY).sqrt().neg();
  }

  private boolean isCosine() {
    return settings.distance() == Distance.COSINE;
  }

  /** Frees the bank. */
  @Override
  public void close() {
    bank.close();
    labels.close();
    centre.close();
    halfSquares.close();
  }
}
