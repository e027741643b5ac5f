package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Covers a square, whose middle is anywhere in the image; what lies outside of the image does not
 * count.
 *
 * @param p the probability
 * @param size the side of the square in pixels
 * @param fill the level of the square, of each channel or one for all
 */
@About(
    value = "Covers a square anywhere in the image.",
    source =
        "DeVries and Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, arXiv:1708.04552")
public record Cutout(
    @Option(value = "0.5", range = "[0, 1]", doc = "probability") double p,
    @Option(value = "16", range = "[1, 4096]", doc = "side of the square in pixels") int size,
    @Option(
            value = "[0]",
            range = "[0, 255]",
            doc = "level of the square, for each channel or one for all")
        List<Integer> fill)
    implements Augmentation {
  /** The grey that the published searches for augmentations used. */
  static final List<Integer> GREY = List.of(125, 123, 114);

  /** Checks the options. */
  public Cutout {
    fill = List.copyOf(fill);
    Ranges.requireOneOrThree("fill", fill);
  }

  @Override
  public int draws() {
    return 3;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    Tensor side = Tensor.full(size, DType.FLOAT32, images.device(), images.count());
    Tensor place = draws.narrow(1, 1, 2);
    return Subset.withProbability(
        p, images, draws, (some, rows) -> cut(some, rows.apply(side), rows.apply(place), fill));
  }

  /**
   * Covers squares.
   *
   * @param side of each square, float32 [B]
   * @param place of its middle, uniform in [0, 1), float32 [B, 2]
   */
  static Tensor cut(Tensor levels, Tensor side, Tensor place, List<Integer> fill) {
    Tensor columns = covered(levels.size(3), side, place.select(1, 0)).unsqueeze(1);
    Tensor rows = covered(levels.size(2), side, place.select(1, 1)).unsqueeze(2);
    Tensor square = columns.and(rows).unsqueeze(1);
    return Tensor.where(square, Warp.fill(levels, fill), levels);
  }

  /** Returns which of the pixels of an axis the squares cover, bool [B, length]. */
  private static Tensor covered(long length, Tensor side, Tensor place) {
    double end = length;
    Tensor first = place.mul(end).sub(side.mul(0.5)).clamp(0, end).floor().unsqueeze(1);
    Tensor pixels = Tensor.arange(length, side.device()).to(DType.FLOAT32).unsqueeze(0);
    return pixels.ge(first).and(pixels.lt(first.add(side.unsqueeze(1))));
  }
}
