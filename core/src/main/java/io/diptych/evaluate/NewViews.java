package io.diptych.evaluate;

import io.diptych.data.DataException;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.StreamedSet;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.OrderedBatches;
import io.diptych.view.Augmentation;
import io.diptych.view.Normalize;
import io.diptych.view.ViewPipeline;
import io.diptych.view.Views;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What an encoder makes of new views of images. A view is a function of the seed, the epoch and the
 * image; the encoder works in the mode that it is in, without gradients.
 *
 * @param source the encoder
 * @param images what views are made of
 * @param pipeline how
 * @param seed of the views
 * @param device where features are
 */
record NewViews(
    Source source, ImageCollection images, ViewPipeline pipeline, Keyed seed, Device device) {
  private static final Normalize ANY = new Normalize(List.of(0.5), List.of(0.5));

  /**
   * Copies augmentations that come before normalisation.
   *
   * @throws OptionException if they make no pipeline
   */
  static List<Choice> checked(List<Choice> augment) {
    if (augment.stream().anyMatch(choice -> choice.options() instanceof Normalize)) {
      throw new OptionException(
          "augment", "has no normalize, as images enter the encoder as in pretraining");
    }
    try {
      pipeline(augment, ANY);
    } catch (OptionException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new OptionException("augment", String.valueOf(e.getMessage()));
    }
    return List.copyOf(augment);
  }

  /** The pipeline of augmentations and a normalisation. */
  static ViewPipeline pipeline(List<Choice> augment, Normalize normalize) {
    List<Augmentation> steps = new ArrayList<>();
    augment.forEach(choice -> steps.add((Augmentation) choice.options()));
    steps.add(normalize);
    return new ViewPipeline(steps);
  }

  /** Some columns of what the encoder gives, for a classifier to learn from. */
  TrainingRows of(UnaryOperator<Tensor> columns) {
    return (order, batchSize, epoch) -> {
      TrainingRows.Pass pass = pass(order, batchSize, epoch);
      return new TrainingRows.Pass() {
        @Override
        public Tensor next(Tensor batch) {
          return columns.apply(pass.next(batch));
        }

        @Override
        public void close() {
          pass.close();
        }
      };
    };
  }

  /** Begins to go through images in an order. */
  TrainingRows.Pass pass(long[] order, int batchSize, long epoch) {
    return images instanceof ImageSet resident
        ? batch -> encoded(views(resident.pixels(), batch, epoch))
        : streamed((StreamedSet) images, order, batchSize, epoch);
  }

  private Tensor views(Tensor all, Tensor batch, long epoch) {
    Tensor pixels = all.indexSelect(0, batch.to(all.device())).to(device);
    return pipeline.apply(pixels, batch, Views.key(seed, epoch, 0));
  }

  private TrainingRows.Pass streamed(StreamedSet set, long[] order, int batchSize, long epoch) {
    OrderedBatches batches =
        OrderedBatches.shuffled(set, order, epoch, pipeline, seed, batchSize, device);
    return new TrainingRows.Pass() {
      @Override
      public Tensor next(Tensor batch) {
        OrderedBatches.Rows rows = batches.next();
        if (rows.index().length != batch.numel()) {
          throw new DataException(
              set.name()
                  + ": an image could be read before and cannot be any more: "
                  + set.skipped().get(0));
        }
        return encoded(rows.pixels());
      }

      @Override
      public void close() {
        batches.close();
      }
    };
  }

  private Tensor encoded(Tensor pixels) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      return scope.escape(source.encoder().forward(pixels).to(DType.FLOAT32));
    }
  }
}
