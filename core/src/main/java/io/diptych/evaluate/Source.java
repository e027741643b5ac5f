package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import io.diptych.nn.Layer;
import io.diptych.tensor.Tensor;
import io.diptych.view.Normalize;
import io.diptych.view.ViewPipeline;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the features of a trained encoder come from, for protocols that need more of it than the
 * features of the images as they are.
 *
 * @param encoder the trained encoder, or {@link Encoding}
 * @param features how images enter it
 * @param transform what is made of a streamed image, or null if images are in memory
 * @param normalize how a view enters it
 * @param views what training made of each image; none if that is not known
 * @param classifier where to get what gives features [N, F] a score for each class that the network
 *     itself names, or null if it names none
 */
public record Source(
    Layer encoder,
    Features features,
    @Nullable ViewPipeline transform,
    Normalize normalize,
    List<ViewPipeline> views,
    @Nullable NamedClasses classifier) {
  /** Gives what names classes on demand; what it throws says that there is none. */
  public interface NamedClasses {
    /** Returns it in evaluation mode. */
    Layer get() throws IOException;
  }

  /** Copies the list. */
  public Source {
    views = List.copyOf(views);
  }

  /** The names of what an encoder gives side by side, as {@link Subject.Kind} has them. */
  static List<String> parts(Layer encoder) {
    return encoder instanceof Encoding encoding ? encoding.parts() : List.of(Subject.ENCODER);
  }

  /** One of several parts of equal width that stand side by side in rows [N, F · parts]. */
  static Tensor part(Tensor rows, int part, int parts) {
    long width = rows.size(1) / parts;
    return parts == 1 ? rows : rows.narrow(1, part * width, width).contiguous();
  }

  /** The part of the encoder's rows that is the features of a kind. */
  Tensor part(Tensor rows, Subject.Kind kind) {
    List<String> names = parts(encoder);
    return part(rows, names.indexOf(kind.name()), names.size());
  }

  /** The encoder's rows for images as they are, by its weights and statistics of now. */
  Tensor encode(ImageCollection images) {
    return features.encode(encoder, images, transform);
  }
}
