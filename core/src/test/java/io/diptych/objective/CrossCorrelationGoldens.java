package io.diptych.objective;

import io.diptych.Golden;
import io.diptych.objective.CrossCorrelation.Target;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Checks of recorded losses of (mixed) Barlow Twins. */
public final class CrossCorrelationGoldens {
  private CrossCorrelationGoldens() {}

  /** The loss of two views. */
  public static void ofTwoViews(Golden golden) {
    Tensor z1 = leaf(golden, "z1");
    Tensor z2 = leaf(golden, "z2");
    Tensor c = CrossCorrelation.of(standardized(golden, z1), standardized(golden, z2), z1.size(0));
    Tensor loss = twins(golden, c);
    loss.backward();
    check(golden, "loss", loss);
    gradients(golden, "", List.of("z1", "z2"), List.of(z1, z2));
  }

  /** The loss of two views and of their mixtures. */
  public static void withMixedRows(Golden golden) {
    List<Tensor> leaves = List.of(leaf(golden, "z1"), leaf(golden, "z2"), leaf(golden, "zm"));
    double n = leaves.get(0).size(0);
    Tensor order = golden.input("shuffle").to(DType.INT64);
    double weight = golden.parameter("mix_alpha").asDouble();
    Tensor alpha = Tensor.full(weight, DType.FLOAT64, Device.CPU, (long) n);
    Tensor a = standardized(golden, leaves.get(0));
    Tensor b = standardized(golden, leaves.get(1));
    Tensor m = standardized(golden, leaves.get(2));
    Tensor partner = standardized(golden, leaves.get(1).indexSelect(0, order));
    Tensor twins = twins(golden, CrossCorrelation.of(a, b, n));
    Tensor mixing =
        CrossCorrelation.mixing(m, a, b, partner, alpha, n, Target.FIRST_VIEW)
            .mul(number(golden, "mixup_loss_scale") * number(golden, "lambda_bt"));
    Tensor loss = twins.add(mixing);
    loss.backward();
    check(golden, "loss_mix", mixing);
    check(golden, "loss", loss);
    gradients(golden, "", List.of("z1", "z2", "zm"), leaves);
    Tensor mixture = CrossCorrelation.mixture(a, partner, alpha);
    check(golden, "c_ma", CrossCorrelation.of(m, a, n));
    check(golden, "c_mb", CrossCorrelation.of(m, b, n));
    check(golden, "c_ma_gt", CrossCorrelation.of(mixture, a, n));
    check(golden, "c_mb_gt", CrossCorrelation.of(mixture, b, n));
  }

  /** The loss over ranks, of which each standardises its own rows. */
  public static void overRanks(Golden golden) {
    boolean mixes = golden.parameter("is_mixup").asBoolean();
    List<String> names = mixes ? List.of("z1", "z2", "zm") : List.of("z1", "z2");
    int ranks = golden.parameter("world_size").asInt();
    double divisor = number(golden, "global_batch_size");
    List<List<Tensor>> leaves = new ArrayList<>();
    List<Tensor> first = new ArrayList<>();
    List<Tensor> second = new ArrayList<>();
    List<Tensor> mixed = new ArrayList<>();
    List<Tensor> partners = new ArrayList<>();
    List<Tensor> alphas = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      String prefix = "rank" + rank + ".";
      List<Tensor> own = names.stream().map(name -> leaf(golden, prefix + name)).toList();
      leaves.add(own);
      first.add(CrossCorrelation.standardize(own.get(0)));
      second.add(CrossCorrelation.standardize(own.get(1)));
      if (mixes) {
        Tensor order = golden.input(prefix + "shuffle").to(DType.INT64);
        mixed.add(CrossCorrelation.standardize(own.get(2)));
        partners.add(CrossCorrelation.standardize(own.get(1).indexSelect(0, order)));
        double alpha = golden.parameter("mix_alpha_per_rank").get(rank).asDouble();
        alphas.add(Tensor.full(alpha, DType.FLOAT64, Device.CPU, own.get(0).size(0)));
      }
    }
    Tensor a = Tensor.cat(first, 0);
    Tensor b = Tensor.cat(second, 0);
    Tensor loss = twins(golden, CrossCorrelation.of(a, b, divisor));
    if (mixes) {
      Tensor m = Tensor.cat(mixed, 0);
      Tensor partner = Tensor.cat(partners, 0);
      Tensor alpha = Tensor.cat(alphas, 0);
      Tensor unscaled =
          CrossCorrelation.mixing(m, a, b, partner, alpha, divisor, Target.SECOND_VIEW)
              .mul(0.5 * number(golden, "lambda_bt"));
      Tensor scaled = unscaled.mul(number(golden, "reg_scale"));
      check(golden, "loss_reg_unscaled", unscaled);
      check(golden, "loss_reg_scaled", scaled);
      loss = loss.add(scaled);
      Tensor one = CrossCorrelation.mixture(a, partner, alpha);
      Tensor two = CrossCorrelation.mixture(b, partner, alpha);
      check(golden, "c_ma", CrossCorrelation.of(m, a, divisor));
      check(golden, "c_mb", CrossCorrelation.of(m, b, divisor));
      check(golden, "c_ma_gt", CrossCorrelation.of(one, a, divisor));
      check(golden, "c_mb_gt", CrossCorrelation.of(two, b, divisor));
    }
    loss.backward();
    check(golden, "loss", loss);
    for (int rank = 0; rank < ranks; rank++) {
      gradients(golden, "rank" + rank + ".", names, leaves.get(rank));
    }
  }

  private static Tensor twins(Golden golden, Tensor c) {
    Tensor on = CrossCorrelation.onDiagonal(c);
    Tensor off = CrossCorrelation.offDiagonal(c);
    Tensor loss = on.add(off.mul(number(golden, "lambda_bt")));
    check(golden, "c", c);
    check(golden, "on_diag", on);
    check(golden, "off_diag", off);
    check(golden, "loss_bt", loss);
    return loss;
  }

  private static Tensor standardized(Golden golden, Tensor rows) {
    boolean normalize = golden.parameter("l2_normalize_first").asBoolean();
    return CrossCorrelation.standardize(normalize ? rows.normalize(1) : rows);
  }

  private static void gradients(
      Golden golden, String prefix, List<String> names, List<Tensor> leaves) {
    for (int i = 0; i < names.size(); i++) {
      golden.checkMaxRelative(prefix + "grad." + names.get(i), leaves.get(i).grad());
    }
  }

  private static void check(Golden golden, String key, Tensor actual) {
    if (golden.expects(key)) {
      golden.checkMaxRelative(key, actual.detach());
    }
  }

  private static double number(Golden golden, String key) {
    return golden.parameter(key).asDouble();
  }

  private static Tensor leaf(Golden golden, String key) {
    return golden.input(key).requiresGrad_(true);
  }
}
