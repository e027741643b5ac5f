package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoders of tiny runs, fine-tuned and transferred by the command. */
final class FineTuneRunsTest {
  private static final String[] QUICK = {
    "evaluate.finetune.epochs=2",
    "evaluate.finetune.batch_size=20",
    "evaluate.transfer.linear_sgd.epochs=3",
    "evaluate.transfer.finetune.epochs=1"
  };

  @TempDir private Path dir;
  private Path data;

  @BeforeEach
  void makeData() throws IOException {
    data = Diptych.tinyData(dir.resolve("data"), 100, 50);
  }

  private void pretrain(String... more) throws Exception {
    Path recipe = Diptych.tinyRecipe(dir.resolve("tiny.yaml"), data);
    List<String> args =
        new ArrayList<>(List.of("pretrain", recipe.toString(), "--out", "run", "train.epochs=1"));
    args.addAll(List.of(more));
    Diptych.Result result = Diptych.run(dir, args.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
  }

  private Diptych.Result evaluate(String... more) throws Exception {
    return Diptych.run(dir, command(more));
  }

  private static List<String> command(String... more) {
    List<String> args = new ArrayList<>(List.of("evaluate", "run"));
    args.addAll(List.of(QUICK));
    args.addAll(List.of(more));
    return Diptych.command(args.toArray(String[]::new));
  }

  /** Writes colour images of two classes, of another size and shape than the run's. */
  private void writePhotos() throws IOException {
    for (String part : List.of("train", "test")) {
      for (int i = 0; i < 12; i++) {
        Path folder = dir.resolve("photos").resolve(part).resolve(i % 2 == 0 ? "blue" : "red");
        BufferedImage image = new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 20; x++) {
          image.setRGB(x, i, i % 2 == 0 ? 0x2040FF : 0xFF4020);
        }
        ImageIO.write(image, "png", Files.createDirectories(folder).resolve(i + ".png").toFile());
      }
    }
  }

  @Test
  void anEncoderIsFineTunedAndTransferredAndBothAreFoundAgain() throws Exception {
    writePhotos();
    pretrain();
    byte[] checkpoint = Files.readAllBytes(dir.resolve("run/checkpoints/last.safetensors"));
    String[] asked = {
      "--protocol",
      "finetune,transfer",
      "evaluate.finetune.labels=20",
      "evaluate.transfer.sets=[{name: mnist, path: data}, {name: folder, path: photos}]"
    };
    Diptych.Result first = evaluate(asked);
    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    assertThat(first.out())
        .containsPattern("finetune, 20 % +top1 +top5 +mean_per_class\n")
        .containsPattern("\n  encoder +[01]\\.\\d{4} +[01]\\.\\d{4} +[01]\\.\\d{4}\n")
        .containsPattern("\n  untrained +[01]\\.\\d{4}")
        .containsPattern("transfer +top1 +top5 +mean_per_class +untrained +pixels\n")
        .containsPattern("\n  mnist( +[01]\\.\\d{4}){5}\n")
        .containsPattern("\n  photos( +[01]\\.\\d{4}){4} +–\n");
    assertThat(dir.resolve("run/evaluation/finetune.json")).exists();
    assertThat(dir.resolve("run/evaluation/transfer.json")).exists();
    assertThat(Files.readAllBytes(dir.resolve("run/checkpoints/last.safetensors")))
        .isEqualTo(checkpoint);

    Diptych.Result second = evaluate(asked);
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out())
        .contains("finetune: measured before")
        .contains("transfer: measured before")
        .doesNotContain("finetune on encoder");
    assertThat(rows(second)).isEqualTo(rows(first));

