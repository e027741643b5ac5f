package io.diptych.cli;

import io.diptych.data.DataOptions;
import io.diptych.data.DatasetInfo;
import io.diptych.data.DatasetName;
import io.diptych.data.Datasets;
import io.diptych.data.Downloader;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.LoadReport;
import io.diptych.data.SampleMaker;
import io.diptych.data.SplitImages;
import io.diptych.option.Options;
import io.diptych.view.ViewOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What data sets there are, and how to get and look at them. */
@Command(
    name = "data",
    description = "List data sets, download one, or look at a folder.",
    synopsisSubcommandLabel = "COMMAND")
final class DataCommand extends Verbose implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "list", description = "List the data sets.")
  int list(@Mixin Verbose verbose) {
    PrintWriter out = spec.commandLine().getOut();
    for (DatasetInfo info : Datasets.list()) {
      out.printf(
          Locale.ROOT,
          "%-14s %s%n",
          info.name().key(),
          info.trainImages() == 0
              ? info.title()
              : String.format(
                  Locale.ROOT,
                  "%s: %,d + %,d images%s%s, %s",
                  info.title(),
                  info.trainImages(),
                  info.testImages(),
                  info.height() == 0
                      ? ""
                      : String.format(
                          Locale.ROOT,
                          " of %d×%d×%d",
                          info.channels(),
                          info.height(),
                          info.width()),
                  info.classes().isEmpty() ? "" : ", " + info.classes().size() + " classes",
                  info.licence()));
    }
    out.flush();
    return 0;
  }

  @Command(name = "get", description = "Download a data set and check every byte of it.")
  int get(
      @Parameters(paramLabel = "NAME", description = "Name of the data set.") String name,
      @Option(
              names = "--to",
              paramLabel = "DIR",
              description = "Where to; found again by itself without it.")
          @Nullable Path to,
      @Mixin Verbose verbose)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    DatasetInfo info = Datasets.info(datasetName(name));
    if (info.download().isEmpty()) {
      throw new IllegalArgumentException("'" + name + "' cannot be downloaded: " + info.origin());
    }
    Path target = to == null ? Datasets.home(info.name()) : to;
    Downloader downloader = new Downloader(new DownloadProgress(out));
    for (Path file : downloader.get(info.name(), target)) {
      out.println(file + " is complete and unchanged");
    }
    out.flush();
    return 0;
  }

  @Command(name = "inspect", description = "Say what images a folder or data set holds.")
  int inspect(
      @Parameters(paramLabel = "PATH|NAME", description = "A folder of images, or a data set.")
          String what,
      @Option(
              names = "--image-size",
              defaultValue = "32",
              description =
                  "Side that a folder's images are brought to (default ${DEFAULT-VALUE}).")
          int imageSize,
      @Option(
              names = "--views",
              paramLabel = "RECIPE",
              description =
                  "Also draw some images with the views that a recipe makes of them; a folder's"
                      + " images are brought to the size of the largest.")
          @Nullable String recipe,
      @Option(
              names = "--to",
              paramLabel = "FILE",
              defaultValue = "views.png",
              description = "Where the picture goes (default ${DEFAULT-VALUE}).")
          Path picture,
      @Mixin Verbose verbose)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ViewPicture views = recipe == null ? null : ViewPicture.of(recipe);
    Integer side = isNamed(what) ? null : views == null ? imageSize : views.side(imageSize);
    try (SplitImages data =
        Datasets.openStored(options(what, side, null), report -> tell(report, out))) {
      describe("train", data.train(), out);
      if (data.test() != null) {
        describe("test", data.test(), out);
      }
      if (views != null) {
        views.draw(data.train(), picture);
        out.println("views by " + recipe + ": " + picture);
      }
    }
    out.flush();
    return 0;
  }

  @Command(
      name = "augmentations",
      description = "List the augmentations that views are made of, or the options of one.")
  int augmentations(
      @Parameters(arity = "0..1", paramLabel = "NAME", description = "An augmentation's name.")
          @Nullable String name,
      @Mixin Verbose verbose) {
    FamilyPrinter.print(ViewOptions.AUGMENTATIONS, name, spec.commandLine().getOut());
    return 0;
  }

  @Command(
      name = "sample",
      description = "Make the embedded sample again from the full Fashion-MNIST.")
  int sample(
      @Option(names = "--from", required = true, paramLabel = "DIR", description = "Its IDX files.")
          Path from,
      @Option(names = "--to", required = true, paramLabel = "DIR", description = "Where to write.")
          Path to,
      @Mixin Verbose verbose) {
    SampleMaker.make(from, to, SampleMaker.TRAIN_PER_CLASS, SampleMaker.TEST_PER_CLASS);
    return 0;
  }

  static DatasetName datasetName(String name) {
    for (DatasetName candidate : DatasetName.values()) {
      if (candidate.key().equals(name)) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("unknown data set '" + name + "'; see 'diptych data list'");
  }

  /** Returns how to open a named set or a folder so that it fits what an encoder was trained on. */
  static DataOptions options(String what, DataOptions trained) {
    DatasetInfo info = Datasets.info(trained.name());
    Integer side = trained.imageSize();
    Integer channels = trained.channels();
    return options(
        what,
        side != null || isNamed(what) || info.height() == 0 ? side : Integer.valueOf(info.height()),
        channels == null && info.channels() > 0 ? Integer.valueOf(info.channels()) : channels);
  }

  private static DataOptions options(
      String what, @Nullable Integer imageSize, @Nullable Integer channels) {
    Map<String, @Nullable Object> given = new LinkedHashMap<>();
    boolean named = isNamed(what);
    given.put("name", named ? what : Datasets.formatOf(what).key());
    given.put("path", named ? null : what);
    given.put("image_size", imageSize);
    given.put("channels", channels);
    given.put("on_error", "skip");
    return Options.defaults(DataOptions.class, given);
  }

  private static boolean isNamed(String what) {
    return Datasets.list().stream()
        .map(DatasetInfo::name)
        .anyMatch(name -> name.key().equals(what) && !name.isYours());
  }

  private static void tell(LoadReport report, PrintWriter out) {
    report.skipped().forEach(line -> out.println("cannot be read: " + line));
    out.println(
        report.images()
            + " images, "
            + report.skipped().size()
            + " that cannot be read, "
            + report.ignored()
            + " other files");
  }

  private static void describe(String part, ImageCollection images, PrintWriter out) {
    out.println(
        part
            + ": "
            + images.size()
            + " images"
            + (images instanceof ImageSet resident ? " of " + resident.pixels().shape() : "")
            + (images.classNames().isEmpty()
                ? ", unlabelled"
                : ", classes " + String.join(", ", images.classNames())));
  }
}
