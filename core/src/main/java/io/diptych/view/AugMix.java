package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Mixes three versions of the image, each of which has gone through one to three operations; their
 * weights are uniform over all that sum to 1. The mixture lies between the levels, so only {@code
 * normalize} may follow.
 *
 * @param severity the most strength of an operation, of 10
 * @param color whether color, contrast, brightness and sharpness are among the operations
 * @param keep whether the image itself is mixed in, with a share that is uniform
 */
@About(
    value = "A mixture of versions of the image, each changed by a chain of operations.",
    source = "Hendrycks, Mu, Cubuk, Zoph, Gilmer and Lakshminarayanan, AugMix, ICLR 2020")
public record AugMix(
    @Option(value = "3", range = "[0.1, 10]", doc = "most strength of an operation, of 10")
        double severity,
    @Option(
            value = "true",
            doc = "whether color, contrast, brightness and sharpness are among the operations")
        boolean color,
    @Option(value = "true", doc = "whether the image itself is mixed in, with a uniform share")
        boolean keep)
    implements Augmentation {
  private static final int CHAINS = 3;
  private static final int LONGEST = 3;
  private static final int PER_OPERATION = 3;
  private static final int PER_CHAIN = 2 + LONGEST * PER_OPERATION;
  private static final double LEAST = 0.1;

  private static final List<Operation> ALL =
      List.of(
          Operation.AUTOCONTRAST,
          Operation.EQUALIZE,
          Operation.POSTERIZE,
          Operation.ROTATE,
          Operation.SOLARIZE,
          Operation.SHEAR_X,
          Operation.SHEAR_Y,
          Operation.TRANSLATE_X,
          Operation.TRANSLATE_Y,
          Operation.COLOR,
          Operation.CONTRAST,
          Operation.BRIGHTNESS,
          Operation.SHARPNESS,
          Operation.GRAYSCALE);
  private static final Set<Operation> COLOR =
      EnumSet.of(Operation.COLOR, Operation.CONTRAST, Operation.BRIGHTNESS, Operation.SHARPNESS);
  private static final List<Operation> WITHOUT_COLOR =
      ALL.stream().filter(operation -> !COLOR.contains(operation)).toList();

  @Override
  public int draws() {
    return CHAINS * PER_CHAIN + 1;
  }

  @Override
  public boolean keepsLevels() {
    return false;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    try (Scope scope = Scope.open()) {
      Tensor original = images.levels();
      // Normalised exponential numbers are uniform over all weights that sum to 1.
      Tensor shares =
          Tensor.stack(
                  List.of(
                      draws.select(1, 0),
                      draws.select(1, PER_CHAIN),
                      draws.select(1, 2L * PER_CHAIN)),
                  1)
              .rsub(1)
              .log()
              .neg()
              .clamp(1e-12, Double.POSITIVE_INFINITY);
      Tensor weights = shares.div(shares.sumKeep(1));
      Tensor mixture = Tensor.zeros(DType.FLOAT32, images.device(), original.shape().sizes());
      for (int chain = 0; chain < CHAINS; chain++) {
        try (Scope inner = Scope.open()) {
          Tensor changed =
              chain(original.copy(), draws.narrow(1, (long) chain * PER_CHAIN, PER_CHAIN));
          mixture.addProduct_(changed, weights.select(1, chain).reshape(-1, 1, 1, 1));
        }
      }
      if (keep) {
        Tensor share = draws.select(1, (long) CHAINS * PER_CHAIN).reshape(-1, 1, 1, 1);
        mixture.sub_(original).mul_(share).add_(original);
      }
      return Images.holding(scope.escape(mixture));
    }
  }

  private Tensor chain(Tensor levels, Tensor draws) {
    Tensor length = draws.select(1, 1).mul(LONGEST).floor().add(1);
    Tensor result = levels;
    for (int i = 0; i < LONGEST; i++) {
      Tensor own = draws.narrow(1, 2 + (long) i * PER_OPERATION, PER_OPERATION);
      result = once(result, own, length.gt(i));
    }
    return result;
  }

  private Tensor once(Tensor images, Tensor draws, Tensor happens) {
    List<Operation> operations = color ? ALL : WITHOUT_COLOR;
    Tensor which = draws.select(1, 0).mul(operations.size()).floor();
    Tensor level = draws.select(1, 1).mul(severity - LEAST).add(LEAST);
    Tensor sign = draws.select(1, 2).lt(0.5).to(DType.FLOAT32).mul(-2).add(1);
    Tensor levels = images;
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      Tensor amount = amount(operation, level, sign, images.size(3), images.size(2));
      levels =
          Subset.change(
              levels,
              which.eq(i).and(happens),
              (some, rows) -> operation.apply(some, rows.apply(amount), setting(some)));
    }
    return levels;
  }

  /** Returns how the operations take values between pixels. */
  static Operation.Setting setting(Tensor levels) {
    Tensor nowhere = Tensor.zeros(DType.FLOAT32, levels.device(), levels.size(0), 2);
    return new Operation.Setting(Sampling.BILINEAR, List.of(0), nowhere);
  }

  /**
   * Returns the amount of an operation.
   *
   * @param level the strength from 0 to 10, float32 [B]
   * @param sign 1 or −1, float32 [B]
   */
  static Tensor amount(Operation operation, Tensor level, Tensor sign, long width, long height) {
    return switch (operation) {
      case ROTATE -> whole(level, 30).mul(sign);
      case POSTERIZE -> whole(level, 4).rsub(4);
      case SOLARIZE -> whole(level, 256).rsub(256);
      case SHEAR_X, SHEAR_Y -> share(level, 0.3).mul(sign);
      case TRANSLATE_X -> whole(level, width / 3.0).mul(sign);
      case TRANSLATE_Y -> whole(level, height / 3.0).mul(sign);
      case COLOR, CONTRAST, BRIGHTNESS, SHARPNESS -> share(level, 1.8).add(0.1);
      default -> level;
    };
  }

  private static Tensor share(Tensor level, double most) {
    return level.mul(most).div(10);
  }

  private static Tensor whole(Tensor level, double most) {
    return share(level, most).floor();
  }
}
