package io.diptych.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.diptych.backbone.Architecture;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Script;
import io.diptych.tensor.Tensor;
import io.diptych.weights.Encoder;
import io.diptych.weights.EncoderInfo;
import io.diptych.weights.WeightsFormat;
import io.diptych.weights.WeightsFormats;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an exported network costs: time to write it and size, and images a second of onnxruntime
 * beside the encoder's own forward. Medians; arguments are names of {@link Architecture#ALL},
 * {@code ResNet-50} without. {@code -Dthreads=2 -Dbatch=8 -Drepeats=5}.
 */
public final class ServingCost {
  private static final int BATCH = Integer.getInteger("batch", 8);
  private static final int THREADS = Integer.getInteger("threads", 2);
  private static final int REPEATS = Integer.getInteger("repeats", 5);

  private ServingCost() {}

  private interface Work {
    void run() throws IOException, OrtException;
  }

  /** Prints the costs of each network. */
  public static void main(String[] args) throws IOException, OrtException {
    Backend.threads(THREADS);
    List<String> names = args.length > 0 ? List.of(args) : List.of("ResNet-50");
    Path dir = Files.createTempDirectory("serving");
    for (Architecture network : Architecture.ALL) {
      if (names.contains(network.name())) {
        measure(network, dir);
      }
    }
    Files.delete(dir);
  }

  private static void measure(Architecture network, Path dir) throws IOException, OrtException {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      Encoder encoder = encoder(network);
      Path onnx = dir.resolve("encoder.onnx");
      Path script = dir.resolve("encoder.pt");
      for (Path file : List.of(onnx, script)) {
        WeightsFormat format = WeightsFormats.named(file.equals(onnx) ? "onnx" : "torchscript");
        double seconds = median(() -> WeightsFormats.write(format, encoder, file));
        print(
            "%s to %s: %.2f s, %.1f MB%n",
            network.name(), format.name(), seconds, Files.size(file) / 1e6);
      }
      int pixels = network.pixels();
      Tensor images = Tensor.ones(BATCH, 3, pixels, pixels);
      speed("forward", () -> forward(encoder.backbone(), images));
      try (Script loaded = Script.load(script)) {
        speed("TorchScript", () -> loaded.forward(images).forEach(Tensor::close));
      }
      speedOfOnnx(onnx, images);
      Files.delete(onnx);
      Files.delete(script);
    }
  }

  private static void speedOfOnnx(Path onnx, Tensor images) throws IOException, OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(THREADS);
      try (OrtSession session = environment.createSession(onnx.toString(), options);
          OnnxTensor input =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(images.toFloatArray()), images.shape().sizes())) {
        speed("onnxruntime", () -> session.run(Map.of("images", input)).close());
      }
    }
  }

  private static Encoder encoder(Architecture network) {
    Backbone backbone = Backbones.create(network.choice(), 3);
    backbone.initialize(1);
    backbone.channelsLast();
    backbone.train(false);
    EncoderInfo info =
        new EncoderInfo(
            network.choice(),
            3,
            network.pixels(),
            List.of(0.5),
            List.of(0.25),
            "",
            "",
            List.of(),
            network.name());
    return new Encoder(backbone, info);
  }

  private static void forward(Backbone backbone, Tensor images) {
    try (Scope scope = Scope.open()) {
      backbone.forward(images.channelsLast());
    }
  }

  private static void speed(String what, Work work) throws IOException, OrtException {
    print("  %-12s %7.2f images/s%n", what, BATCH / median(work));
  }

  private static double median(Work work) throws IOException, OrtException {
    work.run();
    double[] seconds = new double[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[REPEATS / 2];
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}
