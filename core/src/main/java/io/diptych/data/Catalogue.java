package io.diptych.data;

import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The table of known data sets. */
final class Catalogue {
  private static final List<String> FASHION =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final List<String> DIGITS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  private static final List<String> KUZUSHIJI =
      List.of("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo");

  private static final List<String> CIFAR10 =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final String CIFAR100 =
      "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus"
          + " butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach"
          + " couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster"
          + " house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree"
          + " motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear"
          + " pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road"
          + " rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel"
          + " streetcar sunflower sweet_pepper table tank telephone television tiger tractor train"
          + " trout tulip turtle wardrobe whale willow_tree wolf woman worm";

  private static final Map<DatasetName, DatasetInfo> SETS = sets();

  private Catalogue() {}

  static DatasetInfo info(DatasetName name) {
    DatasetInfo info = SETS.get(name);
    if (info == null) {
      throw new AssertionError("no entry for " + name);
    }
    return info;
  }

  static List<DatasetInfo> all() {
    return Stream.of(DatasetName.values()).map(Catalogue::info).toList();
  }

  private static Map<DatasetName, DatasetInfo> sets() {
    Map<DatasetName, DatasetInfo> sets = new EnumMap<>(DatasetName.class);
    Stream.concat(
            Stream.of(sample(), fashion(), mnist(), kmnist(), cifar10(), cifar100()),
            PhotoCatalogue.all().stream())
        .forEach(info -> sets.put(info.name(), info));
    return sets;
  }

  private static DatasetInfo sample() {
    return new DatasetInfo(
        DatasetName.SAMPLE,
        "the first 1,000 + 200 images of every class of Fashion-MNIST",
        10 * SampleMaker.TRAIN_PER_CLASS,
        10 * SampleMaker.TEST_PER_CLASS,
        1,
        28,
        28,
        FASHION,
        "MIT",
        "comes with the diptych command",
        List.of(0.2860),
        List.of(0.3530),
        List.of());
  }

  private static DatasetInfo fashion() {
    return new DatasetInfo(
        DatasetName.FASHION_MNIST,
        "grey pictures of clothes",
        60_000,
        10_000,
        1,
        28,
        28,
        FASHION,
        "MIT",
        "https://github.com/zalandoresearch/fashion-mnist, or Debian's dataset-fashion-mnist",
        List.of(0.2860),
        List.of(0.3530),
        idx(
            List.of(
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            List.of(26_421_880L, 29_515L, 4_422_102L, 5_148L),
            Stream.of(
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")
                .map(Digest::sha256)
                .toList()));
  }

  private static DatasetInfo mnist() {
    return new DatasetInfo(
        DatasetName.MNIST,
        "grey handwritten digits",
        60_000,
        10_000,
        1,
        28,
        28,
        DIGITS,
        "CC BY-SA 3.0",
        "http://yann.lecun.com/exdb/mnist/",
        List.of(0.1307),
        List.of(0.3081),
        idx(
            List.of(
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/"),
            List.of(9_912_422L, 28_881L, 1_648_877L, 4_542L),
            Stream.of(
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")
                .map(Digest::sha256)
                .toList()));
  }

  private static DatasetInfo kmnist() {
    return new DatasetInfo(
        DatasetName.KMNIST,
        "grey handwritten Japanese characters",
        60_000,
        10_000,
        1,
        28,
        28,
        KUZUSHIJI,
        "CC BY-SA 4.0",
        "https://github.com/rois-codh/kmnist",
        List.of(0.1918),
        List.of(0.3483),
        idx(
            List.of("http://codh.rois.ac.jp/kmnist/dataset/kmnist/"),
            List.of(18_165_135L, 29_497L, 3_041_136L, 5_120L),
            Stream.of(
                    "bdb82020997e1d708af4cf47b453dcf7",
                    "e144d726b3acfaa3e44228e80efcd344",
                    "5c965bf0a639b31b8f53240b1b52f4d7",
                    "7320c461ea6c1c855c0b718fb2a4b134")
                .map(Digest::md5)
                .toList()));
  }

  private static DatasetInfo cifar10() {
    return new DatasetInfo(
        DatasetName.CIFAR10,
        "small colour photographs",
        50_000,
        10_000,
        3,
        32,
        32,
        CIFAR10,
        "none stated; cite Krizhevsky, 2009",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
        List.of(0.4914, 0.4822, 0.4465),
        List.of(0.2470, 0.2435, 0.2616),
        List.of(
            new RemoteFile(
                "cifar-10-binary.tar.gz",
                170_052_171L,
                Digest.sha256("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
                List.of(URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")))));
  }

  private static DatasetInfo cifar100() {
    return new DatasetInfo(
        DatasetName.CIFAR100,
        "small colour photographs, 100 classes",
        50_000,
        10_000,
        3,
        32,
        32,
        List.of(CIFAR100.split(" ")),
        "none stated; cite Krizhevsky, 2009",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
        List.of(0.5071, 0.4865, 0.4409),
        List.of(0.2673, 0.2564, 0.2762),
        List.of(
            new RemoteFile(
                "cifar-100-binary.tar.gz",
                168_513_733L,
                Digest.sha256("58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"),
                List.of(URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz")))));
  }

  /** The four files of a set of the MNIST family, sizes and digests in the order of their parts. */
  private static List<RemoteFile> idx(List<String> bases, List<Long> sizes, List<Digest> digests) {
    List<String> names =
        List.of(
            IdxSet.imagesName(IdxSet.TRAIN),
            IdxSet.labelsName(IdxSet.TRAIN),
            IdxSet.imagesName(IdxSet.TEST),
            IdxSet.labelsName(IdxSet.TEST));
    return Stream.iterate(0, i -> i < names.size(), i -> i + 1)
        .map(
            i ->
                new RemoteFile(
                    names.get(i),
                    sizes.get(i),
                    digests.get(i),
                    bases.stream().map(base -> URI.create(base + names.get(i))).toList()))
        .toList();
  }
}
