package io.diptych.view;

import io.diptych.option.Option;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Blurs the image by a random amount.
 *
 * @param p the probability
 * @param sigma the smallest and largest standard deviation in pixels; uniform between
 */
public record GaussianBlur(
    @Option(value = "0.5", range = "[0, 1]", doc = "probability") double p,
    @Option(
            value = "[0.1, 2.0]",
            range = "[0, 64]",
            doc = "smallest and largest standard deviation in pixels")
        List<Double> sigma)
    implements Augmentation {
  /** Checks the range. */
  public GaussianBlur {
    sigma = List.copyOf(sigma);
    Ranges.requireAscending("sigma", sigma);
  }

  @Override
  public int draws() {
    return 2;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    double low = sigma.get(0);
    double high = sigma.get(1);
    try (Scope scope = Scope.open()) {
      Tensor chosen = draws.select(1, 0).lt(p);
      Tensor amount = draws.select(1, 1).mul(high - low).add(low);
      Tensor levels = images.levels();
      if (images.device().isCpu() && high > BoxBlur.NARROW) {
        // Narrow boxes take fewer operations, and most are narrow.
        Tensor narrow = amount.lt(BoxBlur.NARROW);
        levels = blur(levels, chosen.and(narrow), amount, BoxBlur.NARROW);
        chosen = chosen.and(narrow.not());
      }
      return Images.holding(scope.escape(blur(levels, chosen, amount, high)));
    }
  }

  private static Tensor blur(Tensor levels, Tensor chosen, Tensor amount, double largest) {
    return Subset.change(
        levels, chosen, (some, rows) -> BoxBlur.blur(some, rows.apply(amount), largest));
  }
}
