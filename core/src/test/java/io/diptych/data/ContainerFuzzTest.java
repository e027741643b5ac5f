package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Mutations;
import io.diptych.data.decode.Reduction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damaged files of many images: what can be read is, the rest is said in one line that names it.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class ContainerFuzzTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "parquet, train-snappy.parquet",
    "parquet, train-gzip-v2.parquet",
    "parquet, train-zstd.parquet",
    "lmdb, train.lmdb"
  })
  void damagedFiles(String format, String name) throws IOException {
    byte[] whole;
    try (InputStream in = ContainerFuzzTest.class.getResourceAsStream(name)) {
      whole = in.readAllBytes();
    }
    Path file = dir.resolve(name);
    int refused = 0;
    long images = 0;
    for (int round = 0; round < Mutations.ROUNDS; round++) {
      Files.write(file, Mutations.of(whole, round));
      try (SplitImages set = open(format, file)) {
        images += readable((StreamedSet) set.train(), file);
      } catch (DataException e) {
        refused++;
        assertThat(e.getMessage())
            .as("%s round %d", name, round)
            .contains(file.toString())
            .doesNotContain("\n");
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "seed " + Mutations.SEED + ", " + name + " round " + round + ": " + e, e);
      }
    }
    System.out.printf(
        "%-22s %6d damaged copies: %6d refused, %d images read of the others%n",
        name, Mutations.ROUNDS, refused, images);
    assertThat(refused).isLessThan(Mutations.ROUNDS);
    assertThat(images).isPositive();
  }

  private static SplitImages open(String format, Path file) {
    return Datasets.openStored(
        Opening.of(
            Map.of("name", format, "path", file.toString(), "workers", 1, "on_error", "skip")),
        report -> {});
  }

  private static long readable(StreamedSet set, Path file) {
    long read = 0;
    for (int i = 0; i < set.size(); i++) {
      read += set.read(i, Reduction.NONE).isPresent() ? 1 : 0;
    }
    assertThat(set.skipped()).allMatch(line -> line.contains(file.toString()));
    return read;
  }
}
