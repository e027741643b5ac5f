package io.diptych.evaluate.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diptych.Python;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The same as scikit-learn's. Needs a {@link Python} with it (Debian: python3-sklearn). */
@ExtendWith(Scoped.class)
final class ScikitLearnTest {
  private static final int ROWS = 250;
  private static final int WIDTH = 10;

  @TempDir private Path directory;

  @Test
  void mapsAreThoseOfScikitLearn() throws Exception {
    Python python = Python.with(ScikitLearnTest.class, "sklearn", "numpy");
    Tensor rows = Clusters.rows(ROWS, WIDTH, 5, 4);
    Path features = write("features", rows.toDoubleArray());
    Pca pca = Pca.of(rows, Steps.NONE);
    TSne tsne = TSne.of(rows, 20, 1000, 0.5, 0, Steps.NONE);
    Path points = write("points", tsne.points());
    Path result = directory.resolve("result");
    python.run("compare.py", features, WIDTH, points, result);

    ByteBuffer theirs = ByteBuffer.wrap(Files.readAllBytes(result)).order(ByteOrder.LITTLE_ENDIAN);
    for (double coordinate : pca.points()) {
      assertThat(coordinate).isCloseTo(theirs.getDouble(), within(1e-4));
    }
    for (double part : pca.explained()) {
      assertThat(part).isCloseTo(theirs.getDouble(), within(1e-8));
    }
    double trust = Trustworthiness.of(rows, tsne.points(), 5, Steps.NONE);
    assertThat(trust).isCloseTo(theirs.getDouble(), within(1e-12));
    assertThat(trust).isCloseTo(theirs.getDouble(), within(0.02));
    assertThat(tsne.divergence()).isCloseTo(theirs.getDouble(), within(0.05));
  }

  private Path write(String name, double[] values) throws Exception {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return Files.write(directory.resolve(name), bytes.array());
  }
}
