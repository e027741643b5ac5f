package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of one's own images, broken ones among them, at the first try. */
final class MixedFolderTest {
  private static final int COUNT = 300;

  @TempDir private Path dir;

  private Diptych.Result pretrain(String... more) throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of(
                "pretrain",
                "folder/simclr",
                "data.path=photos",
                "threads=1",
                "train.epochs=1",
                "train.batch_size=32",
                "schedule.warmup_epochs=0",
                "backbone.depth=8",
                "backbone.width=4",
                "backbone.stem=light"));
    args.addAll(List.of(more));
    return Diptych.run(dir, args.toArray(String[]::new));
  }

  private static void assertTells(Diptych.Result result, int broken) {
    assertThat(result.out().lines().filter(line -> line.startsWith("skipped "))).hasSize(broken);
    assertThat(result.out())
        .contains("photos/IMG_00050.png: cannot be read as an image: the file is empty (0 bytes)")
        .contains((COUNT - broken) + " images, " + broken + " skipped, 2 other files ignored");
  }

  @Test
  void pretrainsOnWhatCanBeReadAndSaysWhatCannot() throws Exception {
    int broken = MixedFolder.write(dir.resolve("photos"), COUNT);
    assertThat(broken).isEqualTo(3);
    Diptych.Result resident = pretrain("--out", "resident");
    assertThat(resident.code()).as(resident.err()).isZero();
    assertTells(resident, broken);

    Diptych.Result streamed =
        pretrain("--out", "streamed", "data.storage=streamed", "data.image_size=null");
    assertThat(streamed.code()).as(streamed.err()).isZero();
    assertTells(streamed, broken);
    assertThat(dir.resolve("streamed/views.png")).exists();
    assertThat(Files.readAllLines(dir.resolve("streamed/skipped.txt")))
        .hasSize(broken)
        .anyMatch(line -> line.contains("IMG_00050.png"));

    Diptych.Result embedded = Diptych.run(dir, "embed", "streamed", "--to", "photos.npy");
    assertThat(embedded.code()).as(embedded.err()).isZero();
    assertThat(embedded.out())
        .contains("skipped photos/IMG_00150.")
        .contains("wrote [297, 16] features to photos.npy");
    assertThat(Files.size(dir.resolve("photos.npy"))).isEqualTo(128 + 297 * 16 * 4);

    Diptych.Result fatal =
        pretrain("--out", "fatal", "data.storage=streamed", "data.on_error=fail");
    assertThat(fatal.code()).isEqualTo(3);
    assertThat(fatal.error()).contains("photos/IMG_").contains("cannot be read as an image: ");
  }
}
