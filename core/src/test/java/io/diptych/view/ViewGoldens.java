package io.diptych.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Images against recorded ones: as tensors, as rasters, and as frames of decoded images. */
public final class ViewGoldens {
  private ViewGoldens() {}

  // ---- insdis-simclr-byol

  public static void operationsOfTheContrastiveViews(Golden golden) {
    Picture image = Picture.of(golden.input("image_hwc"));
    String op = golden.parameter("op").asString();
    if (op.equals("to_tensor_normalize")) {
      Normalize normalize =
          new Normalize(numbers(golden.parameter("mean")), numbers(golden.parameter("std")));
      checkNormalized(golden, "tensor_chw", pipeline(normalize), image, tolerance(golden));
      return;
    }
    Picture result =
        switch (op) {
          case "blur" -> image.blurred(golden.parameter("sigma").asDouble());
          case "brightness" -> image.brighter(golden.parameter("factor").asDouble());
          case "contrast" -> image.contrasted(golden.parameter("factor").asDouble());
          case "saturation" -> image.saturated(golden.parameter("factor").asDouble());
          case "hue" -> image.hued(golden.parameter("factor").asDouble());
          case "grayscale" -> image.grey();
          case "resized_crop" ->
              image.cropped(
                  new Box(
                      golden.parameter("top").asInt(),
                      golden.parameter("left").asInt(),
                      golden.parameter("height").asInt(),
                      golden.parameter("width").asInt()),
                  golden.parameter("size").asInt(),
                  Interpolation.BILINEAR);
          case "resize_center" ->
              image.centred(
                  golden.parameter("resize").asInt(),
                  golden.parameter("crop").asInt(),
                  Interpolation.BILINEAR);
          case "rotation" -> image.rotated(golden.parameter("angle").asDouble());
          default -> throw new AssertionError("an operation that is not known: " + op);
        };
    double wrong =
        golden.root().path("params").path("max_mismatch_fraction").asDouble(0) * image.size();
    result.check(golden, "image_hwc", golden.expected("image_hwc"), tolerance(golden), wrong);
  }

  // ---- mixed-barlow-twins

  public static void operationsByName(Golden golden) {
    Picture image = Picture.of(golden.input("image"));
    golden
        .root()
        .path("expected")
        .propertyNames()
        .forEach(
            name ->
                operation(golden, image, name)
                    .check(
                        golden,
                        name,
                        golden.expected(name),
                        name.startsWith("gaussian_blur") ? 2 : tolerance(golden),
                        0));
  }

  private static Picture operation(Golden golden, Picture image, String name) {
    int split = name.lastIndexOf('_');
    String last = name.substring(split + 1);
    String op = name.substring(0, Math.max(0, split)).replaceFirst("_neg$", "");
    if (name.startsWith("resized_crop")) {
      List<Double> box = numbers(golden.parameter(name));
      Box taken =
          new Box(
              box.get(0).intValue(),
              box.get(1).intValue(),
              box.get(2).intValue(),
              box.get(3).intValue());
      return image.cropped(taken, Integer.parseInt(last), interpolation(name));
    } else if (name.startsWith("resize_")) {
      String[] size = name.split("_")[1].split("x");
      return image.resized(
          Integer.parseInt(size[0]), Integer.parseInt(size[1]), interpolation(name));
    }
    return switch (op.isEmpty() ? name : op) {
      case "gaussian_blur" -> image.blurred(Double.parseDouble(last));
      case "solarize" -> image.solarized(Integer.parseInt(last));
      case "hflip" -> image.mirrored();
      case "gray3" -> image.grey();
      case "brightness" -> image.brighter(Double.parseDouble(last));
      case "contrast" -> image.contrasted(Double.parseDouble(last));
      case "saturation" -> image.saturated(Double.parseDouble(last));
      case "hue" -> image.hued(Double.parseDouble(last));
      default -> throw new AssertionError("an operation that is not known: " + name);
    };
  }

  public static void operationsOfAugMix(Golden golden) {
    Picture image = Picture.of(golden.input("image"));
    float level = (float) golden.parameter("sampled_level").asDouble();
    float sign = golden.parameter("negated").asBoolean() ? -1 : 1;
    int side = golden.parameter("image_size_constant").asInt();
    for (JsonNode op : golden.parameter("ops")) {
      Operation operation = Operation.valueOf(op.asString().toUpperCase(Locale.ROOT));
      Tensor amount =
          AugMix.amount(
              operation,
              Tensor.of(new float[] {level}, 1),
              Tensor.of(new float[] {sign}, 1),
              side,
              side);
      Tensor levels = image.levels();
      Picture result = Picture.of(operation.apply(levels, amount, AugMix.setting(levels)), null);
      result.check(golden, op.asString(), golden.expected(op.asString()), tolerance(golden), 0);
    }
  }

