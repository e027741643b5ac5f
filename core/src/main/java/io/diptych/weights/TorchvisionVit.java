package io.diptych.weights;

import java.util.Collection;
import java.util.Map;

/** Torchvision's names for the tensors of a vision transformer, which timm calls otherwise. */
final class TorchvisionVit {
  private TorchvisionVit() {}

  /** Returns timm's names by theirs. */
  static Map<String, String> names(Collection<String> names) {
    return Layout.each(
        names,
        name ->
            name.replace("class_token", "cls_token")
                .replace("conv_proj.", "patch_embed.proj.")
                .replace("encoder.pos_embedding", "pos_embed")
                .replace("encoder.ln.", "norm.")
                .replaceAll("encoder\\.layers\\.encoder_layer_(\\d+)\\.", "blocks.$1.")
                .replace(".ln_1.", ".norm1.")
                .replace(".ln_2.", ".norm2.")
                .replace(".self_attention.in_proj_", ".attn.qkv.")
                .replace(".self_attention.out_proj.", ".attn.proj.")
                .replace(".mlp.linear_1.", ".mlp.fc1.")
                .replace(".mlp.linear_2.", ".mlp.fc2.")
                .replace(".mlp.0.", ".mlp.fc1.")
                .replace(".mlp.3.", ".mlp.fc2."));
  }
}
