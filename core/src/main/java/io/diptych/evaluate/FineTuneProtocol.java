package io.diptych.evaluate;

import io.diptych.backbone.Backbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;

/** Fine-tuning of the encoder, trained and untrained. Pixels have nothing to be tuned. */
public final class FineTuneProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "finetune";

  private FineTuneProtocol() {}

  /**
   * Measures and writes {@code finetune.json}, which also has the number of images learnt from, an
   * interval of 95 % by the bootstrap, and the best accuracy of any epoch.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return for the encoder trained and untrained {@code top1}, {@code top5} and {@code
   *     mean_per_class} after the last epoch
   * @throws io.diptych.train.DivergedException if the loss is no number any more
   */
  public static List<Measures> run(
      Candidate candidate,
      FineTuneSettings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    FineTuning.Task task =
        new FineTuning.Task(
            candidate.train(),
            candidate.test(),
            candidate.encoders().transform(candidate.test()),
            candidate.encoders().side());
    ResultFile file =
        new ResultFile(
            NAME,
            candidate.identity(),
            candidate.provenance(Encoding.PLAIN),
            candidate.versions(),
            settings);
    List<Measures> all = new ArrayList<>();
    try (FineTuning tuning = new FineTuning(settings, task, candidate.features())) {
      file.number("labelled", tuning.size());
      ArrayNode training = file.array("training");
      for (String kind : List.of(Subject.ENCODER, Subject.UNTRAINED)) {
        Watch watch = Watch.named("finetune on " + kind, progress, cancelled);
        Backbone encoder = candidate.encoder(kind, candidate.train().channels());
        try {
          Learnt learnt = tuning.run(kind, encoder, watch);
          all.add(new Measures(kind, learnt.values()));
          learnt.describe(training.addObject());
          if (kind.equals(Subject.ENCODER)) {
            file.classes(learnt.last());
          }
        } finally {
          Candidate.free(encoder);
        }
      }
    }
    file.measures(all).write(directory);
    return List.copyOf(all);
  }
}
