package io.diptych.view;

import io.diptych.option.Option;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes brightness, contrast, saturation and hue, each by a random amount and in an order that is
 * random for each image. On grey images saturation and hue change nothing.
 *
 * @param p the probability that an image is changed at all
 * @param brightness x: the factor is uniform in [max(0, 1 − x), 1 + x]
 * @param contrast likewise
 * @param saturation likewise
 * @param hue x: the shift is uniform in [−x, x] turns of the colour circle
 */
public record ColorJitter(
    @Option(value = "0.8", range = "[0, 1]", doc = "probability") double p,
    @Option(value = "0.4", range = "[0, inf)", doc = "factor from 1 - x to 1 + x")
        double brightness,
    @Option(value = "0.4", range = "[0, inf)", doc = "factor from 1 - x to 1 + x") double contrast,
    @Option(value = "0.4", range = "[0, inf)", doc = "factor from 1 - x to 1 + x")
        double saturation,
    @Option(value = "0.1", range = "[0, 0.5]", doc = "shift from -x to x turns") double hue)
    implements Augmentation {
  private static final int BRIGHTNESS = 0;
  private static final int CONTRAST = 1;
  private static final int SATURATION = 2;
  private static final int HUE = 3;
  private static final int CHANGES = 4;
  private static final int ORDERS = 24;

  @Override
  public int draws() {
    return 6;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    try (Scope scope = Scope.open()) {
      Plan plan = plan(draws, images.channels());
      Tensor levels = images.levels();
      levels = images.device().isCpu() ? plan.sorted(levels) : plan.masked(levels);
      return Images.holding(scope.escape(levels));
    }
  }

  /** Returns what happens to each image. */
  Plan plan(Tensor draws, int channels) {
    Tensor chosen = draws.select(1, 0).lt(p);
    Tensor order = draws.select(1, 1).mul(ORDERS).floor().to(DType.INT64);
    Tensor places =
        Tensor.of(places(channels), ORDERS, CHANGES).to(draws.device()).indexSelect(0, order);
    // Images that are not chosen have their changes at no place.
    places = places.add(1).mul(chosen.to(DType.INT64).unsqueeze(1)).sub(1);
    Tensor factors =
        Tensor.stack(
            List.of(
                factor(draws, 2, brightness),
                factor(draws, 3, contrast),
                factor(draws, 4, saturation)),
            1);
    Tensor shift = draws.select(1, 5).mul(2).sub(1).mul(hue);
    return new Plan(places, factors, steps(shift), channels == 1 ? 2 : CHANGES);
  }

  /** Returns the whole part of a shift in 255 steps a turn, modulo 256. */
  static Tensor steps(Tensor shift) {
    return shift.mul(255).trunc().remainder(256);
  }

  private static Tensor factor(Tensor draws, int slot, double range) {
    double low = Math.max(0, 1 - range);
    return draws.select(1, slot).mul(1 + range - low).add(low);
  }

  /**
   * Returns, for each order and each change, the place of the change in the order. Grey images have
   * only two changes, so two places: −1 is none.
   */
  private static long[] places(int channels) {
    long[] places = new long[ORDERS * CHANGES];
    for (int order = 0; order < ORDERS; order++) {
      // The digits of the number in mixed base 4, 3, 2, 1 say which of those left comes next.
      List<Integer> left = new ArrayList<>(List.of(BRIGHTNESS, CONTRAST, SATURATION, HUE));
      int rest = order;
      int place = 0;
      for (int choices = CHANGES; choices > 0; choices--) {
        int change = left.remove(rest % choices);
        rest /= choices;
        boolean skipped = channels == 1 && change >= SATURATION;
        places[CHANGES * order + change] = skipped ? -1 : place++;
      }
    }
    return places;
  }

  /**
   * What happens to each image of a batch. Brightness, contrast and saturation differ only in the
   * base they blend with (0, the mean grey, the grey image), so at each place one blend serves all
   * images; hue, the expensive one, is apart.
   *
   * @param places the place of each change, −1 for never, int64 [B, 4]
   * @param factors of brightness, contrast and saturation, float32 [B, 3]
   * @param turn of hue in 256 steps, float32 [B]
   * @param count how many places there are
   */
  record Plan(Tensor places, Tensor factors, Tensor turn, int count) {

    /** Works on contiguous groups of images, so that each pays for its own changes only. */
    Tensor sorted(Tensor levels) {
      Groups groups = groups();
      int chosen = groups.first(count + 1);
      if (chosen == 0) {
        return levels;
      }
      Tensor rows = groups.rows();
      Plan plan = new Plan(pick(places, rows), pick(factors, rows), pick(turn, rows), count);
      Tensor some = pick(levels, rows);
      for (int place = 0; place < count; place++) {
        int from = groups.first(place);
        int to = groups.first(place + 1);
        plan.hue(some, from, to);
        plan.blend(some, place, 0, from);
        plan.blend(some, place, to, chosen);
      }
      return pick(some, groups.inverse());
    }

    /**
     * Groups the images by the place of hue; then come those that are chosen but have no hue, and
     * last those that are not chosen.
     */
    private Groups groups() {
      long[] place = places.toLongArray();
      int[] group = new int[place.length / CHANGES];
      for (int i = 0; i < group.length; i++) {
        boolean chosen = place[CHANGES * i + BRIGHTNESS] >= 0;
        long hue = place[CHANGES * i + HUE];
        group[i] = !chosen ? count + 1 : hue < 0 ? count : (int) hue;
      }
      return Groups.of(group, count + 2);
    }

    private static Tensor pick(Tensor all, Tensor rows) {
      return all.indexSelect(0, rows);
    }

    /** Works on all images, so that the device need not tell how many have which change when. */
    Tensor masked(Tensor levels) {
      int all = (int) levels.size(0);
      Tensor result = levels.copy();
      for (int place = 0; place < count; place++) {
        blend(result, place, 0, all);
        if (levels.size(1) == 3) {
          Tensor turned = result.copy();
          hue(turned, 0, all);
          result.addProduct_(turned.sub_(result), perImage(is(place).select(1, HUE)));
        }
      }
      return result;
    }

    private void hue(Tensor levels, int from, int to) {
      if (to > from) {
        Colour.hue(levels.narrow(0, from, to - from), turn.narrow(0, from, to - from));
      }
    }

    /** Images without a blend at this place get the factor 1 and the base 0, which keep them. */
    private void blend(Tensor levels, int place, int from, int to) {
      if (to == from) {
        return;
      }
      try (Scope scope = Scope.open()) {
        Tensor some = levels.narrow(0, from, to - from);
        Tensor blends = is(place).narrow(0, from, to - from).narrow(1, 0, HUE);
        Tensor own = blends.mul(factors.narrow(0, from, to - from));
        Tensor factor = own.sum(1).add(blends.sum(1).rsub(1));
        Tensor luma = Colour.luma(some);
        Tensor mean = Colour.mean(luma).mul(perImage(blends.select(1, CONTRAST)));
        Tensor base = mean;
        if (some.size(1) == 3) {
          base = luma.mul_(perImage(blends.select(1, SATURATION))).add_(mean);
        }
        Colour.blend(some, base, factor);
      }
    }

    /** Returns for which images each change is at the place, as 0 or 1, float32 [B, 4]. */
    private Tensor is(int place) {
      return places.eq(place).to(DType.FLOAT32);
    }

    private static Tensor perImage(Tensor values) {
      return values.reshape(-1, 1, 1, 1);
    }
  }
}
