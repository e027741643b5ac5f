package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class LinalgTest {
  private static final int N = 5;

  private Tensor identity;
  private Tensor positive;
  private Tensor right;

  @BeforeEach
  void make() {
    Tensor random = Keyed.of(3).normal(Tensor.arange(N * N, Device.CPU)).reshape(N, N);
    identity = Tensor.eye(N, DType.FLOAT64, Device.CPU);
    positive = random.matmul(random.t()).add(identity);
    right = Keyed.of(4).normal(Tensor.arange(N * 2, Device.CPU)).reshape(N, 2);
  }

  @Test
  void choleskyGivesALowerTriangleWhoseSquareIsTheMatrix() {
    Tensor lower = Linalg.cholesky(positive);
    assertClose(lower.matmul(lower.t()), positive);
    assertThat(lower.toDoubleArray()[1]).isZero();
  }

  @Test
  void aMatrixThatIsNotPositiveDefiniteSaysSoInOneLine() {
    assertThatThrownBy(() -> Linalg.cholesky(identity.neg()))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("cholesky: ")
        .message()
        .contains("not positive-definite")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void aMatrixOfWhatIsNoNumberHasNoFactor(double value) {
    for (int place : new int[] {0, N - 1}) {
      Tensor a = positive.copy();
      a.select(0, place).fill_(value);
      assertThatThrownBy(() -> Linalg.cholesky(a))
          .isInstanceOf(NotPositiveDefiniteException.class)
          .hasMessageStartingWith("cholesky: the matrix [5, 5] ");
    }
  }

  @Test
  void oneMatrixOfABatchThatIsNotPositiveDefiniteIsEnough() {
    Tensor batch = Tensor.stack(List.of(positive, identity.neg()), 0);
    assertThatThrownBy(() -> Linalg.cholesky(batch))
        .isInstanceOf(NotPositiveDefiniteException.class)
        .hasMessage(
            "cholesky: the matrix [2, 5, 5] is not positive-definite: its leading minor of order 1"
                + " is not positive");
    assertClose(
        Linalg.cholesky(Tensor.stack(List.of(identity, positive), 0)).select(0, 1),
        Linalg.cholesky(positive));
  }

  @Test
  void solutionsSolveAndInversesInvert() {
    assertClose(positive.matmul(Linalg.solve(positive, right)), right);
    assertClose(positive.matmul(Linalg.inv(positive)), identity);
    Tensor lower = Linalg.cholesky(positive);
    assertClose(lower.matmul(Linalg.solveTriangular(lower, right, false)), right);
    assertClose(lower.t().matmul(Linalg.solveTriangular(lower.t(), right, true)), right);
    assertThatThrownBy(() -> Linalg.inv(identity.mul(0)))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("inv: ")
        .hasMessageContaining("singular");
  }

  @Test
  void eigenvaluesAscendAndGiveTheDeterminant() {
    double[] eigenvalues = Linalg.eigenvaluesSymmetric(positive).toDoubleArray();
    assertThat(eigenvalues).isSorted();
    double log = 0;
    for (double eigenvalue : eigenvalues) {
      log += Math.log(eigenvalue);
    }
    assertThat(Linalg.logAbsDet(positive).item()).isCloseTo(log, within(1e-9));
  }

  @Test
  void theSingularValueDecompositionIsReducedAndMultipliesBack() {
    Linalg.Svd svd = Linalg.svd(right);
    assertThat(svd.u().shape()).isEqualTo(Shape.of(N, 2));
    assertThat(svd.vh().shape()).isEqualTo(Shape.of(2, 2));
    assertClose(svd.u().mul(svd.s()).matmul(svd.vh()), right);
    assertClose(Linalg.singularValues(right), svd.s());
    assertThat(svd.s().toDoubleArray()[0]).isGreaterThan(svd.s().toDoubleArray()[1]);
  }

  @Test
  void gradientsFlowThroughADecomposition() {
    Tensor leaf = positive.copy().requiresGrad_(true);
    Linalg.logAbsDet(leaf).backward();
    // The gradient of log |det A| is the inverse transposed.
    assertClose(leaf.grad(), Linalg.inv(positive).t());
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.sub(expected).abs().max().item()).isLessThan(1e-9);
  }
}
