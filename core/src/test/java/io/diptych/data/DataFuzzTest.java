package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Mutations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged data files: each is read, or refused in one line that names it. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class DataFuzzTest {
  private static void fuzz(String name, byte[] whole, Function<DataFile, PixelStore> reader) {
    int refused = 0;
    int placed = 0;
    for (int round = 0; round < Mutations.ROUNDS; round++) {
      try {
        PixelStore store = reader.apply(file(name, Mutations.of(whole, round)));
        assertThat(store.size()).as("%s round %d", name, round).isPositive();
      } catch (DataException e) {
        refused++;
        String message = e.getMessage();
        assertThat(message).as("%s round %d", name, round).contains(name).doesNotContain("\n");
        placed += message.replace(name, "").matches(".*\\d.*") ? 1 : 0;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "seed " + Mutations.SEED + ", " + name + " round " + round + ": " + e, e);
      }
    }
    System.out.printf(
        "%-22s %6d damaged copies: %6d refused, %6d of them with a place or size, %6d read%n",
        name, Mutations.ROUNDS, refused, placed, Mutations.ROUNDS - refused);
    assertThat(refused).isBetween(Mutations.ROUNDS / 10, Mutations.ROUNDS - 1);
  }

  private static DataFile file(String name, byte[] bytes) {
    return new DataFile(name, bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  private static byte[] idx(boolean images, int count) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(images ? 0x0803 : 0x0801);
    data.writeInt(count);
    if (images) {
      data.writeInt(4);
      data.writeInt(5);
    }
    for (int i = 0; i < count * (images ? 20 : 1); i++) {
      data.write(i % 10);
    }
    return out.toByteArray();
  }

  @Test
  void imagesOfIdx() throws IOException {
    byte[] labels = idx(false, 3);
    fuzz(
        "images-idx3-ubyte",
        idx(true, 3),
        file -> IdxReader.read(file, file("labels", labels), 10));
  }

  @Test
  void labelsOfIdx() throws IOException {
    byte[] images = idx(true, 30);
    fuzz(
        "labels-idx1-ubyte",
        idx(false, 30),
        file -> IdxReader.read(file("images", images), file, 10));
  }

  @Test
  void binaryBatchesOfCifar() {
    byte[] batch = new byte[3 * 3074];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < batch.length; i++) {
      batch[i] = (byte) random.nextInt(100);
    }
    fuzz("train.bin", batch, new CifarBatch.Binary(2, 100)::read);
  }

  @Test
  void pickledBatchesOfCifar() throws IOException {
    for (String name : new String[] {"python2-protocol2", "python3-protocol4"}) {
      try (InputStream in = DataFuzzTest.class.getResourceAsStream("pickle/" + name + ".gz")) {
        byte[] batch = new GZIPInputStream(in).readAllBytes();
        fuzz(name, batch, new CifarBatch.Pickled("labels", 10)::read);
      }
    }
  }
}
