package io.diptych.view;

import io.diptych.option.Option;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

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

  /** Each order of the four changes, as place after place; drawn by its number. */
  private static final long[] ORDERS = orders();

  @Override
  public int draws() {
    return 6;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    try (Scope scope = Scope.open()) {
      Tensor chosen = draws.select(1, 0).lt(p);
      Tensor columns =
          Subset.change(images.columns(), chosen, (some, rows) -> jitter(some, rows.apply(draws)));
      return Images.ofColumns(scope.escape(columns));
    }
  }

  private Tensor jitter(Tensor columns, Tensor draws) {
    boolean colour = columns.size(2) == 3;
    Tensor order =
        Tensor.of(ORDERS, 24, 4)
            .to(draws.device())
            .indexSelect(0, draws.select(1, 1).mul(24).floor().to(DType.INT64));
    Tensor[] amounts = {
      factor(draws, 2, brightness),
      factor(draws, 3, contrast),
      factor(draws, 4, saturation),
      draws.select(1, 5).mul(2).sub(1).mul(hue)
    };
    for (int place = 0; place < 4; place++) {
      for (int change = 0; change < 4; change++) {
        if ((change == SATURATION || change == HUE) && !colour) {
          continue;
        }
        int kind = change;
        try (Scope scope = Scope.open()) {
          columns =
              scope.escape(
                  Subset.change(
                      columns,
                      order.select(1, place).eq(kind),
                      (some, rows) -> apply(kind, some, rows.apply(amounts[kind]))));
        }
      }
    }
    return columns;
  }

  private static Tensor apply(int kind, Tensor columns, Tensor amount) {
    return switch (kind) {
      case BRIGHTNESS -> Colour.brightness(columns, amount);
      case CONTRAST -> Colour.contrast(columns, amount);
      case SATURATION -> Colour.saturation(columns, amount);
      case HUE -> Colour.hue(columns, amount);
      default -> throw new AssertionError(kind);
    };
  }

  private static Tensor factor(Tensor draws, int slot, double range) {
    double low = Math.max(0, 1 - range);
    return draws.select(1, slot).mul(1 + range - low).add(low);
  }

  private static long[] orders() {
    long[] orders = new long[24 * 4];
    for (int order = 0; order < 24; order++) {
      // The digits of the number in mixed base 4, 3, 2, 1 say which of those left comes next.
      java.util.List<Long> left = new java.util.ArrayList<>(java.util.List.of(0L, 1L, 2L, 3L));
      int rest = order;
      for (int place = 0; place < 4; place++) {
        orders[4 * order + place] = left.remove(rest % (4 - place));
        rest /= 4 - place;
      }
    }
    return orders;
  }
}
