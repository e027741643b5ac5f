package io.diptych.cli;

import io.diptych.recipe.SavedEncoder;
import io.diptych.weights.Encoder;
import io.diptych.weights.ImageInput;
import io.diptych.weights.WeightsFormat;
import io.diptych.weights.WeightsFormats;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Hands an encoder on to other programs. */
@Command(
    name = "export",
    description = "Write a trained encoder in a format that other programs read.",
    footer = {"", "Without --format and --to, the formats are listed."})
final class ExportCommand extends Verbose implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RUN|WEIGHTS",
      description = "Run directory, checkpoint or weights file.")
  private @Nullable Path run;

  @Option(names = "--format", paramLabel = "F", description = "Name of the format.")
  private @Nullable String format;

  @Option(names = "--to", paramLabel = "FILE", description = "Where to write.")
  private @Nullable Path to;

  @Option(
      names = "--images",
      paramLabel = "KIND",
      description = {
        "What images a network takes (onnx, torchscript): normalized by mean and standard"
            + " deviation",
        "(the default), unit for levels from 0 to 1, bytes for levels from 0 to 255."
      })
  private @Nullable ImageInput images;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "Their height and width (onnx, torchscript); those of training without it.")
  private @Nullable Integer imageSize;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (run == null || format == null || to == null) {
      list(out);
      return run == null && format == null && to == null ? 0 : missing();
    }
    WeightsFormat chosen = WeightsFormats.named(format);
    if (images != null) {
      chosen = chosen.taking(images);
    }
    Encoder encoder = SavedEncoder.open(run, List.of()).encoder();
    if (imageSize != null) {
      if (imageSize < 1) {
        throw new IllegalArgumentException("--image-size: must be 1 or more, was " + imageSize);
      }
      encoder = new Encoder(encoder.backbone(), encoder.info().at(imageSize));
    }
    WeightsFormats.write(chosen, encoder, to);
    out.printf(Locale.ROOT, "wrote %s (%s, %,d bytes)%n", to, chosen.name(), Files.size(to));
    out.flush();
    return 0;
  }

  private static int missing() {
    throw new IllegalArgumentException("export needs RUN|WEIGHTS, --format and --to");
  }

  private static void list(PrintWriter out) {
    for (WeightsFormat format : WeightsFormats.all()) {
      out.printf(
          Locale.ROOT, "%-12s %-14s %s%n", format.name(), format.extension(), format.about());
    }
    out.flush();
  }
}
