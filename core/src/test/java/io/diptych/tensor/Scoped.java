package io.diptych.tensor;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs each test in a scope of its own, and fails it if it leaves this thread otherwise. */
public final class Scoped implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace HERE =
      ExtensionContext.Namespace.create(Scoped.class);

  @Override
  @SuppressWarnings("MustBeClosedChecker")
  public void beforeEach(ExtensionContext context) {
    context.getStore(HERE).put(context.getUniqueId(), Scope.open());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    boolean records = records();
    Scope scope = context.getStore(HERE).remove(context.getUniqueId(), Scope.class);
    scope.close();
    if (!records) {
      throw new AssertionError("the test left this thread without gradients");
    }
  }

  /** Returns whether operations on this thread are recorded for differentiation. */
  public static boolean records() {
    try (Tensor leaf = Tensor.ones(1).requiresGrad_(true);
        Tensor result = leaf.mul(2)) {
      return result.requiresGrad();
    }
  }
}
