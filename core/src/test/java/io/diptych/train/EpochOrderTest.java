package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.method.Step;
import io.diptych.tensor.Keyed;
import io.diptych.train.BatchSource.Rest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How the images of an epoch are dealt to batches. */
final class EpochOrderTest {
  @Test
  void imagesThatFillNoBatchAreDroppedOrKept() {
    assertThat(sizes(60, 16, Rest.DROPPED)).containsExactly(16, 16, 16);
    assertThat(sizes(60, 16, Rest.KEPT)).containsExactly(16, 16, 16, 12);
    assertThat(sizes(60, 20, Rest.KEPT)).containsExactly(20, 20, 20);
  }

  @Test
  void aSmallSetIsOneBatch() {
    assertThat(sizes(5, 16, Rest.KEPT)).containsExactly(5);
    assertThat(sizes(1, 16, Rest.KEPT)).containsExactly(1);
  }

  @Test
  void aSingleImageIsNoBatchBesideOthers() {
    assertThat(sizes(61, 20, Rest.KEPT)).containsExactly(20, 20, 20);
    assertThat(sizes(3, 1, Rest.KEPT)).containsExactly(1, 1, 1);
  }

  @Test
  void keptImagesComeOnceInEveryEpochInAnOrderOfItsOwn() {
    List<long[]> first = epoch(23, 10, Rest.KEPT, 0);
    List<long[]> second = epoch(23, 10, Rest.KEPT, 1);
    assertThat(first.stream().flatMapToLong(Arrays::stream).sorted().toArray())
        .isEqualTo(LongStream.range(0, 23).toArray());
    assertThat(second.get(0)).isNotEqualTo(first.get(0));
    assertThat(epoch(23, 10, Rest.DROPPED, 1).get(1)).isEqualTo(second.get(1));
  }

  private static List<Integer> sizes(int images, int batchSize, Rest rest) {
    return epoch(images, batchSize, rest, 0).stream().map(batch -> batch.length).toList();
  }

  private static List<long[]> epoch(int images, int batchSize, Rest rest, int epoch) {
    EpochOrder order = new EpochOrder("some", images, batchSize, rest, Keyed.of(5));
    long perEpoch = order.stepsPerEpoch();
    List<long[]> batches = new ArrayList<>();
    for (long i = 0; i < perEpoch; i++) {
      batches.add(order.of(new Step(epoch * perEpoch + i, 2 * perEpoch, perEpoch)));
    }
    return batches;
  }
}