    Diptych.Result reported = Diptych.run(dir, "report", "run");
    assertThat(reported.code()).as(reported.err()).isZero();
  }

  /** The lines of the tables. */
  private static List<String> rows(Diptych.Result result) {
    return result.out().lines().filter(line -> line.startsWith("  ")).toList();
  }

  @Test
  void aColourEncoderOfUnlabelledImagesLearnsGreyOnes() throws Exception {
    Path heap = Files.createDirectories(dir.resolve("heap"));
    for (int i = 0; i < 24; i++) {
      BufferedImage image = new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB);
      image.setRGB(i % 20, i % 16, 0xFF8800);
      ImageIO.write(image, "png", heap.resolve(i + ".png").toFile());
    }
    pretrain(
        "data.name=folder",
        "data.path=heap",
        "data.channels=3",
        "data.image_size=12",
        "train.batch_size=8");
    Diptych.Result tuned =
        evaluate(
            "--protocol",
            "transfer",
            "evaluate.transfer.data.name=mnist",
            "evaluate.transfer.data.path=data",
            "evaluate.transfer.by=finetune");
    assertThat(tuned.err()).isEmpty();
    assertThat(tuned.code()).isZero();
    assertThat(tuned.out()).containsPattern("\n  mnist( +[01]\\.\\d{4}){4} +–\n");

    Diptych.Result own = evaluate("--protocol", "finetune");
    assertThat(own.code()).isEqualTo(2);
    assertThat(own.error()).isEqualTo("diptych: data: 'folder' has no test images to evaluate on");
  }

  @Test
  void whatIsWrongIsSaidInOneLine() throws Exception {
    pretrain();
    Diptych.Result none = evaluate("--protocol", "finetune,transfer");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.error())
        .startsWith("diptych: evaluate.transfer.data: there is no data set; give one, such as");
    assertThat(none.out()).doesNotContain("finetune");
    Diptych.Result nowhere =
        evaluate("--protocol", "transfer", "evaluate.transfer.sets=[{name: mnist, path: no}]");
    assertThat(nowhere.code()).isEqualTo(3);
    assertThat(nowhere.error()).contains("no (does not exist)");
    Diptych.Result labels = evaluate("--protocol", "finetune", "evaluate.finetune.labels=0");
    assertThat(labels.code()).isEqualTo(2);
    assertThat(labels.error()).contains("evaluate.finetune.labels").contains("(0, 100]");
    Diptych.Result list = evaluate("--protocol", "finetune", "evaluate.finetune.list=no.txt");
    assertThat(list.code()).isEqualTo(3);
    assertThat(list.error()).contains("no.txt: cannot be read");
    Diptych.Result diverged =
        evaluate("--protocol", "finetune", "evaluate.finetune.backbone.optimizer.lr=1e30");
    assertThat(diverged.code()).isEqualTo(4);
    assertThat(diverged.error()).startsWith("diptych: fine-tuning diverged in epoch 1");
    assertThat(dir.resolve("run/evaluation")).doesNotExist();
  }

  @Test
  void allProtocolsAreMeasuredByOneCommand() throws Exception {
    pretrain();
    Diptych.Result result =
        Diptych.run(
            dir,
            "evaluate",
            "run",
            "--protocol",
            "all",
            "evaluate.knn.k=20",
            "evaluate.linear.labels_per_class=[3]",
            "evaluate.linear.draws=2",
            "evaluate.linear_sgd.epochs=2",
            "evaluate.finetune.epochs=1",
            "evaluate.project.methods=[pca]");
    assertThat(result.code()).as(result.err()).isZero();
    try (Stream<Path> files = Files.list(dir.resolve("run/evaluation"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "knn.json",
              "linear.json",
              "linear-sgd.json",
              "cluster.json",
              "retrieve.json",
              "stats.json",
              "finetune.json",
              "project.json");
    }
    assertThat(Diptych.run(dir, "evaluate", "run", "--protocol", "al").error())
        .isEqualTo(
            "diptych: --protocol: unknown protocol 'al' (one of: knn, linear, linear-sgd, cluster,"
                + " retrieve, stats, finetune, transfer, project, or all)");
  }

  @Test
  void anInterruptedFineTuningEndsAndWritesNothing() throws Exception {
    pretrain();
    Diptych.Running running =
        Diptych.start(dir, command("--protocol", "finetune", "evaluate.finetune.epochs=1000000"));
    while (running.process().isAlive()
        && !Files.readString(running.out()).contains("finetune on encoder")) {
      Thread.sleep(10);
    }
    running.process().destroy(); // SIGTERM
    Diptych.Result stopped = running.await();
    assertThat(stopped.code()).as(stopped.out() + stopped.err()).isEqualTo(143);
    assertThat(stopped.error()).isEqualTo("diptych: evaluation cancelled");
    assertThat(dir.resolve("run/evaluation")).doesNotExist();
  }
}
