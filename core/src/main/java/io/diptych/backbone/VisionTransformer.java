package io.diptych.backbone;

import io.diptych.nn.Branches;
import io.diptych.nn.Conv2d;
import io.diptych.nn.DropPath;
import io.diptych.nn.Gelu;
import io.diptych.nn.Initializer;
import io.diptych.nn.Layer;
import io.diptych.nn.LayerNorm;
import io.diptych.nn.Linear;
import io.diptych.nn.Module;
import io.diptych.nn.SelfAttention;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Vision transformers (Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021) with class
 * token and learnt positions, named as in timm: {@code cls_token}, {@code pos_embed}, {@code
 * patch_embed.proj}, {@code blocks.0.attn.qkv}, {@code norm}. Positions are learnt for one size of
 * images and interpolated for others.
 */
public final class VisionTransformer extends Backbone {
  /**
   * Which transformer.
   *
   * @param width channels of a token, and features of one image
   * @param depth number of blocks
   * @param heads of attention, or null
   * @param mlpRatio how much wider the perceptron of a block is
   * @param patch side of a patch
   * @param imageSize side of the images that positions are learnt for
   * @param dropPath probability that the branches of the last block are dropped
   * @param freezeEmbedding whether the map of patches to tokens stays as it starts
   */
  @About(
      value =
          "Transformer on patches of the image: width 192 is ViT-T, 384 ViT-S, 768 ViT-B. Takes"
              + " images of any size that patches divide; wants many images and long training.",
      source =
          "Dosovitskiy et al.: An image is worth 16x16 words, ICLR 2021; Touvron et al.: Training"
              + " data-efficient image transformers, ICML 2021")
  public record Settings(
      @Option(value = "384", range = "[1, 8192]", doc = "channels of a token; 192, 384 or 768")
          int width,
      @Option(value = "12", range = "[1, 100]", doc = "number of blocks") int depth,
      @Option(
              value = "null",
              range = "[1, 1024]",
              doc =
                  "heads of attention, which divide the width; null takes one for each 64 channels")
          @Nullable Integer heads,
      @Option(
              value = "4",
              range = "(0, 64]",
              doc = "channels inside of a block's perceptron, as a multiple of the width")
          double mlpRatio,
      @Option(value = "16", range = "[1, 1024]", doc = "side of a patch in pixels") int patch,
      @Option(
              value = "224",
              range = "[1, 16384]",
              doc = "side in pixels of the images that positions are learnt for")
          int imageSize,
      @Option(
              value = "0",
              range = "[0, 1)",
              doc =
                  "probability that a branch is dropped in training, growing to this from the first"
                      + " block to the last")
          double dropPath,
      @Option(
              value = "false",
              doc = "never train the map of patches to tokens, which steadies training")
          boolean freezeEmbedding)
      implements BackboneSettings {
    /** Checks that heads divide the width and patches the image. */
    public Settings {
      if (heads != null ? width % heads != 0 : width % HEAD != 0) {
        throw new OptionException(
            "heads",
            heads == null
                ? "must be given where width is no multiple of " + HEAD + ", as " + width
                : "must divide the width of " + width + ", was " + heads);
      }
      if (imageSize % patch != 0) {
        throw new OptionException(
            "image_size", "must be a multiple of the patch of " + patch + ", was " + imageSize);
      }
    }

    @Override
    public Backbone create(int channels) {
      return new VisionTransformer(this, channels);
    }
  }

  private static final int HEAD = 64;
  private static final double STD = 0.02;
  private static final double EPSILON = 1e-6;
  private static final double SCALE_MARGIN = 0.1;

  /** What maps start with. The published code truncates it at 100 of its deviations: nowhere. */
  private static final Initializer SMALL = Initializer.normal(STD);

  private final Settings options;
  private final int channels;
  private final Tensor clsToken;
  private final Tensor posEmbed;
  private final Layer patches;
  private final List<Block> blocks = new ArrayList<>();
  private final Layer norm;

  VisionTransformer(Settings options, int channels) {
    this.options = Options.check(options);
    this.channels = channels;
    int width = options.width();
    int side = options.imageSize() / options.patch();
    clsToken = parameter("cls_token", SMALL, 1, 1, width);
    posEmbed = parameter("pos_embed", SMALL, 1, (long) side * side + 1, width);
    patches = Conv2d.biased(channels, width, options.patch(), options.patch(), 0);
    Module embedding = child("patch_embed", new Branches(Map.of("proj", patches)));
    embedding.requiresGrad(!options.freezeEmbedding());
    for (int i = 0; i < options.depth(); i++) {
      blocks.add(new Block(options, DropPath.rate(options.dropPath(), i, options.depth())));
    }
    child("blocks", Branches.numbered(blocks));
    norm = child("norm", new LayerNorm(width, EPSILON));
  }

  @Override
  public int width() {
    return options.width();
  }

  /** Returns the number of blocks. */
  public int depth() {
    return blocks.size();
  }

  @Override
  public Backbone another() {
    return new VisionTransformer(options, channels);
  }

  /**
   * Encodes images.
   *
   * @param images [N, C, H, W], H and W multiples of the patch
   * @return the class token behind the last norm, [N, width]
   * @throws IllegalArgumentException if patches do not divide the images
   */
  @Override
  public Tensor forward(Tensor images) {
    Tensor tokens = tokens(images);
    for (Block block : blocks) {
      tokens = block.forward(tokens);
    }
    // The norm of each token is its own.
    return norm.forward(tokens.select(1, 0));
  }

