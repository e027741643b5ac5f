package io.diptych.evaluate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Minimises a smooth function by L-BFGS with a line search for the strong Wolfe conditions (Nocedal
 * and Wright, "Numerical optimization", 2nd edition, algorithms 7.4, 3.5 and 3.6). Near the
 * minimum, where values differ by no more than their rounding, slopes decide (the approximate Wolfe
 * conditions of Hager and Zhang, "A new conjugate gradient method with guaranteed descent and an
 * efficient line search", SIAM J. Optim. 16, 2005): the gradient can be told from zero long after
 * the value has stopped changing.
 */
final class Lbfgs {
  private static final int MEMORY = 12;
  private static final int TRIALS = 30;
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final double ROUNDING = 1e-14;

  /** A function with its gradient. */
  interface Objective {
    /** Returns the value at a point, and puts the gradient there into the second array. */
    double at(double[] point, double[] gradient);
  }

  /**
   * Where the search ended.
   *
   * @param point the best point
   * @param value the value there
   * @param gradientNorm largest absolute entry of the gradient there
   * @param iterations steps taken
   */
  record Minimum(double[] point, double value, double gradientNorm, int iterations) {}

  private record Pair(double[] step, double[] change, double curvature) {}

  private final Objective objective;
  private final Deque<Pair> memory = new ArrayDeque<>();
  private double[] point;
  private double[] gradient;
  private double value;

  private Lbfgs(Objective objective, double[] start) {
    this.objective = objective;
    this.point = start.clone();
    this.gradient = new double[start.length];
    this.value = objective.at(point, gradient);
  }

  /**
   * Searches from a start until no entry of the gradient exceeds the tolerance, the steps are used
   * up, or rounding lets no step get lower.
   */
  static Minimum minimize(
      Objective objective, double[] start, double tolerance, int maxIterations) {
    Lbfgs search = new Lbfgs(objective, start);
    int iterations = 0;
    while (iterations < maxIterations && largest(search.gradient) > tolerance && search.step()) {
      iterations++;
    }
    return new Minimum(search.point, search.value, largest(search.gradient), iterations);
  }

  private boolean step() {
    double[] direction = direction();
    double slope = dot(direction, gradient);
    if (!(slope < 0)) {
      return false;
    }
    double first = memory.isEmpty() ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    Trial trial = new LineSearch(direction, slope).run(first);
    if (trial == null) {
      if (memory.isEmpty()) {
        return false;
      }
      memory.clear(); // steepest descent may still find a way
      return step();
    }
    double[] step = combined(trial.point, point, -1);
    double[] change = combined(trial.gradient, gradient, -1);
    double curvature = dot(step, change);
    if (curvature > 0) {
      memory.addFirst(new Pair(step, change, curvature));
      if (memory.size() > MEMORY) {
        memory.removeLast();
      }
    }
    point = trial.point;
    gradient = trial.gradient;
    value = trial.value;
    return true;
  }

  /** Minus the approximate inverse Hessian times the gradient. */
  private double[] direction() {
    double[] q = gradient.clone();
    double[] weights = new double[memory.size()];
    int i = 0;
    for (Pair pair : memory) {
      weights[i] = dot(pair.step, q) / pair.curvature;
      add(q, pair.change, -weights[i++]);
    }
    Pair newest = memory.peekFirst();
    double scale = newest == null ? 1 : newest.curvature / dot(newest.change, newest.change);
    for (int j = 0; j < q.length; j++) {
      q[j] *= -scale;
    }
    for (Iterator<Pair> pairs = memory.descendingIterator(); pairs.hasNext(); ) {
      Pair pair = pairs.next();
      add(q, pair.step, -weights[--i] - dot(pair.change, q) / pair.curvature);
    }
    return q;
  }

  private record Trial(
      double length, double[] point, double value, double[] gradient, double slope) {}

  /** Looks along one direction for a point that is lower and flatter. */
  private final class LineSearch {
    private final double[] direction;
    private final Trial start;
    private int left = TRIALS;

    LineSearch(double[] direction, double slope) {
      this.direction = direction;
      this.start = new Trial(0, point, value, gradient, slope);
    }

    @SuppressWarnings("ReferenceEquality") // asks whether this is the start itself
    @Nullable Trial run(double first) {
      Trial before = start;
      double length = first;
      while (left > 0) {
        Trial trial = at(length);
        if (isTooHigh(trial) || (before != start && isHigher(trial, before))) {
          return zoom(before, trial);
        }
        if (isFlat(trial)) {
          return trial;
        }
        if (trial.slope >= 0) {
          return zoom(trial, before);
        }
        before = trial;
        length *= 2;
      }
      return before == start ? null : before;
    }

    /** Narrows an interval whose low end is the best so far and whose slope points inward. */
    private @Nullable Trial zoom(Trial low, Trial high) {
      while (left > 0) {
        Trial trial = at(between(low, high));
        if (isTooHigh(trial) || isHigher(trial, low)) {
          high = trial;
        } else {
          if (isFlat(trial)) {
            return trial;
          }
          if (trial.slope * (high.length - low.length) >= 0) {
            high = low;
          }
          low = trial;
        }
      }
      return low.value < start.value ? low : null;
    }

    private Trial at(double length) {
      left--;
      double[] there = combined(point, direction, length);
      double[] gradientThere = new double[there.length];
      double valueThere = objective.at(there, gradientThere);
      return new Trial(length, there, valueThere, gradientThere, dot(direction, gradientThere));
    }

    private boolean isTooHigh(Trial trial) {
      boolean decreases = trial.value <= start.value + DECREASE * trial.length * start.slope;
      boolean seemsTo = isAsGoodAs(trial, start) && trial.slope <= (2 * DECREASE - 1) * start.slope;
      return !(decreases || seemsTo);
    }

    /** Where rounding hides the difference, the side of the minimum decides. */
    private boolean isHigher(Trial trial, Trial low) {
      return trial.value >= low.value && !isAsGoodAs(trial, low);
    }

    private boolean isAsGoodAs(Trial trial, Trial other) {
      return trial.value <= other.value + ROUNDING * Math.abs(start.value);
    }

    private boolean isFlat(Trial trial) {
      return Math.abs(trial.slope) <= -CURVATURE * start.slope;
    }

    /** The minimum of the cubic through both ends, kept away from them. */
    private double between(Trial a, Trial b) {
      double width = b.length - a.length;
      double d1 = a.slope + b.slope - 3 * (b.value - a.value) / width;
      double d2 = Math.signum(width) * Math.sqrt(Math.max(0, d1 * d1 - a.slope * b.slope));
      double cubic = b.length - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
      double low = Math.min(a.length, b.length) + 0.1 * Math.abs(width);
      double high = Math.max(a.length, b.length) - 0.1 * Math.abs(width);
      return cubic >= low && cubic <= high ? cubic : (a.length + b.length) / 2;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] target, double[] other, double factor) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * other[i];
    }
  }

  private static double[] combined(double[] a, double[] b, double factor) {
    double[] sum = a.clone();
    add(sum, b, factor);
    return sum;
  }

  private static double largest(double[] values) {
    double most = 0;
    for (double v : values) {
      most = Math.max(most, Math.abs(v));
    }
    return most;
  }
}
