package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.List;

/** The changes that {@link RandAugment} and {@link AugMix} choose from, by an amount each. */
enum Operation {
  AUTOCONTRAST,
  EQUALIZE,
  INVERT,
  /** The amount is the angle in degrees. */
  ROTATE,
  /** The amount is the number of bits. */
  POSTERIZE,
  /** The amount is the threshold. */
  SOLARIZE,
  /** Adds the amount to all levels, then inverts those from 128 on. */
  ADD_AND_SOLARIZE,
  /** Adds the amount to the levels below 128. */
  SOLARIZE_ADD,
  /** The amount is the factor of {@link ColorJitter}'s saturation. */
  COLOR,
  /** The amount is the factor. */
  CONTRAST,
  /** The amount is the factor. */
  BRIGHTNESS,
  /** The amount is the factor. */
  SHARPNESS,
  /** The amount is how many pixels a row is moved for each row. */
  SHEAR_X,
  /** The amount is how many pixels a column is moved for each column. */
  SHEAR_Y,
  /** The amount is in pixels. */
  TRANSLATE_X,
  /** The amount is in pixels. */
  TRANSLATE_Y,
  GRAYSCALE,
  /** The amount is the side of the square. */
  CUTOUT;

  private static final double MIDDLE = 128;

  /**
   * What else a change hangs on.
   *
   * @param sampling how values are taken between pixels
   * @param fill the level of what comes into view, of each channel or one for all
   * @param place where a square is cut out, uniform in [0, 1), float32 [B, 2]
   */
  record Setting(Sampling sampling, List<Integer> fill, Tensor place) {}

  /**
   * Returns the changed images.
   *
   * @param levels float32 [B, C, H, W], whose memory may be reused
   * @param amount float32 [B]
   */
  Tensor apply(Tensor levels, Tensor amount, Setting setting) {
    return switch (this) {
      case AUTOCONTRAST -> Tables.apply(levels, Tables.autocontrast(levels));
      case EQUALIZE -> Tables.apply(levels, Tables.equalize(levels));
      case INVERT -> Tables.apply(levels, Tables.invert(levels.device()));
      case ROTATE -> warp(levels, Warp.rotation(amount, levels.size(2), levels.size(3)), setting);
      case POSTERIZE -> Tables.apply(levels, Tables.posterize(amount));
      case SOLARIZE -> Tables.apply(levels, Tables.solarize(amount));
      case ADD_AND_SOLARIZE ->
          Solarize.solarize(levels.add(amount.reshape(-1, 1, 1, 1)).clamp_(0, 255), (int) MIDDLE);
      case SOLARIZE_ADD -> Tables.apply(levels, Tables.solarizeAdd(amount, MIDDLE));
      case COLOR -> blend(levels, Colour.luma(levels), amount);
      case CONTRAST -> blend(levels, Colour.mean(Colour.luma(levels)), amount);
      case BRIGHTNESS -> blend(levels, Tensor.zeros(1, 1, 1, 1).to(levels.device()), amount);
      case SHARPNESS -> Colour.sharpness(levels, amount);
      case SHEAR_X -> warp(levels, maps(1, amount), setting);
      case SHEAR_Y -> warp(levels, maps(3, amount), setting);
      case TRANSLATE_X -> warp(levels, maps(2, amount), setting);
      case TRANSLATE_Y -> warp(levels, maps(5, amount), setting);
      case GRAYSCALE -> levels.copy_(Colour.luma(levels));
      case CUTOUT -> Cutout.cut(levels, amount, setting.place(), Cutout.GREY);
    };
  }

  private static Tensor blend(Tensor levels, Tensor base, Tensor factor) {
    Colour.blend(levels, base, factor);
    return levels;
  }

  private static Tensor warp(Tensor levels, Tensor maps, Setting setting) {
    return Warp.apply(levels, maps, setting.sampling(), setting.fill());
  }

  /** Returns maps that leave all as it is but for one of their six numbers. */
  private static Tensor maps(int place, Tensor amount) {
    Tensor[] numbers = new Tensor[6];
    Tensor none = Tensor.zeros(DType.FLOAT64, amount.device(), amount.numel());
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i == place ? amount.to(DType.FLOAT64) : i == 0 || i == 4 ? none.add(1) : none;
    }
    return Warp.maps(numbers);
  }
}
