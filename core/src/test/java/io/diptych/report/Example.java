package io.diptych.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Runs of many kinds to report on. */
enum Example {
  FULL {
    @Override
    List<Path> write(Path folder) throws IOException {
      return List.of(
          new SyntheticRun(folder.resolve("quickstart"), 1)
              .recipe(RECIPE)
              .metrics(780, 78, List.of("nt_xent"))
              .views()
              .knn(0.831, 0.826, 0.714)
              .linear(FEW_LABELS)
              .measures()
              .transfer("dtd", 0.512, 0.233)
              .maps(400)
              .directory());
    }
  },
  WORSE_THAN_PIXELS {
    @Override
    List<Path> write(Path folder) throws IOException {
      return List.of(
          new SyntheticRun(folder.resolve("short run"), 2)
              .recipe(RECIPE)
              .metrics(78, 78, List.of("invariance", "redundancy"))
              .linear(
                  new double[] {0.612, 0.641, 0.470},
                  new double[] {0.69, 0.701, 0.552},
                  new double[] {0.76, 0.79, 0.671},
                  new double[] {0.80, 0.848, 0.76})
              .directory());
    }
  },
  NOT_EVALUATED {
    @Override
    List<Path> write(Path folder) throws IOException {
      return List.of(
          new SyntheticRun(folder.resolve("simclr"), 3)
              .recipe(RECIPE)
              .metrics(20_000, 400, List.of("nt_xent"))
              .views()
              .directory());
    }
  },
  COMPARISON {
    @Override
    List<Path> write(Path folder) throws IOException {
      Path first =
          new SyntheticRun(folder.resolve("temperature-0.5"), 4)
              .recipe(RECIPE)
              .metrics(780, 78, List.of("nt_xent"))
              .views()
              .knn(0.831, 0.826, 0.714)
              .linear(FEW_LABELS)
              .directory();
      Path second =
          new SyntheticRun(folder.resolve("temperature-0.1-with-a-rather-long-name"), 5)
              .recipe(RECIPE.replace("temperature: 0.5", "temperature: 0.1") + "note: colder\n")
              .metrics(780, 78, List.of("nt_xent"))
              .views()
              .knn(0.802, 0.826, 0.714)
              .measures()
              .maps(200)
              .linear(
                  new double[] {0.692, 0.641, 0.470},
                  new double[] {0.741, 0.701, 0.552},
                  new double[] {0.795, 0.79, 0.671},
                  new double[] {0.832, 0.848, 0.76})
              .directory();
      return List.of(first, second);
    }
  },
  NASTY_NAMES {
    @Override
    List<Path> write(Path folder) throws IOException {
      List<String> classes =
          List.of(
              "<script>alert(1)</script>",
              "\"quoted\" & 'more'",
              "Donaudampfschifffahrtsgesellschaftskapitänsmütze",
              "猫",
              "]]>",
              "\u0000\u001b[31m");
      return List.of(
          new SyntheticRun(folder.resolve("a<b>&\"c\"'d'"), 6)
              .data("<img src=x onerror=alert(1)>", classes)
              .recipe(
                  "method: {name: \"<b>&amp;</b>\"}\n# </code></pre><script>alert(2)</script>\n")
              .metrics(30, 10, List.of("<i>", "a&b"))
              .views()
              .knn(0.7, 0.6, 0.5)
              .linear(FEW_LABELS)
              .maps(40)
              .skipped("<script>alert(3)</script>.png: \"broken\"")
              .directory());
    }
  },
  HUNDRED_CLASSES {
    @Override
    List<Path> write(Path folder) throws IOException {
      return List.of(
          new SyntheticRun(folder.resolve("cifar100"), 7)
              .data("CIFAR-100", IntStream.range(0, 100).mapToObj(i -> "class " + i).toList())
              .recipe(RECIPE)
              .metrics(2000, 100, List.of("nt_xent"))
              .knn(0.412, 0.151, 0.104)
              .linear(FEW_LABELS)
              .maps(300)
              .directory());
    }
  },
  ONE_LOG_LINE {
    @Override
    List<Path> write(Path folder) throws IOException {
      return List.of(
          new SyntheticRun(folder.resolve("started"), 8)
              .recipe(RECIPE)
              .metrics(1, 78, List.of("nt_xent"))
              .directory());
    }
  };

  static final double[][] FEW_LABELS = {
    {0.723, 0.641, 0.470}, {0.763, 0.701, 0.552}, {0.812, 0.79, 0.671}, {0.853, 0.848, 0.76}
  };

  static final String RECIPE =
      """
      # the resolved recipe
      name: sample/simclr
      data:
        name: sample
        labels: none
      views:
        crop: {scale: [0.3, 1.0], size: 28}
        flip: 0.5
      backbone:
        name: resnet
        depth: 18
        width: 32
        stem: light
      method:
        name: simclr
        temperature: 0.5
        projector: [128, 64]
      optimizer:
        name: sgd
        learning_rate: 0.3
        momentum: 0.9
        weight_decay: 1.0e-4
      schedule: {epochs: 10, warmup: 1}
      batch: 128
      seed: 1
      """;

  abstract List<Path> write(Path folder) throws IOException;
}