  /**
   * Returns the tokens of the last blocks: the class token first, then the patches row by row. What
   * linear classifiers of transformers join.
   *
   * @param images [N, C, H, W], H and W multiples of the patch
   * @param count of blocks, at least 1
   * @return each through the last norm, [N, 1 + patches, width], the earliest block first
   */
  public List<Tensor> lastBlocks(Tensor images, int count) {
    if (count < 1 || count > blocks.size()) {
      throw new IllegalArgumentException(
          "there are 1 to " + blocks.size() + " blocks to take, not " + count);
    }
    List<Tensor> last = new ArrayList<>();
    Tensor tokens = tokens(images);
    for (int i = 0; i < blocks.size(); i++) {
      tokens = blocks.get(i).forward(tokens);
      if (i >= blocks.size() - count) {
        last.add(norm.forward(tokens));
      }
    }
    return last;
  }

  /** Returns {@code blocks.0}, {@code blocks.1}, … */
  @Override
  public List<String> layers() {
    return IntStream.range(0, blocks.size()).mapToObj(i -> "blocks." + i).toList();
  }

  /** Encodes images by the class token of a block, through the last norm. */
  @Override
  Tensor forwardTo(int layer, Tensor images) {
    Tensor tokens = tokens(images);
    for (Block block : blocks.subList(0, layer + 1)) {
      tokens = block.forward(tokens);
    }
    return norm.forward(tokens.select(1, 0));
  }

  /**
   * Returns where the last block looks: [N, heads, 1 + patches, 1 + patches], rows of sum 1.
   *
   * @param images [N, C, H, W], H and W multiples of the patch
   */
  public Tensor attention(Tensor images) {
    Tensor tokens = tokens(images);
    for (Block block : blocks.subList(0, blocks.size() - 1)) {
      tokens = block.forward(tokens);
    }
    return blocks.get(blocks.size() - 1).attention(tokens);
  }

  /** Returns the tokens before the first block. */
  private Tensor tokens(Tensor images) {
    long height = images.size(2);
    long width = images.size(3);
    if (height % options.patch() != 0 || width % options.patch() != 0) {
      throw new IllegalArgumentException(
          "images of "
              + height
              + "x"
              + width
              + " pixels do not divide into patches of "
              + options.patch());
    }
    Tensor rows = patches.forward(images).flatten(2).transpose(1, 2);
    Tensor first = clsToken.expand(images.size(0), 1, options.width());
    return Tensor.cat(List.of(first, rows), 1).add(positions(height, width));
  }

  private static int heads(Settings options) {
    Integer heads = options.heads();
    return heads == null ? options.width() / HEAD : heads;
  }

  private Tensor positions(long height, long width) {
    return positions(posEmbed, height, width, options.patch());
  }

  /**
   * Returns the positions of images of a size, bicubically between those learnt. The ratio of the
   * two grids is taken a little too large, as the published code does to be safe from rounding.
   *
   * @param learnt [1, 1 + n · n, width], the class token's first
   * @return [1, 1 + patches, width]
   */
  static Tensor positions(Tensor learnt, long height, long width, long patch) {
    long count = learnt.size(1) - 1;
    long rows = height / patch;
    long columns = width / patch;
    if (rows * columns == count && height == width) {
      return learnt;
    }
    long side = Math.round(Math.sqrt((double) count));
    Tensor grid =
        learnt.narrow(1, 1, count).reshape(1, side, side, learnt.size(2)).permute(0, 3, 1, 2);
    Tensor between =
        Functional.bicubic(
            grid, rows, columns, (rows + SCALE_MARGIN) / side, (columns + SCALE_MARGIN) / side);
    Tensor row = between.permute(0, 2, 3, 1).reshape(1, rows * columns, learnt.size(2));
    return Tensor.cat(List.of(learnt.narrow(1, 0, 1), row), 1);
  }

  /** Attention and a perceptron, each on normed tokens and added to them. */
  private static final class Block extends Layer {
    private final Layer norm1;
    private final SelfAttention attention;
    private final Layer norm2;
    private final Layer mlp;
    private final Layer drop;

    Block(Settings options, double dropped) {
      int width = options.width();
      norm1 = child("norm1", new LayerNorm(width, EPSILON));
      attention = child("attn", new SelfAttention(width, heads(options), SMALL));
      norm2 = child("norm2", new LayerNorm(width, EPSILON));
      mlp = child("mlp", new Perceptron(width, (int) (width * options.mlpRatio())));
      drop = child("drop_path", new DropPath(dropped));
    }

    @Override
    public Tensor forward(Tensor tokens) {
      Tensor seen = tokens.add(drop.forward(attention.forward(norm1.forward(tokens))));
      return seen.add(drop.forward(mlp.forward(norm2.forward(seen))));
    }

    Tensor attention(Tensor tokens) {
      return attention.weights(norm1.forward(tokens));
    }
  }

  private static final class Perceptron extends Layer {
    private final Layer fc1;
    private final Layer gelu = new Gelu();
    private final Layer fc2;

    Perceptron(int width, int inner) {
      fc1 = child("fc1", new Linear(width, inner, true, SMALL, Initializer.constant(0)));
      fc2 = child("fc2", new Linear(inner, width, true, SMALL, Initializer.constant(0)));
    }

    @Override
    public Tensor forward(Tensor tokens) {
      return fc2.forward(gelu.forward(fc1.forward(tokens)));
    }
  }
}
