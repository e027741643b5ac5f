package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.data.DataOptions;
import io.diptych.data.Dataset;
import io.diptych.data.DatasetName;
import io.diptych.data.Datasets;
import io.diptych.data.ImageSet;
import io.diptych.data.SampleMaker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedSampleTest {
  private static final Map<String, String> SHA256 =
      Map.of(
          "train-images-idx3-ubyte.gz",
          "8e6599a337c9c9a128ebf21d744a8a30419264be1079d2710ea8231b172d1ea3",
          "train-labels-idx1-ubyte.gz",
          "b55fb8357f23698475457d10155864303769c142b30333dfde4340a4768169f2",
          "t10k-images-idx3-ubyte.gz",
          "8997630ac4585631f0846fc4246863ce395636fdf5648498e260f6c2f8fca77a",
          "t10k-labels-idx1-ubyte.gz",
          "afd1c0f16dd7bc3a74dd0587a2d6436c699aeb14f852ad97fbd0de8eb1efaf0f");

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = new EmbeddedSample().open(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void itsFilesAreTheOnesThatWereChecked() throws IOException, NoSuchAlgorithmException {
    for (Map.Entry<String, String> entry : SHA256.entrySet()) {
      assertThat(sha256(resource(entry.getKey()))).as(entry.getKey()).isEqualTo(entry.getValue());
    }
  }

  @Test
  void opensByNameWithoutANetworkAndIsBalanced() {
    try (Dataset sample = Datasets.open(DataOptions.of(DatasetName.SAMPLE, null))) {
      assertThat(sample.train().pixels().shape().sizes()).containsExactly(10_000, 1, 28, 28);
      assertThat(perClass(sample.train())).containsOnly(1000);
      assertThat(sample.test()).isNotNull();
      assertThat(sample.test().pixels().shape().sizes()).containsExactly(2_000, 1, 28, 28);
      assertThat(perClass(sample.test())).containsOnly(200);
      assertThat(sample.train().classNames()).startsWith("T-shirt/top", "Trouser").hasSize(10);
      // The first training image of Fashion-MNIST is an ankle boot.
      assertThat(sample.train().labels().toLongArray()[0]).isEqualTo(9);
    }
  }

  private static int[] perClass(ImageSet set) {
    int[] counts = new int[10];
    for (long label : set.labels().toLongArray()) {
      counts[(int) label]++;
    }
    return counts;
  }

  @Test
  void itsLicenceIsBesideIt() throws IOException {
    assertThat(new String(resource("LICENSE"), StandardCharsets.UTF_8))
        .contains("The MIT License", "Copyright © 2017 Zalando SE", "Fashion-MNIST");
  }

  @Test
  void isMadeFromTheFullSet(@TempDir Path dir) throws IOException {
    Path full = Path.of("/usr/share/datasets/fashion-mnist");
    Assumptions.assumeTrue(Files.isDirectory(full), "Debian's dataset-fashion-mnist is not here");
    SampleMaker.make(full, dir, SampleMaker.TRAIN_PER_CLASS, SampleMaker.TEST_PER_CLASS);
    DataOptions remade = DataOptions.of(DatasetName.SAMPLE, dir);
    DataOptions embedded = DataOptions.of(DatasetName.SAMPLE, null);
    try (Dataset one = Datasets.open(remade);
        Dataset two = Datasets.open(embedded)) {
      // Not the compressed bytes, which another version of zlib may choose otherwise.
      assertThat(one.train().fingerprint()).isEqualTo(two.train().fingerprint());
      assertThat(one.test().fingerprint()).isEqualTo(two.test().fingerprint());
    }
  }
}
