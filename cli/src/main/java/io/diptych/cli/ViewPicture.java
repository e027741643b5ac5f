package io.diptych.cli;

import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.StreamedSet;
import io.diptych.recipe.Recipe;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.ViewSheet;
import io.diptych.view.Views;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** A picture of images beside the views that a recipe makes of them. */
record ViewPicture(Views views, Keyed seed) {
  private static final int IMAGES = 8;
  private static final int SMALLEST = 32;

  /** Returns the picture of a recipe, by its name or path. */
  static ViewPicture of(String recipe) {
    Recipe read = BuiltIn.read(recipe, List.of());
    return new ViewPicture(Views.of(read.views()), Keyed.of(read.seed()));
  }

  /** Returns the side of the largest view, or another where views have the size of their images. */
  int side(int otherwise) {
    return views.pipelines().stream()
        .mapToInt(pipeline -> pipeline.frameSide().orElse(otherwise))
        .max()
        .orElse(otherwise);
  }

  /** Draws images from all over the set, so that sorted ones are of several classes. */
  void draw(ImageCollection images, Path file) throws IOException {
    int count = Math.min(IMAGES, images.size());
    long[] chosen = LongStream.range(0, count).map(i -> i * images.size() / count).toArray();
    try (Scope scope = Scope.open()) {
      Tensor pixels =
          images instanceof ImageSet resident
              ? resident.pixels().indexSelect(0, Tensor.of(chosen, count))
              : ((StreamedSet) images).pictures(chosen, side(SMALLEST));
      ViewSheet.write(views, pixels, seed, file);
    }
  }
}
