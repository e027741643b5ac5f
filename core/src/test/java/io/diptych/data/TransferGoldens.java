package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Recorded shuffles, splits and lists of data sets. */
public final class TransferGoldens {
  private static final Map<String, String> NAMES =
      Map.of(
          "aircraft", "aircraft",
          "cu_birds", "cub-200",
          "dtd", "dtd",
          "traffic_sign", "traffic-signs",
          "vgg_flower", "flowers-102");

  private TransferGoldens() {}

  /** Shuffles of one generator, one after the other. */
  public static void shuffles(Golden golden) {
    NumpyShuffle shuffle = new NumpyShuffle(golden.parameter("seed").asInt());
    JsonNode sizes = golden.parameter("sizes_in_order");
    for (int i = 0; i < sizes.size(); i++) {
      int[] expected = ints(golden.root().path("expected").required("perm" + i).required("data"));
      assertThat(shuffle.permutation(sizes.get(i).asInt())).isEqualTo(expected);
    }
  }

  /** Which images are in which part of a set, in which order, with which label and rectangle. */
  public static void splits(Golden golden) {
    inFolder(
        root -> {
          JsonNode inputs = golden.root().required("inputs");
          for (Map.Entry<String, JsonNode> file : inputs.path("files").properties()) {
            write(root.resolve(file.getKey()), file.getValue().asString().getBytes("UTF-8"));
          }
          for (Map.Entry<String, JsonNode> folder : inputs.path("directories").properties()) {
            for (JsonNode name : folder.getValue()) {
              write(root.resolve(folder.getKey()).resolve(name.asString()), new byte[] {1});
            }
          }
          if (inputs.has("imagelabels_mat_base64")) {
            String mat = inputs.required("imagelabels_mat_base64").asString();
            write(root.resolve("imagelabels.mat"), Base64.getDecoder().decode(mat));
          }
          Listing listing = list(NAMES.get(golden.parameter("dataset").asString()), root);
          compare(listing.train(), golden.root().path("expected").required("train"));
          compare(listing.test(), golden.root().path("expected").required("test"));
        });
  }

  /** The labels of ImageNet-100. */
  public static void imageNet100(Golden golden) {
    JsonNode expected = golden.root().required("expected");
    inFolder(
        root -> {
          for (JsonNode name : expected.required("list_order")) {
            write(root.resolve("train/" + name.asString() + "/1.JPEG"), new byte[] {1});
          }
          write(root.resolve("train/n00000000/1.JPEG"), new byte[] {1});
          Listing listing = list("imagenet-100", root);
          assertThat(listing.train()).hasSize(100);
          for (StoredImage image : listing.train()) {
            String folder = image.name().split("/")[1];
            assertThat(image.label())
                .isEqualTo(expected.required("label_index").required(folder).asInt());
            assertThat(listing.classNames().get(image.label())).isEqualTo(folder);
          }
        });
  }

  /** The validation images of Tiny-ImageNet in two parts, the first 25 of each class and others. */
  public static void tinyImageNet(Golden golden) {
    inFolder(
        root -> {
          StringBuilder annotations = new StringBuilder();
          int number = 0;
          for (JsonNode count : golden.parameter("input_counts")) {
            String folder = count.get(0).asString();
            write(root.resolve("train/" + folder + "/images/" + folder + "_0.JPEG"), new byte[1]);
            for (int i = 0; i < count.get(1).asInt(); i++) {
              String name = String.format(Locale.ROOT, "val_%d.JPEG", number++);
              write(root.resolve("val/images/" + name), new byte[1]);
              annotations.append(name).append('\t').append(folder).append("\t0\t0\t62\t62\n");
            }
          }
          write(root.resolve("val/val_annotations.txt"), annotations.toString().getBytes("UTF-8"));
          Listing all = list("tiny-imagenet", root);
          Listing first = all.firstTestPerClass(25);
          JsonNode counts = golden.root().path("expected").required("counts");
          assertThat(all.classNames()).hasSize(counts.size());
          for (Map.Entry<String, JsonNode> entry : counts.properties()) {
            int label = all.classNames().indexOf(entry.getKey());
            long val = first.test().stream().filter(image -> image.label() == label).count();
            long whole = all.test().stream().filter(image -> image.label() == label).count();
            assertThat(val).isEqualTo(entry.getValue().required("val").asLong());
            assertThat(whole - val).isEqualTo(entry.getValue().required("test").asLong());
          }
          assertThat(all.test()).containsAll(first.test()).doesNotHaveDuplicates();
        });
  }

  static Listing list(String name, Path root) {
    return (Listing)
        Formats.read(
            Opening.of(Map.of("name", name, "path", root.toString())),
            new Places(Map.of(), root, root));
  }

  private static void compare(List<StoredImage> found, JsonNode expected) {
    List<String> paths = new ArrayList<>();
    expected.required("paths").forEach(path -> paths.add(path.asString()));
    assertThat(found).extracting(StoredImage::name).isEqualTo(paths);
    assertThat(found.stream().mapToInt(StoredImage::label).toArray())
        .isEqualTo(ints(expected.required("labels")));
    JsonNode boxes = expected.path("crop_boxes_left_upper_right_lower");
    for (int i = 0; i < boxes.size(); i++) {
      StoredImage.Part part = found.get(i).part();
      assertThat(new int[] {part.left(), part.top(), part.right(), part.bottom()})
          .isEqualTo(ints(boxes.get(i)));
    }
  }

  private static int[] ints(JsonNode values) {
    return IntStream.range(0, values.size()).map(i -> values.get(i).asInt()).toArray();
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private interface Check {
    void run(Path root) throws IOException;
  }

  private static void inFolder(Check check) {
    try {
      Path root = Files.createTempDirectory("golden");
      try {
        check.run(root);
      } finally {
        try (Stream<Path> files = Files.walk(root)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
