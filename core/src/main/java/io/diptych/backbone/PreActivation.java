package io.diptych.backbone;

import io.diptych.nn.BatchNorm;
import io.diptych.nn.Conv2d;
import io.diptych.nn.Dropout;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A residual block whose norms and activations come before its convolutions (He et al., "Identity
 * mappings in deep residual networks", ECCV 2016): {@code bn1}, {@code conv1}, {@code bn2}, {@code
 * conv2}, …, and {@code shortcut.0} where the input is mapped before it is added.
 */
final class PreActivation extends Layer {
  /**
   * Details in which authors differ.
   *
   * @param initializer how convolutions start
   * @param bias whether they have biases
   * @param rawShortcut whether the shortcut maps the block's input as it is, not normalised
   * @param shortcutFirst whether the shortcut's names come before those of the convolutions
   * @param momentum of the batch norms
   * @param dropout behind the first convolution
   */
  record Style(
      Initializer initializer,
      boolean bias,
      boolean rawShortcut,
      boolean shortcutFirst,
      double momentum,
      double dropout) {}

  /** One convolution. */
  record Convolution(int in, int out, int kernel, int stride) {}

  private final boolean rawShortcut;
  private final List<Layer> chain = new ArrayList<>();
  private final @Nullable Layer shortcut;

  /**
   * Creates the block.
   *
   * @param convolutions one after the other
   * @param shortcut the map of the input, or null to add it as it is
   */
  PreActivation(Style style, List<Convolution> convolutions, @Nullable Convolution shortcut) {
    rawShortcut = style.rawShortcut();
    Layer mapped = shortcut == null ? null : new Sequential(List.of(convolution(style, shortcut)));
    for (int i = 0; i < convolutions.size(); i++) {
      Convolution convolution = convolutions.get(i);
      String number = Integer.toString(i + 1);
      chain.add(
          child(
              "bn" + number, new BatchNorm(convolution.in(), BatchNorm.EPSILON, style.momentum())));
      chain.add(new Relu());
      if (i == 0 && style.shortcutFirst()) {
        shortcut(mapped);
      }
      chain.add(child("conv" + number, convolution(style, convolution)));
      if (i == 0 && style.dropout() > 0) {
        chain.add(child("dropout", new Dropout(style.dropout())));
      }
    }
    if (!style.shortcutFirst()) {
      shortcut(mapped);
    }
    this.shortcut = mapped;
  }

  private void shortcut(@Nullable Layer mapped) {
    if (mapped != null) {
      child("shortcut", mapped);
    }
  }

  private static Conv2d convolution(Style style, Convolution size) {
    return new Conv2d(
        size.in(),
        size.out(),
        size.kernel(),
        size.stride(),
        size.kernel() / 2,
        1,
        style.initializer(),
        style.bias() ? Initializer.constant(0) : null);
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor active = chain.get(1).forward(chain.get(0).forward(input));
    Tensor x = active;
    for (Layer layer : chain.subList(2, chain.size())) {
      x = layer.forward(x);
    }
    return x.add(shortcut == null ? input : shortcut.forward(rawShortcut ? input : active));
  }
}
