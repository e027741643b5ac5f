package io.diptych.cli;

import io.diptych.backbone.Backbone;
import io.diptych.data.DataOptions;
import io.diptych.data.Datasets;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.SplitImages;
import io.diptych.data.StreamedSet;
import io.diptych.evaluate.Features;
import io.diptych.evaluate.Npy;
import io.diptych.evaluate.Progress;
import io.diptych.recipe.Pretraining;
import io.diptych.recipe.SavedEncoder;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.weights.Safetensors;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Computes the features of images. */
@Command(name = "embed", description = "Compute the features of images by a trained encoder.")
final class EmbedCommand extends Verbose implements Callable<Integer> {
  private static final int BATCH = 500;

  private enum Split {
    TRAIN,
    TEST
  }

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN|WEIGHTS", description = "Run directory or checkpoint.")
  private Path run;

  @Parameters(
      index = "1..*",
      paramLabel = "key=value",
      description = "Settings laid over the run's recipe, such as data.path=photos.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "D",
      description = "A data set's name or a folder of images; the run's own data without it.")
  private @Nullable String data;

  @Option(names = "--split", description = "Which part: train or test (default ${DEFAULT-VALUE}).")
  private Split split = Split.TRAIN;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description =
          "A .npy file (features), or .safetensors (features and labels); default ${DEFAULT-VALUE}.")
  private Path to = Path.of("features.npy");

  @Override
  public Integer call() throws IOException {
    boolean npy = to.toString().endsWith(".npy");
    if (!npy && !to.toString().endsWith(".safetensors")) {
      throw new IllegalArgumentException("--to: expected a .npy or .safetensors file, was " + to);
    }
    SavedEncoder saved = SavedEncoder.open(run, overrides);
    Device device = Pretraining.device(saved.recipe());
    PrintWriter out = spec.commandLine().getOut();
    try (SplitImages dataset =
            Datasets.openStored(
                options(saved.recipe().data()), report -> Training.tellSkipped(report, out));
        Scope scope = Scope.open()) {
      ImageCollection images = split == Split.TRAIN ? dataset.train() : dataset.test();
      if (images == null) {
        throw new IllegalArgumentException("--split: the data set has no test images");
      }
      Backbone encoder = saved.trained(images.channels(), device);
      Features rows =
          Features.of(saved.normalize(), device, BATCH).watched(Progress.NONE, Stop::requested);
      Tensor features =
          images instanceof StreamedSet streamed
              ? rows.encode(encoder, streamed, saved.transform(streamed))
              : rows.encode(encoder, (ImageSet) images);
      Path beside = to.resolveSibling(to.getFileName() + ".tmp");
      if (npy) {
        Npy.write(beside, features);
      } else {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("features", features);
        tensors.put("labels", images.readable().labels());
        Safetensors.write(beside, tensors, Map.of("data", images.name()));
      }
      Files.move(beside, to, StandardCopyOption.REPLACE_EXISTING);
      out.println("wrote " + features.shape() + " features to " + to);
    }
    return 0;
  }

  private DataOptions options(DataOptions trained) {
    if (data == null) {
      return trained;
    }
    return DataCommand.options(data, trained);
  }
}
