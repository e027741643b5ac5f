package io.diptych.nn;

import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A part of a network: parameters, buffers and inner modules, each under a name. Full names join
 * the names on the way with dots and come in PyTorch's order: a module's own parameters, its
 * buffers, then its inner modules as they were added.
 *
 * <p>The parameters of a new module hold anything until {@link #initialize} fills it, or {@link
 * #load}.
 */
public abstract class Module implements Stateful {
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private boolean training = true;

  private record Parameter(Tensor value, Initializer initializer) {}

  /** For subclasses. */
  protected Module() {}

  /** Adds a trained tensor of this shape, which {@link #initialize} will fill. */
  protected final Tensor parameter(String name, Initializer initializer, long... shape) {
    Tensor value = Scope.keep(Tensor.empty(DType.FLOAT32, Device.CPU, shape));
    parameters.put(name, new Parameter(value.requiresGrad_(true), initializer));
    return value;
  }

  /** Adds a tensor that is state but not trained. */
  protected final Tensor buffer(String name, Tensor value) {
    buffers.put(name, Scope.keep(value));
    return value;
  }

  /** Adds an inner module. */
  protected final <M extends Module> M child(String name, M module) {
    children.put(name, module);
    return module;
  }

  /** Returns the inner modules by name, in order; not those inside them. */
  public final Map<String, Module> children() {
    return Collections.unmodifiableMap(children);
  }

  /** Returns the trained tensors of this module and all inside it by full name. */
  public final Map<String, Tensor> parameters() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    visit(
        "",
        (prefix, module) -> module.parameters.forEach((n, p) -> all.put(prefix + n, p.value())));
    return all;
  }

  /** Returns parameters and buffers of this module and all inside it by full name. */
  @Override
  public final Map<String, Tensor> state() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    visit(
        "",
        (prefix, module) -> {
          module.parameters.forEach((name, p) -> all.put(prefix + name, p.value()));
          module.buffers.forEach((name, value) -> all.put(prefix + name, value));
        });
    return all;
  }

  /** Returns this module and all inside it. */
  public final List<Module> modules() {
    List<Module> all = new ArrayList<>();
    visit("", (prefix, module) -> all.add(module));
    return all;
  }

  /**
   * Fills every parameter from its initialiser. The values depend on the seed and the parameter's
   * full name alone. Buffers stay.
   */
  public final void initialize(long seed) {
    initialize(seed, "");
  }

  /**
   * Fills every parameter as {@link #initialize(long)} of a module around this one would.
   *
   * @param prefix the name of this module there, with a dot behind it
   */
  public final void initialize(long seed, String prefix) {
    Keyed root = Keyed.of(seed);
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      visit(
          prefix,
          (path, module) ->
              module.parameters.forEach(
                  (name, p) ->
                      p.value()
                          .copy_(p.initializer().fill(p.value().shape(), root.fold(path + name)))));
    }
  }

  /** Chooses between training (batch statistics, dropout) and evaluation, here and inside. */
  public final void train(boolean value) {
    visit("", (prefix, module) -> module.training = value);
  }

  /** Returns whether this module is in training mode. */
  public final boolean isTraining() {
    return training;
  }

  /** Sets whether the parameters collect gradients. */
  public final void requiresGrad(boolean value) {
    parameters().values().forEach(parameter -> parameter.requiresGrad_(value));
  }

  /** Drops the collected gradients. */
  public final void clearGrad() {
    parameters().values().forEach(Tensor::clearGrad);
  }

  /** Moves all state to a device, in place: tensors handed out before stay valid. */
  public final void to(Device device) {
    change(tensor -> tensor.setData_(tensor.detach().to(device)));
  }

  /** Changes all floating-point state to a type, in place. */
  public final void to(DType dtype) {
    change(
        tensor -> {
          if (tensor.dtype().isFloatingPoint()) {
            tensor.setData_(tensor.detach().to(dtype));
          }
        });
  }

  /** Lays four-dimensional weights out with channels innermost, as fast convolutions want. */
  public final void channelsLast() {
    change(
        tensor -> {
          if (tensor.rank() == 4) {
            tensor.setData_(tensor.detach().channelsLast());
          }
        });
  }

  /**
   * Copies values by full name.
   *
   * @throws IllegalArgumentException if a name is missing, unexpected, or has another shape; all
   *     are listed
   */
  public final void load(Map<String, Tensor> values) {
    States.load("module", state(), values);
  }

  private void change(Consumer<Tensor> change) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      state().values().forEach(change);
    }
  }

  private interface Visitor {
    void visit(String prefix, Module module);
  }

  private void visit(String prefix, Visitor visitor) {
    visitor.visit(prefix, this);
    children.forEach((name, module) -> module.visit(prefix + name + ".", visitor));
  }
}
