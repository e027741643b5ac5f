package io.diptych.tensor;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frees native memory in time. Every tensor made on a thread while a scope is open there belongs to
 * the innermost one and is freed when that scope closes, unless it {@linkplain #escape escapes} to
 * the enclosing scope or is {@linkplain #keep kept}. A tensor made outside any scope lives until it
 * is closed or garbage collected; as the collector does not see native memory, long work belongs in
 * scopes: one per training step.
 *
 * <pre>{@code
 * try (Scope scope = Scope.open()) {
 *   Tensor loss = …;
 *   return scope.escape(loss);
 * }
 * }</pre>
 */
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

  private final @Nullable Scope outer;
  private final Thread owner = Thread.currentThread();
  private final List<Tensor> tensors = new ArrayList<>();
  private boolean closed;

  private Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /** Opens a scope on this thread, inside the one that is open already, if any. */
  @MustBeClosed
  public static Scope open() {
    Scope scope = new Scope(CURRENT.get());
    CURRENT.set(scope);
    return scope;
  }

  /** Moves a tensor of this scope to the enclosing one, and returns it. */
  public Tensor escape(Tensor tensor) {
    if (tensor.scope() == this) {
      tensor.moveTo(outer);
      if (outer != null) {
        outer.tensors.add(tensor);
      }
    }
    return tensor;
  }

  /**
   * Takes a tensor out of every scope, and returns it: it lives until it is closed or garbage
   * collected. For weights and other lasting state.
   */
  public static Tensor keep(Tensor tensor) {
    tensor.moveTo(null);
    return tensor;
  }

  /**
   * Frees the tensors that stayed in this scope.
   *
   * @throws IllegalStateException if another scope that was opened later is still open
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (CURRENT.get() != this || owner != Thread.currentThread()) {
      throw new IllegalStateException("a scope must close on its own thread, innermost first");
    }
    closed = true;
    CURRENT.set(outer);
    for (Tensor tensor : tensors) {
      if (tensor.scope() == this) {
        tensor.close();
      }
    }
    tensors.clear();
  }

  static @Nullable Scope enter(Tensor tensor) {
    Scope scope = CURRENT.get();
    if (scope != null) {
      scope.tensors.add(tensor);
    }
    return scope;
  }
}
