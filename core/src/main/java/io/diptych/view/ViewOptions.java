package io.diptych.view;

import io.diptych.option.Choice;
import io.diptych.option.Family;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import java.util.List;

/**
 * A group of views as a recipe describes it. A symmetric pair is one group of two, an asymmetric
 * pair two groups of one, and multi-crop has a group for each size.
 *
 * @param count how many views of each image
 * @param pipeline the augmentations in order, the last of which is {@code normalize}
 */
public record ViewOptions(
    @Option(value = "2", range = "[1, 64]", doc = "how many views of each image") int count,
    @Option(family = "augmentation", doc = "augmentations in order; the last is normalize")
        List<Choice> pipeline) {
  /** The augmentations under their names in recipes. */
  public static final Family AUGMENTATIONS =
      Family.named("augmentation")
          .with("random_resized_crop", RandomResizedCrop.class)
          .with("horizontal_flip", HorizontalFlip.class)
          .with("color_jitter", ColorJitter.class)
          .with("grayscale", Grayscale.class)
          .with("gaussian_blur", GaussianBlur.class)
          .with("solarize", Solarize.class)
          .with("posterize", Posterize.class)
          .with("equalize", Equalize.class)
          .with("autocontrast", Autocontrast.class)
          .with("invert", Invert.class)
          .with("sharpness", Sharpness.class)
          .with("rotation", Rotation.class)
          .with("affine", Affine.class)
          .with("cutout", Cutout.class)
          .with("rand_augment", RandAugment.class)
          .with("aug_mix", AugMix.class)
          .with("random_erasing", RandomErasing.class)
          .with("resize", Resize.class)
          .with("center_crop", CenterCrop.class)
          .with("normalize", Normalize.class);

  /** Makes the pipeline, to find its errors early. */
  public ViewOptions {
    pipeline = List.copyOf(pipeline);
    try {
      pipeline(pipeline);
    } catch (OptionException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new OptionException("pipeline", String.valueOf(e.getMessage()));
    }
  }

  /** Returns the group of views that is described. */
  public ViewGroup group() {
    return new ViewGroup(count, pipeline(pipeline));
  }

  private static ViewPipeline pipeline(List<Choice> choices) {
    return new ViewPipeline(
        choices.stream().map(Choice::options).map(Augmentation.class::cast).toList());
  }
}
