package io.diptych.cli;

import io.diptych.nn.States;
import io.diptych.weights.EncoderInfo;
import io.diptych.weights.ImportOptions;
import io.diptych.weights.Imported;
import io.diptych.weights.WeightsFormats;
import io.diptych.weights.WeightsImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes an encoder in from other programs. */
@Command(
    name = "import",
    description =
        "Read an encoder from a .pth, safetensors or Detectron2 file of PyTorch, torchvision, timm"
            + " or the reference projects, and write it as a weights file that evaluate, embed and"
            + " export open.",
    footer = {"", "Without FILE, the layouts are listed."})
final class ImportCommand extends Verbose implements Callable<Integer> {
  private static final String FORMAT = "safetensors";

  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "What to read.")
  private @Nullable Path file;

  @Option(
      names = "--arch",
      paramLabel = "A",
      description =
          "Backbone, such as resnet50 or '{name: resnet, depth: 18, stem: cifar}'; told from the"
              + " shapes without it.")
  private @Nullable String arch;

  @Option(
      names = "--layout",
      paramLabel = "L",
      description = "How the tensors are named; told from the names without it.")
  private @Nullable String layout;

  @Option(
      names = "--entry",
      paramLabel = "E",
      description = "Dictionary inside the file, such as teacher_backbone; the likeliest without.")
  private @Nullable String entry;

  @Option(
      names = "--partial",
      description = "Take what fits; initialise what is missing or of another shape.")
  private boolean partial;

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "M",
      description = "Mean of each channel by which its images are normalised; ImageNet's without.")
  private @Nullable List<Double> mean;

  @Option(
      names = "--std",
      split = ",",
      paramLabel = "S",
      description = "Standard deviation of each channel, likewise.")
  private @Nullable List<Double> std;

  @Option(names = "--image-size", paramLabel = "N", description = "Side of its images in pixels.")
  private @Nullable Integer imageSize;

  @Option(names = "--to", paramLabel = "FILE", description = "A .safetensors file to write.")
  private @Nullable Path to;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (file == null) {
      for (Map.Entry<String, String> known : WeightsImport.layouts().entrySet()) {
        out.printf(Locale.ROOT, "%-20s %s%n", known.getKey(), known.getValue());
      }
      out.flush();
      return 0;
    }
    if (to == null) {
      throw new IllegalArgumentException("--to: a .safetensors file must be given");
    }
    Imported imported =
        WeightsImport.read(
            file, new ImportOptions(arch, layout, entry, partial, mean, std, imageSize));
    WeightsFormats.write(WeightsFormats.named(FORMAT), imported.encoder(), to);
    tell(imported, to, out);
    return 0;
  }

  private static void tell(Imported imported, Path to, PrintWriter out) {
    EncoderInfo info = imported.encoder().info();
    Map<String, String> texts = info.texts();
    out.println("encoder     " + texts.get("backbone"));
    out.println(
        "found       "
            + (imported.entry().isEmpty() ? "" : "in '" + imported.entry() + "', ")
            + "named as in layout "
            + imported.layout());
    out.println("images      mean " + texts.get("mean") + ", std " + texts.get("std"));
    if (!imported.leftOut().isEmpty()) {
      out.println(
          "left out    " + imported.leftOut().size() + ": " + States.summary(imported.leftOut()));
    }
    if (!imported.missing().isEmpty()) {
      out.println(
          "not loaded  " + imported.missing().size() + ": " + States.summary(imported.missing()));
    }
    out.println("wrote " + to);
    out.flush();
  }
}
