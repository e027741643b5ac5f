package io.diptych.view;

import java.util.List;
import java.util.OptionalInt;

/**
 * The first steps of a pipeline, up to where images of all sizes have come to one.
 *
 * @param steps how many these are; 0 if views keep the size of their images
 * @param isFrame whether they are one {@link Frame}
 * @param side of the squares that come out of them, if they come to one size
 */
record Lead(int steps, boolean isFrame, OptionalInt side) {
  private static final Lead NONE = new Lead(0, false, OptionalInt.empty());

  static Lead of(List<Augmentation> augmentations) {
    for (int i = 0; i < augmentations.size(); i++) {
      OptionalInt side = side(augmentations.get(i));
      if (side.isPresent()) {
        boolean flips =
            i + 1 < augmentations.size() && augmentations.get(i + 1) instanceof HorizontalFlip;
        int steps = i + (flips ? 2 : 1);
        return new Lead(steps, isFrame(augmentations.subList(0, i + 1)), side);
      }
    }
    return NONE;
  }

  /** Returns the side of what an augmentation makes of images of any size. */
  private static OptionalInt side(Augmentation augmentation) {
    if (augmentation instanceof RandomResizedCrop crop) {
      return OptionalInt.of(crop.size());
    } else if (augmentation instanceof CenterCrop crop) {
      return OptionalInt.of(crop.size());
    } else if (augmentation instanceof Resize resize && resize.side() == Resize.Side.BOTH) {
      return OptionalInt.of(resize.size());
    }
    return OptionalInt.empty();
  }

  /** One resizing, then one cut: a second resizing would have to round twice. */
  private static boolean isFrame(List<Augmentation> steps) {
    Augmentation last = steps.get(steps.size() - 1);
    return steps.size() == 1
        || (steps.size() == 2 && steps.get(0) instanceof Resize && last instanceof CenterCrop);
  }

  /** Returns the frame with one more of the steps. */
  static Frame add(Augmentation step, Frame frame, Draws draws) {
    int height = frame.kept().height();
    int width = frame.kept().width();
    if (step instanceof RandomResizedCrop crop) {
      Box box = crop.box(draws, height, width);
      return Frame.resizing(box, crop.size(), crop.size(), false, crop.interpolation());
    } else if (step instanceof Resize resize) {
      return resize.frame(height, width);
    } else if (step instanceof CenterCrop crop) {
      return frame.keeping(crop.box(height, width));
    } else if (step instanceof HorizontalFlip flip) {
      return frame.mirrored(draws.happens(0, flip.p()));
    }
    throw new IllegalArgumentException("not a step of a frame: " + step);
  }
}
