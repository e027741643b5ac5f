package io.diptych.data;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** The data sets of photographs, and the formats for images of the user's own. */
final class PhotoCatalogue {
  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);
  private static final String RESEARCH = "for research, see its page";

  private PhotoCatalogue() {}

  static List<DatasetInfo> all() {
    return Stream.concat(Stream.of(stl10(), tinyImageNet()), Stream.concat(photographs(), yours()))
        .toList();
  }

  private static DatasetInfo stl10() {
    return new DatasetInfo(
        DatasetName.STL10,
        "colour photographs, of which 100,000 training images have no label",
        105_000,
        8_000,
        3,
        96,
        96,
        List.of(
            "airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"),
        "none stated; from ImageNet, cite Coates et al., 2011",
        "https://cs.stanford.edu/~acoates/stl10/",
        List.of(0.43, 0.42, 0.39),
        List.of(0.27, 0.26, 0.27),
        List.of(
            file(
                "stl10_binary.tar.gz",
                "91f7769df0f17e558f3565bffb0c7dfb",
                "http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz")));
  }

  private static DatasetInfo tinyImageNet() {
    return new DatasetInfo(
        DatasetName.TINY_IMAGENET,
        "small photographs of 200 classes of ImageNet",
        100_000,
        10_000,
        3,
        64,
        64,
        List.of(),
        RESEARCH,
        "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
        List.of(0.480, 0.448, 0.398),
        List.of(0.277, 0.269, 0.282),
        List.of(
            file(
                "tiny-imagenet-200.zip",
                "90528d7ca1a48142e341f4ef8d21d0de",
                "http://cs231n.stanford.edu/tiny-imagenet-200.zip")));
  }

  private static Stream<DatasetInfo> photographs() {
    return Stream.of(
        photos(
            DatasetName.IMAGENET,
            "photographs of 1,000 classes (ILSVRC 2012)",
            1_281_167,
            50_000,
            List.of(),
            "https://image-net.org/download.php (after registration)",
            IMAGENET_MEAN,
            IMAGENET_STD),
        photos(
            DatasetName.IMAGENET_100,
            "100 classes of ImageNet",
            0,
            5_000,
            ImageNet.hundred(),
            "https://image-net.org/download.php (after registration)",
            IMAGENET_MEAN,
            IMAGENET_STD),
        photos(
            DatasetName.DTD,
            "textures, first split",
            3_760,
            1_880,
            List.of(),
            "https://www.robots.ox.ac.uk/~vgg/data/dtd/",
            List.of(0.533, 0.474, 0.426),
            List.of(0.261, 0.250, 0.259),
            file(
                "dtd-r1.0.1.tar.gz",
                "fff73e5086ae6bdbea199a49dfb8a4c1",
                "https://www.robots.ox.ac.uk/~vgg/data/dtd/download/dtd-r1.0.1.tar.gz")),
        photos(
            DatasetName.CUB_200,
            "birds of 200 species",
            5_994,
            5_794,
            List.of(),
            "https://www.vision.caltech.edu/datasets/cub_200_2011/",
            List.of(0.483, 0.491, 0.424),
            List.of(0.228, 0.224, 0.259),
            file(
                "CUB_200_2011.tgz",
                "97eceeb196236b17998738112f37df78",
                "https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz")),
        photos(
            DatasetName.FLOWERS_102,
            "flowers of 102 kinds",
            6_507,
            1_682,
            FlowerSet.classes(),
            "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/",
            List.of(0.518, 0.410, 0.329),
            List.of(0.296, 0.249, 0.285),
            file(
                "102flowers.tgz",
                "52808999861908f626f3c1f4e79d11fa",
                "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/102flowers.tgz"),
            file(
                "imagelabels.mat",
                "e0620be6f572b9609742df49c70aed4d",
                "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/imagelabels.mat")),
        photos(
            DatasetName.TRAFFIC_SIGNS,
            "traffic signs cut out of photographs (GTSDB)",
            0,
            0,
            TrafficSignSet.classes(),
            "https://benchmark.ini.rub.de/gtsdb_dataset.html (FullIJCNN2013.zip)",
            List.of(0.335, 0.291, 0.295),
            List.of(0.267, 0.249, 0.251)),
        photos(
            DatasetName.AIRCRAFT,
            "aircraft of 100 variants, cut to their rectangles",
            6_667,
            3_333,
            List.of(),
            "https://www.robots.ox.ac.uk/~vgg/data/fgvc-aircraft/ (fgvc-aircraft-2013b.tar.gz)",
            List.of(0.486, 0.507, 0.525),
            List.of(0.266, 0.260, 0.276)));
  }

  private static Stream<DatasetInfo> yours() {
    return Stream.of(
        yours(DatasetName.FOLDER, "image files in a folder, labelled by sub-folder or unlabelled"),
        yours(DatasetName.WEBDATASET, "image files in tar archives, as WebDataset writes them"),
        yours(DatasetName.PARQUET, "Parquet files with a column of images, as of Hugging Face"),
        yours(DatasetName.LMDB, "LMDB databases of encoded images with their labels"));
  }

  private static DatasetInfo yours(DatasetName name, String title) {
    return new DatasetInfo(
        name,
        title,
        0,
        0,
        0,
        0,
        0,
        List.of(),
        "yours",
        "data.path",
        IMAGENET_MEAN,
        IMAGENET_STD,
        List.of());
  }

  private static DatasetInfo photos(
      DatasetName name,
      String title,
      int trainImages,
      int testImages,
      List<String> classes,
      String origin,
      List<Double> mean,
      List<Double> std,
      RemoteFile... download) {
    return new DatasetInfo(
        name,
        title,
        trainImages,
        testImages,
        3,
        0,
        0,
        classes,
        RESEARCH,
        origin,
        mean,
        std,
        List.of(download));
  }

  /** A file of which the publisher or the usual tools give an MD5 checksum, and no better one. */
  private static RemoteFile file(String name, String md5, String source) {
    return new RemoteFile(name, -1, Digest.md5(md5), List.of(URI.create(source)));
  }
}
