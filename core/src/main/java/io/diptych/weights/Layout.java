package io.diptych.weights;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * How a family of checkpoints names the tensors of an encoder.
 *
 * @param name what users call it
 * @param about whose files are so
 * @param prefixes before the names of the encoder, the likeliest first; what does not start so is
 *     no part of it
 * @param naming makes of theirs, without the prefix, the names that are used here
 */
record Layout(String name, String about, List<String> prefixes, Naming naming) {
  private static final Naming PLAIN = Layout::plain;

  /** Every layout. The first is tried without being asked for. */
  static final List<Layout> ALL =
      List.of(
          new Layout(
              "plain",
              "the names of torchvision's ResNets and timm's ViTs, behind any prefix",
              List.of(
                  "",
                  "backbone.",
                  "encoder.",
                  "model.",
                  "net.",
                  "net.backbone.",
                  "base_encoder.",
                  "encoder_q.",
                  "online_encoder.",
                  "student.backbone.",
                  "teacher.backbone."),
              PLAIN),
          new Layout(
              "mixed-barlow-twins",
              "its small models, f.0 to f.7",
              List.of("f."),
              PositionalNames::of),
          new Layout("torchvision-vit", "torchvision's ViTs", List.of(""), TorchvisionVit::names),
          new Layout(
              "detectron2",
              "Detectron2's ResNets, stem and res2 to res5",
              List.of("", "backbone.", "backbone.bottom_up."),
              names -> each(names, DetectronNames::toTorchvision)),
          new Layout("torchvision", "torchvision's ResNets", List.of(""), PLAIN),
          new Layout("timm", "timm's ResNets and ViTs", List.of(""), PLAIN),
          new Layout("moco", "MoCo's queries", List.of("encoder_q.", "base_encoder."), PLAIN),
          new Layout("insdis-simclr-byol", "its encoders, with heads", List.of(""), PLAIN),
          new Layout("w-mse", "the sota program of Mixed Barlow Twins", List.of("model."), PLAIN),
          new Layout("selfcon", "SelfCon and SupCon, with exits", List.of("encoder."), PLAIN),
          new Layout("corinfomax", "CorInfoMax", List.of("backbone.", "net.backbone.", ""), PLAIN),
          new Layout("twist", "TWIST, student or teacher", List.of("backbone.", ""), PLAIN));

  /** Makes names that are used here. */
  @FunctionalInterface
  interface Naming {
    /**
     * Returns ours by theirs.
     *
     * @param names theirs, without the prefix
     */
    Map<String, String> of(Collection<String> names);
  }

  /** Renames each name by itself. */
  static Map<String, String> each(Collection<String> names, UnaryOperator<String> rename) {
    Map<String, String> renamed = new LinkedHashMap<>();
    names.forEach(name -> renamed.put(name, rename.apply(name)));
    return renamed;
  }

  /** Only the shortcut of a residual block has two names. */
  private static Map<String, String> plain(Collection<String> names) {
    return each(names, name -> name.replace(".shortcut.", ".downsample."));
  }
}