  public static void evaluationByDataSet(Golden golden) {
    Picture image = Picture.of(golden.input("image"));
    String set = golden.parameter("dataset").asString();
    if (golden.expects("image")) {
      // The steps are given in words: shorter side to 70, bicubic, centre crop of 64.
      int[] steps =
          Arrays.stream(golden.parameter("steps").asString().split("\\D+"))
              .filter(word -> !word.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      image
          .centred(steps[0], steps[1], interpolation(golden.parameter("steps").asString()))
          .check(golden, "image", golden.expected("image"), tolerance(golden), 0);
      return;
    }
    List<Augmentation> steps = new ArrayList<>();
    JsonNode resize = golden.root().path("params").path("resize");
    if (!resize.isMissingNode()) {
      steps.add(
          new Resize(
              resize.get(0).asInt(),
              Resize.Side.BOTH,
              interpolation(golden.parameter("interpolation").asString())));
      steps.add(new Normalize(numbers(golden.parameter("mean")), numbers(golden.parameter("std"))));
    } else {
      // Statistics of §4.1, which the case does not repeat.
      steps.add(
          set.startsWith("cifar")
              ? new Normalize(List.of(0.4914, 0.4822, 0.4465), List.of(0.2023, 0.1994, 0.2010))
              : new Normalize(List.of(0.480, 0.448, 0.398), List.of(0.277, 0.269, 0.282)));
    }
    checkNormalized(golden, "tensor_chw", new ViewPipeline(steps), image, tolerance(golden));
  }

  // ---- selfcon

  public static void evaluationSamples(Golden golden) {
    Picture image = Picture.of(golden.input("image"));
    Normalize normalize =
        new Normalize(numbers(golden.parameter("mean")), numbers(golden.parameter("std")));
    boolean crops = golden.parameter("dataset").asString().startsWith("imagenet");
    ViewPipeline pipeline =
        crops
            ? pipeline(
                new Resize(256, Resize.Side.SHORTER, Interpolation.BILINEAR),
                new CenterCrop(224),
                normalize)
            : pipeline(normalize);
    List<Double> places = numbers(golden.expected("sample_flat_indices"));
    List<Double> values = numbers(golden.expected("sample_values"));
    for (float[] view : views(pipeline, image)) {
      for (int i = 0; i < places.size(); i++) {
        assertThat((double) view[places.get(i).intValue()])
            .as("%s [%s]", golden, places.get(i))
            .isCloseTo(values.get(i), within(tolerance(golden)));
      }
      double sum = 0;
      for (float value : view) {
        sum += value;
      }
      assertThat(sum / view.length)
          .as("%s mean", golden)
          .isCloseTo(golden.expected("sum").asDouble() / view.length, within(1e-3));
    }
  }

  // ---- corinfomax

  public static void operationsAndViews(Golden golden) {
    String kind = golden.parameter("kind").asString();
    if (kind.startsWith("each operation")) {
      operations(golden);
    } else if (kind.startsWith("whole training view")) {
      wholeView(golden);
    } else if (golden.expects("cifar10")) {
      settings(golden);
    } else {
      throw new AssertionError("a kind of case that is not known: " + kind);
    }
  }

  /** The views of the built-in recipes have the recorded probabilities and ranges. */
  private static void settings(Golden golden) {
    for (String set : List.copyOf(golden.root().path("expected").propertyNames())) {
      JsonNode expected = golden.expected(set);
      List<ViewOptions> views = BuiltInViews.of(set.replace('_', '-') + "/corinfomax");
      assertThat(views).as(set).hasSize(2);
      for (int view = 0; view < 2; view++) {
        List<Augmentation> steps = views.get(view).group().pipeline().augmentations();
        assertThat(probabilities(steps))
            .as("%s view %s", set, view + 1)
            .isEqualTo(numbers(expected.path("view" + (view + 1))));
        for (Augmentation step : steps) {
          checkSettings(golden, expected, step);
        }
      }
    }
  }

  private static List<Double> probabilities(List<Augmentation> steps) {
    double[] p = new double[5];
    for (Augmentation step : steps) {
      if (step instanceof HorizontalFlip flip) {
        p[0] = flip.p();
      } else if (step instanceof ColorJitter jitter) {
        p[1] = jitter.p();
      } else if (step instanceof Grayscale grayscale) {
        p[2] = grayscale.p();
      } else if (step instanceof GaussianBlur blur) {
        p[3] = blur.p();
      } else if (step instanceof Solarize solarize) {
        p[4] = solarize.p();
      }
    }
    return Arrays.stream(p).boxed().toList();
  }

  private static void checkSettings(Golden golden, JsonNode expected, Augmentation step) {
    JsonNode jitters = golden.parameter("jitter");
    if (step instanceof RandomResizedCrop crop) {
      assertThat(crop.size()).isEqualTo(expected.path("crop").asInt());
      assertThat(crop.scale()).containsExactly(expected.path("min_scale").asDouble(), 1.0);
      assertThat(crop.interpolation())
          .isEqualTo(interpolation(golden.parameter("interpolation").asString()));
    } else if (step instanceof ColorJitter jitter) {
      assertThat(List.of(jitter.brightness(), jitter.contrast(), jitter.saturation(), jitter.hue()))
          .containsExactly(
              jitters.path("brightness").asDouble(),
              jitters.path("contrast").asDouble(),
              jitters.path("saturation").asDouble(),
              jitters.path("hue").asDouble());
    } else if (step instanceof GaussianBlur blur) {
      assertThat(blur.sigma()).isEqualTo(numbers(golden.parameter("blur_sigma_range")));
    } else if (step instanceof Normalize normalize) {
      assertThat(normalize.mean()).isEqualTo(numbers(expected.path("mean")));
      assertThat(normalize.std()).isEqualTo(numbers(expected.path("std")));
    }
  }

  private static void operations(Golden golden) {
    Picture image = Picture.of(golden.input("image"));
    Box box =
        new Box(
            golden.parameter("crop_top").asInt(),
            golden.parameter("crop_left").asInt(),
            golden.parameter("crop_height").asInt(),
            golden.parameter("crop_width").asInt());
    int threshold = golden.parameter("solarize_threshold").asInt();
    for (String name : List.copyOf(golden.root().path("expected").propertyNames())) {
      Picture result;
      if (name.startsWith("gaussian_blur_sigma_")) {
        result = image.blurred(Double.parseDouble(name.substring(20)));
      } else {
        result =
            switch (name) {
              case "resized_crop_bicubic" ->
                  image.cropped(
                      box, golden.parameter("crop_output").asInt(), Interpolation.BICUBIC);
              case "hflip" -> image.mirrored();
              case "jitter_in_order" -> {
                Picture jittered = image;
                for (JsonNode step : golden.parameter("jitter_order")) {
                  jittered = jittered(golden.root().path("params"), jittered, step.asString());
                }
                yield jittered;
              }
              case "grayscale" -> image.grey();
              case "solarize" -> image.solarized(threshold);
              default -> jittered(golden.root().path("params"), image, name);
            };
      }
      result.check(golden, name, golden.expected(name), tolerance(golden), 0);
      result.checkMean(golden, name, golden.expected(name), 0.1);
    }
  }

  private static Picture jittered(JsonNode params, Picture image, String step) {
    return switch (step) {
      case "brightness" -> image.brighter(amount(params, "brightness"));
      case "contrast" -> image.contrasted(amount(params, "contrast"));
      case "saturation" -> image.saturated(amount(params, "saturation"));
      case "hue" -> image.hued(amount(params, "hue"));
      default -> throw new AssertionError("an operation that is not known: " + step);
    };
  }

  private static double amount(JsonNode params, String name) {
    for (String key : List.of(name, name + "_factor", name + "_shift")) {
      if (params.has(key)) {
        return params.path(key).asDouble();
      }
    }
    throw new AssertionError("no amount of " + name);
  }

  private static void wholeView(Golden golden) {
    List<Double> crop = numbers(golden.parameter("crop"));
    Box box =
        new Box(
            crop.get(0).intValue(),
            crop.get(1).intValue(),
            crop.get(2).intValue(),
            crop.get(3).intValue());
    JsonNode expected = golden.expected("output");
    int side = expected.path("shape").get(1).asInt();
    Picture image = Picture.of(golden.input("image")).cropped(box, side, Interpolation.BICUBIC);
    if (golden.parameter("flip").asBoolean()) {
      image = image.mirrored();
    }
    JsonNode jitter = golden.parameter("jitter");
    if (!jitter.isNull()) {
      for (JsonNode step : golden.parameter("jitter_order")) {
        image = jittered(jitter, image, step.asString());
      }
    }
    if (golden.parameter("grayscale").asBoolean()) {
      image = image.grey();
    }
    if (!golden.parameter("blur_sigma").isNull()) {
      image = image.blurred(golden.parameter("blur_sigma").asDouble());
    }
    if (golden.parameter("solarize").asBoolean()) {
      image = image.solarized(128);
    }
    Normalize normalize = CorInfoMaxStatistics.of(golden.parameter("dataset").asString());
    checkNormalized(golden, "output", pipeline(normalize), image, tolerance(golden));
  }

  /** The statistics of §4 of the specification, which the cases of views do not repeat. */
  private static final class CorInfoMaxStatistics {
    static Normalize of(String set) {
      return switch (set) {
        case "cifar10" ->
            new Normalize(List.of(0.4914, 0.4822, 0.4465), List.of(0.247, 0.243, 0.261));
        case "cifar100" ->
            new Normalize(List.of(0.5071, 0.4865, 0.4409), List.of(0.2673, 0.2564, 0.2762));
        default -> new Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
      };
    }
  }

  public static void distributionOfCrops(Golden golden) {
    int draws = 20000;
    int height = golden.parameter("image_height").asInt();
    int width = golden.parameter("image_width").asInt();
    RandomResizedCrop crop =
        new RandomResizedCrop(
            32,
            numbers(golden.parameter("scale")),
            numbers(golden.parameter("ratio")),
            Interpolation.BICUBIC);
    double[] areas = new double[draws];
    double[] aspects = new double[draws];
    double top = 0;
    double left = 0;
    int tops = 0;
    int lefts = 0;
    for (int i = 0; i < draws; i++) {
      Box box = crop.box(new Draws(Keyed.of(5), i, 0), height, width);
      areas[i] = (double) box.height() * box.width() / height / width;
      aspects[i] = Math.log((double) box.width() / box.height());
      if (box.height() < height) {
        top += (double) box.top() / (height - box.height());
        tops++;
      }
      if (box.width() < width) {
        left += (double) box.left() / (width - box.width());
        lefts++;
      }
    }
    checkNumber(golden, "area_fraction_mean", mean(areas));
    checkNumber(golden, "area_fraction_std", deviation(areas));
    checkNumber(golden, "log_aspect_mean", mean(aspects));
    checkNumber(golden, "log_aspect_std", deviation(aspects));
    checkNumber(golden, "relative_top_mean", top / tops);
    checkNumber(golden, "relative_left_mean", left / lefts);
    Arrays.sort(areas);
    List<Double> quantiles = numbers(golden.expected("area_fraction_quantiles_10_50_90"));
    for (int i = 0; i < 3; i++) {
      assertThat(areas[(int) (draws * (0.1 + 0.4 * i))])
          .as("%s quantile %s", golden, i)
          .isCloseTo(quantiles.get(i), within(tolerance(golden)));
    }
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    return Math.sqrt(
        Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
  }

  private static void checkNumber(Golden golden, String key, double value) {
    assertThat(value)
        .as("%s %s", golden, key)
        .isCloseTo(golden.expected(key).asDouble(), within(tolerance(golden)));
  }

  public static void evaluation(Golden golden) {
    Picture image = Picture.of(golden.input("image"));
    ViewPipeline pipeline =
        pipeline(
            new Resize(
                golden.parameter("resize").asInt(), Resize.Side.SHORTER, Interpolation.BICUBIC),
            new CenterCrop(golden.parameter("crop").asInt()),
            new Normalize(numbers(golden.parameter("mean")), numbers(golden.parameter("std"))));
    int side = golden.parameter("crop").asInt();
    for (float[] view : views(pipeline, image)) {
      assertThat(numbers(golden.expected("shape")))
          .containsExactly(3.0, (double) side, (double) side);
      assertThat(view).hasSize(3 * side * side);
      for (int c = 0; c < 3; c++) {
        double[] plane = new double[side * side];
        for (int i = 0; i < plane.length; i++) {
          plane[i] = view[c * plane.length + i];
        }
        assertThat(mean(plane))
            .isCloseTo(golden.expected("channel_mean").get(c).asDouble(), within(2e-3));
        assertThat(deviation(plane))
            .isCloseTo(golden.expected("channel_std").get(c).asDouble(), within(2e-3));
      }
      if (golden.expects("samples")) {
        for (JsonNode sample : golden.expected("samples")) {
          List<Double> at = numbers(sample.path("chw"));
          int place = (int) ((at.get(0) * side + at.get(1)) * side + at.get(2));
          assertThat((double) view[place])
              .as("%s %s", golden, at)
              .isCloseTo(sample.path("value").asDouble(), within(tolerance(golden)));
        }
      }
    }
    if (golden.expects("output")) {
      checkNormalized(golden, "output", pipeline, image, tolerance(golden));
    }
  }

  // ---- twist

  public static void operationsOfMultiCrop(Golden golden) {
    Picture image = Picture.of(golden.input("image"));
    double level = tolerance(golden);
    for (String name : List.copyOf(golden.root().path("expected").propertyNames())) {
      JsonNode expected = golden.expected(name);
      if (name.startsWith("val_")) {
        continue;
      } else if (!expected.isArray()) {
        Picture result =
            switch (name) {
              case "hflip" -> image.mirrored();
              case "grayscale_3ch" -> image.grey();
              case "solarize_128" -> image.solarized(128);
              default -> throw new AssertionError("an operation that is not known: " + name);
            };
        result.check(golden, name, expected, level, 0);
        continue;
      }
      for (JsonNode one : expected) {
        Picture result =
            switch (name) {
              case "gaussian_blur" -> image.blurred(one.path("radius").asDouble());
              case "resized_crop_bicubic", "resized_crop_bilinear" ->
                  image.cropped(
                      new Box(
                          one.path("top").asInt(),
                          one.path("left").asInt(),
                          one.path("height").asInt(),
                          one.path("width").asInt()),
                      one.path("size").asInt(),
                      interpolation(name));
              case "brightness" -> image.brighter(one.path("factor").asDouble());
              case "contrast" -> image.contrasted(one.path("factor").asDouble());
              case "saturation" -> image.saturated(one.path("factor").asDouble());
              case "hue" -> image.hued(one.path("factor").asDouble());
              default -> throw new AssertionError("an operation that is not known: " + name);
            };
        result.check(
            golden, name, one.path("output"), name.equals("hue") ? Math.max(2, level) : level, 0);
      }
    }
    JsonNode bilinear = golden.expected("val_bilinear");
    int resize = bilinear.path("resize").asInt();
    int crop = bilinear.path("crop").asInt();
    ViewPipeline pipeline =
        pipeline(
            new Resize(resize, Resize.Side.SHORTER, Interpolation.BILINEAR),
            new CenterCrop(crop),
            new Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)));
    double[] expected = Golden.tensor(bilinear.path("output_chw")).toDoubleArray();
    for (float[] view : views(pipeline, image)) {
      Picture.close(golden + " val_bilinear", view, expected, 0.03);
    }
    image
        .centred(resize, crop, Interpolation.BICUBIC)
        .check(golden, "val_bicubic_uint8", golden.expected("val_bicubic_uint8"), level, 0);
  }

