package io.diptych.recipe;

import io.diptych.backbone.Backbones;
import io.diptych.data.DataOptions;
import io.diptych.evaluate.EvaluateSettings;
import io.diptych.method.Methods;
import io.diptych.method.Requirements;
import io.diptych.optim.Optimizers;
import io.diptych.optim.ParameterGroup;
import io.diptych.option.Choice;
import io.diptych.option.Families;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.train.TrainSettings;
import io.diptych.view.ViewOptions;
import java.util.List;

/**
 * What a run is: everything that decides its result, in one record.
 *
 * @param name what the run is called
 * @param seed of weights, orders and views
 * @param device where it runs
 * @param threads of one operation
 * @param data the images
 * @param views what is made of them
 * @param backbone the encoder
 * @param method how it learns
 * @param optimizer how its weights change
 * @param parameterGroups parts of the network with rates of their own
 * @param schedule how the learning rate changes
 * @param train how long
 * @param evaluate how the features are judged
 */
public record Recipe(
    @Option(doc = "what the run is called", affectsResult = false) String name,
    @Option(value = "0", doc = "seed of weights, orders and views") long seed,
    @Option(
            value = "auto",
            doc = "where it runs: auto (the first GPU, else the processor), cpu, cuda, cuda:1, mps",
            affectsResult = false)
        String device,
    @Option(
            value = "0",
            range = "[0, 1024]",
            doc = "threads of one operation on the processor; 0 takes one for each core",
            affectsResult = false)
        int threads,
    @Option(doc = "the images") DataOptions data,
    @Option(doc = "groups of views of each image") List<ViewOptions> views,
    @Option(value = "resnet", family = "backbone", doc = "the encoder") Choice backbone,
    @Option(family = "method", doc = "how it learns") Choice method,
    @Option(value = "sgd", family = "optimizer", doc = "how the weights change") Choice optimizer,
    @Option(
            value = "[]",
            doc =
                "parts of the network with rates of their own; a parameter belongs to the first"
                    + " that matches it")
        List<ParameterGroup> parameterGroups,
    @Option(value = "cosine", family = "schedule", doc = "how the learning rate changes")
        Choice schedule,
    @Option(value = "{}", doc = "how long to train") TrainSettings train,
    @Option(value = "{}", doc = "how the features are judged", affectsResult = false)
        EvaluateSettings evaluate) {
  /** How recipes are read and written. */
  public static final RecipeFormat<Recipe> FORMAT =
      new RecipeFormat<>(
          Recipe.class,
          Families.of(
              ViewOptions.AUGMENTATIONS,
              Backbones.FAMILY,
              Methods.FAMILY,
              Optimizers.FAMILY,
              Optimizers.SCHEDULES),
          Recipe::validate);

  /** Copies the lists. */
  public Recipe {
    views = List.copyOf(views);
    parameterGroups = List.copyOf(parameterGroups);
  }

  /** Returns the number of views of each image. */
  public int viewCount() {
    return views.stream().mapToInt(ViewOptions::count).sum();
  }

  private void validate() {
    Requirements requirements = Methods.settings(method).requirements();
    if (!requirements.allows(viewCount())) {
      throw new OptionException(
          "views",
          "method "
              + method.name()
              + " takes "
              + requirements.viewsInWords()
              + " of each image, these make "
              + viewCount());
    }
    if (train.batchSize() % requirements.batchMultiple() != 0) {
      throw new OptionException(
          "train.batch_size",
          "method "
              + method.name()
              + " with these options takes a multiple of "
              + requirements.batchMultiple()
              + ", was "
              + train.batchSize());
    }
  }
}
