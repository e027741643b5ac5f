package io.diptych.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A view is a function of seed, epoch, sample and view number, and of nothing else. */
final class ViewsTest {
  private static final int SAMPLES = 40;

  private Scope scope;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker")
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aViewOfASampleIsTheSameInEveryBatchAndOnEveryThread(int channels)
      throws ExecutionException, InterruptedException {
    byte[] pixels = Pictures.noise(7, SAMPLES, channels, 24, 30);
    Views views = simClr(channels, 20);
    List<float[]> whole = each(views, pixels, channels, range(SAMPLES), 5, 2);

    for (long alone = 0; alone < SAMPLES; alone++) {
      List<float[]> one = each(views, pixels, channels, new long[] {alone}, 5, 2);
      assertThat(one.get(0)).isEqualTo(whole.get((int) alone));
    }
    long[] shuffled = Keyed.of(3).permutation(SAMPLES);
    List<float[]> other = each(views, pixels, channels, shuffled, 5, 2);
    for (int i = 0; i < SAMPLES; i++) {
      assertThat(other.get(i)).isEqualTo(whole.get((int) shuffled[i]));
    }
    long[] seven = {31, 2, 39, 0, 8, 7, 21};
    List<float[]> elsewhere =
        CompletableFuture.supplyAsync(() -> each(views, pixels, channels, seven, 5, 2)).get();
    for (int i = 0; i < seven.length; i++) {
      assertThat(elsewhere.get(i)).isEqualTo(whole.get((int) seven[i]));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void seedEpochSampleAndViewNumberEachChangeTheView(int channels) {
    byte[] one = Pictures.noise(7, 1, channels, 24, 30);
    byte[] two = new byte[2 * one.length];
    System.arraycopy(one, 0, two, 0, one.length);
    System.arraycopy(one, 0, two, one.length, one.length);
    Views views = simClr(channels, 20);

    List<float[]> base = each(views, two, channels, range(2), 5, 2);
    assertThat(base.get(0)).isNotEqualTo(base.get(1));
    assertThat(each(views, two, channels, range(2), 6, 2).get(0)).isNotEqualTo(base.get(0));
    assertThat(each(views, two, channels, range(2), 5, 3).get(0)).isNotEqualTo(base.get(0));
    int half = base.get(0).length / 2;
    assertThat(java.util.Arrays.copyOf(base.get(0), half))
        .isNotEqualTo(java.util.Arrays.copyOfRange(base.get(0), half, 2 * half));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theViewsOfASetAreThoseOfItsRows(boolean someOnTensors) {
    List<ViewGroup> groups = new ArrayList<>(simClrGroups(3, 20));
    groups.addAll(simClrGroups(3, 12));
    if (someOnTensors) {
      groups.add(
          new ViewGroup(
              1,
              new ViewPipeline(
                  List.of(
                      new Cutout(0.5, 8, List.of(0)),
                      new Normalize(List.of(0.5), List.of(0.25))))));
    }
    Views views = new Views(groups);
    Tensor set = Tensor.of(Pictures.noise(7, SAMPLES, 3, 24, 30), SAMPLES, 3, 24, 30);
    long[] chosen = {31, 2, 39, 0, 8, 7, 21, 2};
    Tensor index = Tensor.of(chosen, chosen.length);
    Batch ofRows = views.apply(set.indexSelect(0, index), index, index, Keyed.of(5), 2);
    Batch ofSet = views.ofSet(set, index, index, Keyed.of(5), 2);
    assertThat(ofSet.views()).hasSameSizeAs(ofRows.views());
    for (int view = 0; view < views.count(); view++) {
      assertThat(ofSet.views().get(view).toFloatArray())
          .isEqualTo(ofRows.views().get(view).toFloatArray());
    }
  }

  /** All views of each sample, one after the other. */
  private static List<float[]> each(
      Views views, byte[] pixels, int channels, long[] samples, long seed, long epoch) {
    try (Scope inner = Scope.open()) {
      Tensor index = Tensor.of(samples, samples.length);
      Tensor all = Tensor.of(pixels, pixels.length / (channels * 720), channels, 24, 30);
      Batch batch = views.apply(all.indexSelect(0, index), index, index, Keyed.of(seed), epoch);
      List<float[]> each = new ArrayList<>();
      for (int i = 0; i < samples.length; i++) {
        int row = i;
        each.add(
            Tensor.cat(batch.views().stream().map(v -> v.select(0, row)).toList(), 0)
                .toFloatArray());
      }
      return each;
    }
  }

  private static long[] range(int end) {
    return java.util.stream.LongStream.range(0, end).toArray();
  }

  private static Views simClr(int channels, int size) {
    return new Views(simClrGroups(channels, size));
  }

  private static List<ViewGroup> simClrGroups(int channels, int size) {
    return List.of(
        new ViewGroup(
            2,
            new ViewPipeline(
                List.of(
                    new RandomResizedCrop(
                        size, List.of(0.2, 1.0), List.of(0.75, 4 / 3.0), Interpolation.BILINEAR),
                    new HorizontalFlip(0.5),
                    new ColorJitter(0.8, 0.4, 0.4, 0.4, 0.1),
                    new Normalize(List.of(0.5), List.of(0.25))))));
  }
}