  // ---- helpers

  /** Checks the normalised views of an image, made in every way there is. */
  private static void checkNormalized(
      Golden golden, String key, ViewPipeline pipeline, Picture image, double tolerance) {
    double[] expected = golden.expectedTensor(key).toDoubleArray();
    for (float[] view : views(pipeline, image)) {
      Picture.close(golden + " " + key, view, expected, tolerance);
    }
  }

  /** Returns a fixed view as the pipeline makes it, as tensors do, and from a frame. */
  private static List<float[]> views(ViewPipeline pipeline, Picture image) {
    Tensor pixels = image.pixels();
    Images images = Images.of(pixels);
    Tensor none = Tensor.zeros(1, 1);
    for (Augmentation augmentation : pipeline.augmentations()) {
      images = augmentation.apply(images, none);
    }
    List<float[]> views = new ArrayList<>();
    views.add(pipeline.apply(pixels).toFloatArray());
    views.add(images.levels().toFloatArray());
    if (pipeline.isFrame()) {
      Tensor index = Tensor.zeros(DType.INT64, Device.CPU, 1);
      Frame frame = pipeline.frame(image.height(), image.width(), 0, Keyed.of(0));
      views.add(
          pipeline.applyFramed(image.taken(frame).pixels(), index, Keyed.of(0)).toFloatArray());
    }
    return views;
  }

  private static ViewPipeline pipeline(Augmentation... steps) {
    return new ViewPipeline(List.of(steps));
  }

  private static Interpolation interpolation(String text) {
    return text.contains("bicubic") ? Interpolation.BICUBIC : Interpolation.BILINEAR;
  }

  private static double tolerance(Golden golden) {
    return golden.root().required("tolerance").asDouble();
  }

  private static org.assertj.core.data.Offset<Double> within(double tolerance) {
    return org.assertj.core.data.Offset.offset(tolerance);
  }

  private static List<Double> numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asDouble).toList();
  }
}
