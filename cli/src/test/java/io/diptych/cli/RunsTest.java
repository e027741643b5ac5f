package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.diptych.tensor.Tensor;
import io.diptych.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of the command in processes of their own, the ways they fail included. */
final class RunsTest {
  @TempDir private Path dir;
  private Path data;
  private String recipe;

  @BeforeEach
  void makeData() throws IOException {
    data = Diptych.tinyData(dir.resolve("data"), 200, 100);
    recipe = Diptych.tinyRecipe(dir.resolve("tiny.yaml"), data).toString();
  }

  private Diptych.Result pretrain(String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of("pretrain", recipe, "--out", "run"));
    args.addAll(List.of(more));
    return Diptych.run(dir, args.toArray(String[]::new));
  }

  private void assertNothingWritten() {
    assertThat(dir.resolve("run")).doesNotExist();
  }

  @Test
  void aRunIsPretrainedEvaluatedEmbeddedAndReported() throws Exception {
    Diptych.Result pretrained =
        pretrain("train.probe.linear=true", "train.probe.knn_every=2", "evaluate.knn.k=20");
    assertThat(pretrained.code()).as(pretrained.err()).isZero();
    assertThat(pretrained.out()).containsPattern("epoch 2/3  knn_top1 0\\.\\d+");
    Path run = dir.resolve("run");
    assertThat(run.resolve("tensorboard/events.out.tfevents.0000000000.diptych")).exists();
    assertThat(run.resolve("recipe.yaml")).exists();
    assertThat(run.resolve("views.png")).exists();
    assertThat(run.resolve("checkpoints/last.safetensors")).exists();
    assertThat(run.resolve("checkpoints/best.safetensors")).exists();
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl")))
        .hasSize(3 * 10 + 3 + 1)
        .anyMatch(line -> line.contains("\"name\":\"knn_top1\""))
        .anyMatch(line -> line.contains("\"probe_top1\":"));

    Diptych.Result evaluated =
        Diptych.run(
            dir,
            "evaluate",
            "run",
            "evaluate.linear.labels_per_class=[3]",
            "evaluate.linear.draws=2",
            "evaluate.knn.k=20");
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.code()).isZero();
    assertThat(evaluated.out()).contains("untrained").contains("pixels");
    assertThat(run.resolve("evaluation/knn.json")).exists();
    assertThat(run.resolve("evaluation/linear.json")).exists();

    Diptych.Result embedded =
        Diptych.run(dir, "embed", "run", "--split", "test", "--to", "features.npy");
    assertThat(embedded.code()).as(embedded.err()).isZero();
    assertThat(Files.size(dir.resolve("features.npy"))).isEqualTo(128 + 100 * 16 * 4);

    Diptych.Result reported = Diptych.run(dir, "report", "run");
    assertThat(reported.code()).as(reported.err()).isZero();
    assertThat(Files.readString(run.resolve("report.html"))).contains("<html").contains("tiny");
  }

  @Test
  void aTerminatedRunSavesAndItsResumedEndIsBitwiseTheUninterruptedOne() throws Exception {
    assertThat(pretrain("train.epochs=40").code()).isZero();
    List<String> command =
        Diptych.command("pretrain", recipe, "train.epochs=40", "--out", "interrupted");
    Diptych.Running running = Diptych.start(dir, command);
    Path metrics = dir.resolve("interrupted/metrics.jsonl");
    while (running.process().isAlive()
        && (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 25)) {
      Thread.sleep(5);
    }
    running.process().destroy(); // SIGTERM
    Diptych.Result stopped = running.await();
    assertThat(stopped.code()).as(stopped.out() + stopped.err()).isEqualTo(143);
    assertThat(stopped.out()).contains("stopped and saved; continue with --resume");
    Path last = dir.resolve("interrupted/checkpoints/last.safetensors");
    assertThat(Checkpoint.read(last).step()).isBetween(20L, 399L);

    List<String> resume = new ArrayList<>(command);
    resume.add("--resume");
    Diptych.Result resumed = Diptych.run(dir, resume);
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(tensors(last)).isEqualTo(tensors(dir.resolve("run/checkpoints/last.safetensors")));
    assertThat(losses(metrics)).isEqualTo(losses(dir.resolve("run/metrics.jsonl")));
  }

  private static Map<String, List<Byte>> tensors(Path checkpoint) throws IOException {
    Map<String, List<Byte>> bytes = new TreeMap<>();
    for (Map.Entry<String, Tensor> entry : Checkpoint.read(checkpoint).tensors().entrySet()) {
      List<Byte> values = new ArrayList<>();
      for (byte value : entry.getValue().toBytes()) {
        values.add(value);
      }
      bytes.put(entry.getKey(), values);
    }
    return bytes;
  }

  /** The lines without what depends on the clock. */
  private static List<String> losses(Path metrics) throws IOException {
    return Files.readAllLines(metrics).stream()
        .map(line -> line.replaceAll("\"(images_per_second|data_wait|seconds|memory)\":[^,}]+", ""))
        .toList();
  }

  @Test
  void anExistingRunIsNotOverwritten() throws Exception {
    assertThat(pretrain("train.epochs=1").code()).isZero();
    Diptych.Result second = pretrain("train.epochs=1");
    assertThat(second.code()).isEqualTo(2);
    assertThat(second.error())
        .isEqualTo(
            "diptych: run: holds a run already; continue it with --resume, or give another --out");
  }

  @Test
  void aRunOfAnotherRecipeIsNotResumed() throws Exception {
    assertThat(pretrain("train.epochs=1").code()).isZero();
    Diptych.Result other = pretrain("train.epochs=1", "optimizer.lr=0.2", "--resume");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.error()).contains("optimizer.lr: 0.1 → 0.2");
  }

  @Test
  void aHalfCheckpointIsNotResumed() throws Exception {
    assertThat(pretrain("train.epochs=1").code()).isZero();
    Path last = dir.resolve("run/checkpoints/last.safetensors");
    byte[] whole = Files.readAllBytes(last);
    Files.write(last, java.util.Arrays.copyOf(whole, whole.length / 2));
    Diptych.Result resumed = pretrain("train.epochs=1", "--resume");
    assertThat(resumed.code()).isEqualTo(3);
    assertThat(resumed.error()).contains("last.safetensors").contains("cut short");
  }

  @Test
  void aDamagedCheckpointCostsOneEpochAndIsTold() throws Exception {
    assertThat(pretrain("train.epochs=2").code()).isZero();
    Path last = dir.resolve("run/checkpoints/last.safetensors");
    byte[] whole = Files.readAllBytes(last);
    Files.write(last, java.util.Arrays.copyOf(whole, whole.length - 100));
    Diptych.Result resumed = pretrain("train.epochs=2", "--resume");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.out())
        .containsPattern("last.safetensors: .*cut short.*; taking step-10.safetensors")
        .contains("the checkpoint before it, of step 10");
    assertThat(Files.readAllBytes(last)).isEqualTo(whole);
  }

  @Test
  void aSecondProcessIsRefusedWhileTheFirstTrains() throws Exception {
    List<String> command = Diptych.command("pretrain", recipe, "train.epochs=5000", "--out", "run");
    Diptych.Running first = Diptych.start(dir, command);
    try {
      while (first.process().isAlive() && !Files.exists(dir.resolve("run/metrics.jsonl"))) {
        Thread.sleep(10);
      }
      Diptych.Result second = pretrain("train.epochs=5000", "--resume");
      assertThat(second.code()).isEqualTo(2);
      assertThat(second.error())
          .isEqualTo(
              "diptych: run: another process is training here (process "
                  + first.process().pid()
                  + "); wait until it ends, or give another --out");
    } finally {
      first.process().destroyForcibly();
      first.await();
    }
  }

  @Test
  void whatMayDifferIsAllowedByItsKeyAndTold() throws Exception {
    assertThat(pretrain("train.epochs=1").code()).isZero();
    String[] longer = {"train.epochs=2", "train.log_every=5", "--resume"};
    Diptych.Result refused = pretrain(longer);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.error()).contains("train.epochs: 1 → 2").doesNotContain("log_every");
    Diptych.Result allowed =
        pretrain(
            Stream.concat(Stream.of(longer), Stream.of("--allow", "train.epochs"))
                .toArray(String[]::new));
    assertThat(allowed.code()).as(allowed.err()).isZero();
    assertThat(allowed.out()).contains("going on with another recipe: train.epochs: 1 → 2");
    assertThat(Files.readString(dir.resolve("run/recipe.yaml"))).contains("epochs: 2");
    Checkpoint last = Checkpoint.read(dir.resolve("run/checkpoints/last.safetensors"));
    assertThat(last.step()).isEqualTo(20);
    assertThat(last.text("command")).startsWith("diptych pretrain ").doesNotContain("--resume");
    assertThat(last.metadata())
        .containsKeys("recipe", "recipe_hash", "data_fingerprint", "diptych", "libtorch", "java");
  }

  @Test
  void nothingIsResumedFromNowhere() throws Exception {
    Diptych.Result resumed = pretrain("--resume");
    assertThat(resumed.code()).isEqualTo(2);
    assertThat(resumed.error()).isEqualTo("diptych: run: holds no run to resume");
  }

  @Test
  void anUnknownKeyIsNamedWithAGuess() throws Exception {
    Diptych.Result result = pretrain("optimizer.lrr=0.1");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.error()).contains("optimizer.lrr").contains("did you mean 'lr'?");
    assertNothingWritten();
  }

  @Test
  void anUnknownKeyInTheFileIsNamedWithItsLine() throws Exception {
    Path file = Path.of(recipe);
    Files.writeString(file, Files.readString(file).replace("lr: 0.1", "lrr: 0.1"));
    Diptych.Result result = pretrain();
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.error()).contains("tiny.yaml:12: optimizer.lrr").contains("'lr'");
    assertNothingWritten();
  }

  @Test
  void aNegativeTemperatureIsRefused() throws Exception {
    Diptych.Result result = pretrain("method.temperature=-0.1");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.error()).contains("method.temperature").contains("(0, inf)").contains("-0.1");
    assertNothingWritten();
  }

  @Test
  void aBatchLargerThanTheDataIsRefused() throws Exception {
    Diptych.Result result = pretrain("train.batch_size=201");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.error())
        .contains("train.batch_size: 201 is more than the 200 training images");
    assertNothingWritten();
  }

  @Test
  void missingTruncatedAndGarbageDataAreDataErrors() throws Exception {
    Diptych.Result missing = pretrain("data.path=nowhere");
    assertThat(missing.code()).isEqualTo(3);
    assertThat(missing.error()).contains("nowhere (does not exist)").contains("diptych data get");

    Path images = data.resolve("train-images-idx3-ubyte");
    byte[] whole = Files.readAllBytes(images);
    Files.write(images, java.util.Arrays.copyOf(whole, whole.length - 1000));
    Diptych.Result truncated = pretrain();
    assertThat(truncated.code()).isEqualTo(3);
    assertThat(truncated.error()).contains("train-images-idx3-ubyte");

    Files.writeString(images, "this is no image file at all, but long enough for a header");
    Diptych.Result garbage = pretrain();
    assertThat(garbage.code()).isEqualTo(3);
    assertThat(garbage.error()).contains("train-images-idx3-ubyte");
    assertNothingWritten();
  }

  @Test
  void aFolderWithBrokenImagesFailsOrSkipsAsTheRecipeSays() throws Exception {
    Path folder = Files.createDirectories(dir.resolve("images"));
    for (int i = 0; i < 24; i++) {
      java.awt.image.BufferedImage image = new java.awt.image.BufferedImage(20, 16, 1);
      image.setRGB(i % 20, i % 16, 0xFF8800);
      javax.imageio.ImageIO.write(image, "png", folder.resolve("ok" + i + ".png").toFile());
    }
    Files.write(folder.resolve("a-empty.png"), new byte[0]);
    Files.writeString(folder.resolve("b-corrupt.jpg"), "not a jpeg");
    String[] args = {
      "data.name=folder",
      "data.path=" + folder,
      "data.image_size=12",
      "data.channels=1",
      "train.epochs=1",
      "train.batch_size=8"
    };
    Diptych.Result failed = pretrain(args);
    assertThat(failed.code()).isEqualTo(3);
    assertThat(failed.error()).contains("a-empty.png");
    assertNothingWritten();

    String[] skipping =
        Stream.concat(Stream.of(args), Stream.of("data.on_error=skip")).toArray(String[]::new);
    Diptych.Result skipped = pretrain(skipping);
    assertThat(skipped.code()).as(skipped.err()).isZero();
    assertThat(skipped.out())
        .contains("a-empty.png")
        .contains("b-corrupt.jpg")
        .contains("2 skipped");
  }

  @Test
  void anOutputThatCannotBeWrittenIsRefusedBeforeAnyWork() throws Exception {
    Files.writeString(dir.resolve("file"), "");
    Diptych.Result result = Diptych.run(dir, "pretrain", recipe, "--out", "file/run");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.error()).contains("file/run: cannot be made");
  }

  @Test
  void aDivergingRunStopsAndNamesTheTerm() throws Exception {
    Diptych.Result result = pretrain("optimizer.lr=1e30");
    assertThat(result.code()).isEqualTo(4);
    assertThat(result.error()).contains("loss term 'nt_xent' became").contains("at step");

    String bundle = result.error().replaceFirst(".*'diptych replay (.*)'$", "$1");
    assertThat(dir.resolve(bundle)).exists();
    Diptych.Result replay = Diptych.run(dir, "replay", bundle);
    assertThat(replay.code()).as(replay.err()).isEqualTo(4);
    assertThat(replay.out())
        .contains("it stopped because: the loss term 'nt_xent' became")
        .contains("what the network saw")
        .contains("loss term nt_xent: ")
        .contains("the step goes wrong again");
    Diptych.Result none = Diptych.run(dir, "replay", "tiny.yaml");
    assertThat(none.code()).isEqualTo(3);
    assertThat(none.error()).contains("tiny.yaml");
  }

  @Test
  void aFullDiskCostsNoCheckpointAndSaysSo() throws Exception {
    Path disk = Files.createDirectories(dir.resolve("disk"));
    assumeTrue(mount("size=160k", disk) == 0, "mounting a small tmpfs needs privileges");
    try {
      Diptych.Result result =
          Diptych.run(dir, "pretrain", recipe, "--out", "disk/run", "train.epochs=200");
      assertThat(result.code()).as(result.out()).isEqualTo(3);
      assertThat(result.error()).contains("No space left on device");
      try (Stream<Path> files = Files.walk(disk)) {
        assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
      }
      Path last = disk.resolve("run/checkpoints/last.safetensors");
      if (Files.exists(last)) {
        assertThat(Checkpoint.read(last).step()).isPositive();
      }
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }

  @Test
  void aReadOnlyDirectoryIsRefusedAndCostsNothing() throws Exception {
    Path disk = Files.createDirectories(dir.resolve("disk"));
    assumeTrue(mount("size=4m", disk) == 0, "mounting a small tmpfs needs privileges");
    try {
      Diptych.Result first =
          Diptych.run(dir, "pretrain", recipe, "--out", "disk/run", "train.epochs=1");
      assertThat(first.code()).as(first.err()).isZero();
      assertThat(mount("remount,ro", disk)).isZero();
      Diptych.Result result =
          Diptych.run(dir, "pretrain", recipe, "--out", "disk/run", "train.epochs=1", "--resume");
      assertThat(result.code()).isEqualTo(2);
      assertThat(result.error()).contains("disk/run: cannot be written");
      assertThat(Checkpoint.read(disk.resolve("run/checkpoints/last.safetensors")).step())
          .isEqualTo(10);
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }

  private static int mount(String options, Path disk) throws Exception {
    return new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString())
        .redirectErrorStream(true)
        .start()
        .waitFor();
  }

  @Test
  void cataloguesArePrintedFromTheRecordsThatDefineThem() throws Exception {
    assertThat(Diptych.run(dir, "recipes").out()).contains("sample/simclr");
    assertThat(Diptych.run(dir, "recipes", "sample/simclr").out()).contains("temperature");
    assertThat(Diptych.run(dir, "methods", "simclr").out())
        .contains("temperature")
        .contains("(0, inf)")
        .contains("default 0.5");
    assertThat(Diptych.run(dir, "recipes", "sample/simclr", "--schedule", "train.epochs=7").out())
        .contains("learning rate of sample/simclr, schedule cosine, optimizer sgd, 7 epochs")
        .contains("█")
        .containsPattern("epoch +2.99 +0.4000 +highest");
    assertThat(Diptych.run(dir, "backbones", "resnet").out()).contains("depth");
    assertThat(Diptych.run(dir, "data", "list").out()).contains("fashion-mnist").contains("MIT");
    assertThat(Diptych.run(dir, "doctor").out()).contains("all is well");
  }

  @Test
  void wrongUsageIsOneLine() throws Exception {
    Diptych.Result option = Diptych.run(dir, "pretrain", recipe, "--outt", "x");
    assertThat(option.code()).isEqualTo(2);
    assertThat(option.error()).contains("--outt").contains("diptych pretrain --help");
    Diptych.Result unknown = Diptych.run(dir, "pretrain", "sample/simclrr");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.error()).contains("sample/simclr");
  }
}
