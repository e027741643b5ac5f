package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ScopeTest {
  @Test
  void tensorsThatStayInAScopeAreFreedWithIt() {
    Tensor before = Tensor.zeros(1);
    Tensor inside;
    try (Scope scope = Scope.open()) {
      inside = before.add(1);
    }
    assertClosed(inside);
    assertThat(before.item()).isZero();
    before.close();
  }

  @Test
  void anEscapedTensorBelongsToTheEnclosingScope() {
    Tensor escaped;
    try (Scope outer = Scope.open()) {
      try (Scope inner = Scope.open()) {
        escaped = inner.escape(Tensor.scalar(3));
      }
      assertThat(escaped.item()).isEqualTo(3);
    }
    assertClosed(escaped);
  }

  @Test
  void aTensorThatEscapesTheOutermostScopeLivesOn() {
    Tensor escaped;
    try (Scope scope = Scope.open()) {
      escaped = scope.escape(Tensor.scalar(3));
    }
    assertThat(escaped.item()).isEqualTo(3);
    escaped.close();
  }

  @Test
  void aScopeLetsOnlyItsOwnTensorsEscape() {
    try (Scope outer = Scope.open()) {
      Tensor mine = Tensor.scalar(1);
      try (Scope inner = Scope.open()) {
        assertThat(inner.escape(mine)).isSameAs(mine);
      }
      assertThat(mine.item()).isEqualTo(1);
    }
  }

  @Test
  void aKeptTensorLeavesEveryScope() {
    Tensor kept;
    try (Scope outer = Scope.open()) {
      try (Scope inner = Scope.open()) {
        kept = Scope.keep(Tensor.scalar(3));
      }
    }
    assertThat(kept.item()).isEqualTo(3);
    kept.close();
  }

  @Test
  void aScopeFreesItsTensorsAlsoAfterAnException() {
    Tensor[] inside = new Tensor[1];
    assertThatThrownBy(
            () -> {
              try (Scope scope = Scope.open()) {
                inside[0] = Tensor.zeros(2);
                inside[0].matmul(Tensor.zeros(3));
              }
            })
        .isInstanceOf(TensorException.class);
    assertClosed(inside[0]);
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker")
  void closingInTheWrongOrderFailsAndFreesNothing() {
    Scope outer = Scope.open();
    Tensor tensor = Tensor.scalar(2);
    Scope inner = Scope.open();
    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a scope must close on its own thread, innermost first");
    assertThat(tensor.item()).isEqualTo(2);
    inner.close();
    inner.close();
    outer.close();
    assertClosed(tensor);
  }

  @Test
  void aScopeHoldsForItsOwnThreadOnly() throws InterruptedException {
    Tensor[] other = new Tensor[1];
    try (Scope scope = Scope.open()) {
      Thread thread = new Thread(() -> other[0] = Tensor.scalar(4));
      thread.start();
      thread.join();
    }
    assertThat(other[0].item()).isEqualTo(4);
    other[0].close();
  }

  @Test
  void memoryOfClosedScopesComesBack() {
    long megabyte = 1 << 20;
    try (Scope scope = Scope.open()) {
      Tensor.zeros(16 * megabyte / 4);
    }
    long before = Backend.residentBytes();
    for (int i = 0; i < 100; i++) {
      try (Scope scope = Scope.open()) {
        Tensor.zeros(16 * megabyte / 4).add(1);
      }
    }
    assertThat(Backend.residentBytes() - before).isLessThan(256 * megabyte);
  }

  private static void assertClosed(Tensor tensor) {
    assertThatThrownBy(tensor::numel).isInstanceOf(IllegalStateException.class);
  }
}
