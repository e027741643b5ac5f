package io.diptych.optim;

import io.diptych.option.OptionException;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One optimiser for each group of parameters, and one for the rest. */
final class GroupedOptimizer implements Optimizer {
  private final List<Member> members = new ArrayList<>();

  private record Member(Optimizer optimizer, double lr, double weightDecay) {}

  /**
   * Deals the parameters out: each belongs to the first group it matches.
   *
   * @param create makes the optimiser of some parameters
   * @throws OptionException if a group gets none
   */
  GroupedOptimizer(
      List<ParameterGroup> groups,
      Map<String, Tensor> parameters,
      Function<Map<String, Tensor>, Optimizer> create) {
    Map<String, Tensor> rest = new LinkedHashMap<>(parameters);
    for (int i = 0; i < groups.size(); i++) {
      ParameterGroup group = groups.get(i);
      Map<String, Tensor> own = new LinkedHashMap<>(rest);
      own.keySet().removeIf(name -> !group.matches(name));
      if (own.isEmpty()) {
        throw new OptionException(
            "parameter_groups." + i + ".match",
            "'"
                + group.match()
                + "' matches no parameter that an earlier group has not; parameters are called "
                + String.join(", ", parameters.keySet().stream().limit(3).toList())
                + ", …");
      }
      rest.keySet().removeAll(own.keySet());
      members.add(new Member(create.apply(own), group.lr(), group.weightDecay()));
    }
    members.add(new Member(create.apply(rest), 1, 1));
  }

  @Override
  public double weightDecay() {
    return members.get(0).optimizer().weightDecay();
  }

  @Override
  public double momentum() {
    return members.get(0).optimizer().momentum();
  }

  @Override
  public void step(double learningRate, double weightDecay, double momentum) {
    for (Member member : members) {
      member
          .optimizer()
          .step(learningRate * member.lr(), weightDecay * member.weightDecay(), momentum);
    }
  }

  /** Returns the state of each optimiser under {@code group0.}, {@code group1.} and so on. */
  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int i = 0; i < members.size(); i++) {
      String prefix = "group" + i + ".";
      members
          .get(i)
          .optimizer()
          .state()
          .forEach((name, tensor) -> state.put(prefix + name, tensor));
    }
    return state;
  }
}
