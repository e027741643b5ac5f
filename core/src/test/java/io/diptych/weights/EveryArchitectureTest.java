package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.backbone.Architecture;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every network of {@link Architecture#ALL} in onnxruntime, at full width and small images. Takes
 * minutes: runs with {@code -Dexport.architectures=all}, or with a part of their names, such as
 * {@code ViT}.
 */
@EnabledIfSystemProperty(named = "export.architectures", matches = ".+")
final class EveryArchitectureTest {
  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> runsInOnnxruntime() {
    String part = System.getProperty("export.architectures", "all");
    return Architecture.ALL.stream()
        .filter(network -> part.equals("all") || network.name().contains(part))
        .map(network -> DynamicTest.dynamicTest(network.name(), () -> check(network)));
  }

  private void check(Architecture network) throws Exception {
    int pixels = Math.min(network.pixels(), 96);
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      Encoder encoder = NetworkExportTest.encoder(network.recipe(), 3, pixels);
      Path file = directory.resolve("encoder.onnx");
      WeightsFormats.write(WeightsFormats.named("onnx"), encoder, file);
      try (OnnxRuntime runtime = new OnnxRuntime(file)) {
        for (int images : new int[] {1, 3}) {
          Tensor index = Tensor.arange(3L * images * pixels * pixels, Device.CPU);
          Tensor input =
              Keyed.of(5).normal(index).to(DType.FLOAT32).reshape(images, 3, pixels, pixels);
          Tensor expected = encoder.backbone().forward(input);
          double scale = Math.max(1, expected.abs().max().item());
          Tensor ran = runtime.run(input).get(0);
          assertThat(ran.sub(expected).abs().max().item() / scale).isLessThan(1e-4);
        }
      }
      encoder.backbone().state().values().forEach(Tensor::close);
    }
  }
}
