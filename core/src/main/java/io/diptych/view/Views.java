package io.diptych.view;

import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the views of a batch that a method compares.
 *
 * <p>A view of an image is a function of the seed, the epoch, the image's index in its data set and
 * the number of the view. Batches, ranks and threads change nothing.
 */
public final class Views {
  private static final String KEY = "views";

  private final List<ViewPipeline> pipelines;

  /**
   * Makes views of these groups, numbered in order.
   *
   * @throws IllegalArgumentException if there is no group
   */
  public Views(List<ViewGroup> groups) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("views: there must be at least one group");
    }
    List<ViewPipeline> each = new ArrayList<>();
    for (ViewGroup group : groups) {
      for (int i = 0; i < group.count(); i++) {
        each.add(group.pipeline());
      }
    }
    pipelines = List.copyOf(each);
  }

  /** Returns the views that a recipe describes. */
  public static Views of(List<ViewOptions> groups) {
    return new Views(groups.stream().map(ViewOptions::group).toList());
  }

  /** Returns the number of views of each image. */
  public int count() {
    return pipelines.size();
  }

  /** Returns the pipeline of each view, in order. */
  public List<ViewPipeline> pipelines() {
    return pipelines;
  }

  /**
   * Returns the batch of views.
   *
   * @param pixels uint8 [B, C, H, W] with C = 1 or 3
   * @param index the number of each image in its data set, int64 [B], on the same device
   * @param label the class of each image, int64 [B]; −1 where it is unknown
   * @param seed the randomness of the run
   * @param epoch how often the data set has been gone through
   */
  public Batch apply(Tensor pixels, Tensor index, Tensor label, Keyed seed, long epoch) {
    List<Tensor> views = new ArrayList<>();
    for (int view = 0; view < pipelines.size(); view++) {
      views.add(pipelines.get(view).apply(pixels, index, key(seed, epoch, view)));
    }
    return new Batch(views, index, label);
  }

  /**
   * Returns the batch of views of some images of a set, as {@link #apply} makes it of their pixels.
   *
   * @param set uint8 [N, C, H, W] with C = 1 or 3
   * @param index which of them, int64 [B], on the same device
   * @param label the class of each image of the batch, int64 [B]; −1 where it is unknown
   * @param seed the randomness of the run
   * @param epoch how often the data set has been gone through
   */
  public Batch ofSet(Tensor set, Tensor index, Tensor label, Keyed seed, long epoch) {
    Images.require(set);
    List<ImageByImage> runners = new ArrayList<>();
    List<Keyed> keys = new ArrayList<>();
    for (ViewPipeline pipeline : pipelines) {
      ImageByImage runner = pipeline.imageByImage(set);
      if (runner == null) {
        return apply(set.indexSelect(0, index), index, label, seed, epoch);
      }
      keys.add(key(seed, epoch, runners.size()));
      runners.add(runner);
    }
    long[] rows = index.toLongArray();
    return new Batch(ImageByImage.run(set, rows, rows, runners, keys), index, label);
  }

  /**
   * Returns the views as pictures: what {@link #apply} makes of the same arguments, before it is
   * normalised.
   *
   * @return for each view uint8 [B, C, h, w]
   */
  public List<Tensor> pictures(Tensor pixels, Tensor index, Keyed seed, long epoch) {
    List<Tensor> views = new ArrayList<>();
    for (int view = 0; view < pipelines.size(); view++) {
      views.add(pipelines.get(view).pictures(pixels, index, key(seed, epoch, view)));
    }
    return List.copyOf(views);
  }

  /**
   * Returns what the random numbers of a view hang on, besides the image.
   *
   * @param seed the randomness of the run
   * @param epoch how often the data set has been gone through
   * @param view which of the {@link #pipelines}, from 0
   */
  public static Keyed key(Keyed seed, long epoch, int view) {
    return seed.fold(KEY).fold(epoch).fold(view);
  }
}
