package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.VisionTransformer;
import io.diptych.nn.Layer;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What of a backbone is judged: its features; those of its exits, if it has any; of a vision
 * transformer on demand the tokens of its last blocks. All stand side by side in one row for each
 * image, the backbone's own features first.
 */
public final class Encoding extends Layer {
  /**
   * What a vision transformer's features are.
   *
   * @param blocks last blocks whose class tokens are joined
   * @param average whether the mean of the patches is joined, too
   */
  public record Settings(
      @Option(
              value = "1",
              range = "[1, 100]",
              doc = "last blocks of a vision transformer whose class tokens are joined")
          int blocks,
      @Option(
              value = "false",
              doc = "join the mean of the last block's patches to them, of a vision transformer")
          boolean average) {
    /** Whether these are the features that every backbone gives. */
    boolean isPlain() {
      return blocks == 1 && !average;
    }
  }

  /** The features that every backbone gives. */
  static final Settings PLAIN = Options.defaults(Settings.class);

  private static final String KEY = "evaluate.features";

  private final Settings settings;
  private final Backbone backbone;
  private final boolean withExits;

  private Encoding(Settings settings, Backbone backbone, boolean withExits) {
    this.settings = settings;
    this.backbone = child("backbone", backbone);
    this.withExits = withExits;
  }

  /**
   * The features of a backbone and of its exits.
   *
   * @throws OptionException if the backbone has no such tokens
   */
  public static Encoding of(Settings settings, Backbone backbone) {
    requireTokens(settings, backbone);
    return new Encoding(settings, backbone, backbone.exits() > 0);
  }

  /**
   * The features of a backbone alone, without those of its exits.
   *
   * @throws OptionException if the backbone has no such tokens
   */
  public static Encoding withoutExits(Settings settings, Backbone backbone) {
    requireTokens(settings, backbone);
    return new Encoding(settings, backbone, false);
  }

  private static void requireTokens(Settings settings, Backbone backbone) {
    if (settings.isPlain()) {
      return;
    }
    if (!(backbone instanceof VisionTransformer transformer)) {
      throw new OptionException(
          KEY, "joins tokens of a vision transformer, which this backbone is not; leave it out");
    }
    if (settings.blocks() > transformer.depth()) {
      throw new OptionException(
          KEY + ".blocks",
          "must be at most the "
              + transformer.depth()
              + " blocks that the backbone has, was "
              + settings.blocks());
    }
  }

  /**
   * Encodes images.
   *
   * @param images [N, C, H, W]
   * @return [N, F · parts], each part as wide
   */
  @Override
  public Tensor forward(Tensor images) {
    if (withExits) {
      List<Tensor> parts = new ArrayList<>(backbone.forwardExits(images));
      Collections.rotate(parts, 1); // the backbone's own come first
      return Tensor.cat(parts, 1);
    }
    return settings.isPlain()
        ? backbone.forward(images)
        : tokens((VisionTransformer) backbone, images);
  }

  private Tensor tokens(VisionTransformer transformer, Tensor images) {
    List<Tensor> joined = new ArrayList<>();
    List<Tensor> blocks = transformer.lastBlocks(images, settings.blocks());
    blocks.forEach(tokens -> joined.add(tokens.select(1, 0)));
    if (settings.average()) {
      Tensor last = blocks.get(blocks.size() - 1);
      joined.add(last.narrow(1, 1, last.size(1) - 1).mean(1));
    }
    return Tensor.cat(joined, 1);
  }

  /** Returns the names of the parts, as {@link Subject.Kind} has them. */
  List<String> parts() {
    List<String> names = new ArrayList<>();
    names.add(Subject.ENCODER);
    for (int exit = 1; withExits && exit <= backbone.exits(); exit++) {
      names.add(Subject.EXIT + exit);
    }
    return names;
  }
}
