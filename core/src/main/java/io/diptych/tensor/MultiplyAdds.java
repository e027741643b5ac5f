package io.diptych.tensor;

import com.google.errorprone.annotations.MustBeClosed;
import org.jspecify.annotations.Nullable;

/**
 * Counts the multiplications that convolutions, linear maps and attention make of one sample while
 * it is open on this thread: what networks are compared by, usually called FLOPs or MACs. Norms,
 * activations and pooling do not count. The first dimension of what they take is that of the
 * samples; as their number does not matter, there may be none, which costs nothing.
 *
 * <pre>{@code
 * try (MultiplyAdds work = MultiplyAdds.open()) {
 *   network.forward(Tensor.zeros(0, 3, 224, 224));
 *   return work.total();
 * }
 * }</pre>
 */
public final class MultiplyAdds implements AutoCloseable {
  private static final ThreadLocal<@Nullable MultiplyAdds> CURRENT = new ThreadLocal<>();

  private final @Nullable MultiplyAdds outer = CURRENT.get();
  private long total;

  private MultiplyAdds() {}

  /** Starts to count; another count that is open on this thread stands still until this closes. */
  @MustBeClosed
  public static MultiplyAdds open() {
    MultiplyAdds opened = new MultiplyAdds();
    CURRENT.set(opened);
    return opened;
  }

  /** Returns the count so far. */
  public long total() {
    return total;
  }

  @Override
  public void close() {
    CURRENT.set(outer);
  }

  /** Adds an operation that takes so many multiplications for each value of its output. */
  static void count(Tensor output, long each) {
    MultiplyAdds current = CURRENT.get();
    if (current != null) {
      long values = 1;
      for (int dimension = 1; dimension < output.rank(); dimension++) {
        values *= output.size(dimension);
      }
      current.total += values * each;
    }
  }
}
