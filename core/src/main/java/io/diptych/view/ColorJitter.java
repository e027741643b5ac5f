package io.diptych.view;

import io.diptych.option.About;
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
@About(
    "Changes brightness, contrast, saturation and hue by random amounts, in an order that is random, too.")
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
  private static final int[][] SEQUENCES = sequences();

  @Override
  public int draws() {
    return 6;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    try (Scope scope = Scope.open()) {
      Plan plan = plan(draws, images.channels());
      return Images.holding(scope.escape(plan.change(images.levels())));
    }
  }

  void apply(Raster image, Draws draws) {
    if (!draws.happens(0, p)) {
      return;
    }
    boolean colour = image.channels() == 3;
    for (int change : SEQUENCES[(int) (draws.get(1) * ORDERS)]) {
      switch (change) {
        case BRIGHTNESS -> RasterColour.brightness(image, factor(draws.get(2), brightness));
        case CONTRAST -> RasterColour.contrast(image, factor(draws.get(3), contrast));
        case SATURATION -> {
          if (colour) {
            RasterColour.saturation(image, factor(draws.get(4), saturation));
          }
        }
        default -> {
          if (colour && hue > 0) {
            float shift = (draws.get(5) * 2 - 1) * (float) hue;
            RasterColour.hue(image, (int) (shift * 255) & 0xff);
          }
        }
      }
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
    if (hue == 0) {
      // Turning by nothing would still round.
      places.narrow(1, HUE, 1).fill_(-1);
    }
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

  private static float factor(float draw, double range) {
    double low = Math.max(0, 1 - range);
    return draw * (float) (1 + range - low) + (float) low;
  }

  /** Returns the changes of each order. */
  private static int[][] sequences() {
    int[][] sequences = new int[ORDERS][CHANGES];
    for (int order = 0; order < ORDERS; order++) {
      // The digits of the number in mixed base 4, 3, 2, 1 say which of those left comes next.
      List<Integer> left = new ArrayList<>(List.of(BRIGHTNESS, CONTRAST, SATURATION, HUE));
      int rest = order;
      for (int place = 0; place < CHANGES; place++) {
        sequences[order][place] = left.remove(rest % left.size());
        rest /= CHANGES - place;
      }
    }
    return sequences;
  }

  /**
   * Returns, for each order and each change, the place of the change in the order. Grey images have
   * only two changes, so two places: −1 is none.
   */
  private static long[] places(int channels) {
    long[] places = new long[ORDERS * CHANGES];
    for (int order = 0; order < ORDERS; order++) {
      int place = 0;
      for (int change : SEQUENCES[order]) {
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

    /** Works on all images, so that the device need not tell how many have which change when. */
    Tensor change(Tensor levels) {
      Tensor result = levels.copy();
      for (int place = 0; place < count; place++) {
        blend(result, place);
        if (levels.size(1) == 3) {
          Tensor turned = result.copy();
          Colour.hue(turned, turn);
          result.addProduct_(turned.sub_(result), perImage(is(place).select(1, HUE)));
        }
      }
      return result;
    }

    /** Images without a blend at this place get the factor 1 and the base 0, which keep them. */
    private void blend(Tensor levels, int place) {
      try (Scope scope = Scope.open()) {
        Tensor blends = is(place).narrow(1, 0, HUE);
        Tensor factor = blends.mul(factors).sum(1).add(blends.sum(1).rsub(1));
        Tensor luma = Colour.luma(levels);
        Tensor mean = Colour.mean(luma).mul(perImage(blends.select(1, CONTRAST)));
        Tensor base = mean;
        if (levels.size(1) == 3) {
          base = luma.mul_(perImage(blends.select(1, SATURATION))).add_(mean);
        }
        Colour.blend(levels, base, factor);
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
