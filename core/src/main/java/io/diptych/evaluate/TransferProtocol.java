package io.diptych.evaluate;

import io.diptych.option.OptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Other data sets, learnt by the encoder. */
public final class TransferProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "transfer";

  private TransferProtocol() {}

  /**
   * Measures and writes {@code transfer.json}, which also has for each set its images, and for each
   * kind of features an interval of 95 % by the bootstrap and the best accuracy of any epoch.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return for each set, in the place of the kind of features, {@code top1}, {@code top5} and
   *     {@code mean_per_class} of the encoder after the last epoch, and {@code top1} of {@code
   *     untrained} and {@code pixels}; NaN where there is none
   * @throws OptionException if no set is given, or one cannot be used
   */
  public static List<Measures> run(
      Candidate candidate,
      TransferSettings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    // What is wrong with the last set shows before hours go into the first.
    DataIdentity data = identity(candidate, settings);
    Watch watch = new Watch(progress, cancelled);
    List<TransferSet.Result> results = new ArrayList<>();
    for (TransferSettings.Named set : settings.all()) {
      try (TransferSet opened = new TransferSet(candidate, set)) {
        results.add(opened.learn(settings, watch));
      }
    }
    ResultFile file =
        new ResultFile(
            NAME,
            data,
            candidate.provenance(parts(candidate.parts(), settings)),
            candidate.versions(),
            settings);
    ArrayNode described = file.array("sets");
    results.forEach(result -> describe(described.addObject(), result));
    List<Measures> all =
        results.stream().map(result -> new Measures(result.name(), row(result.learnt()))).toList();
    file.measures(all).write(directory);
    return all;
  }

  /** Says what of the encoder learns: fine-tuning takes its own features. */
  static Encoding.Settings parts(Encoding.Settings wanted, TransferSettings settings) {
    return settings.by() == TransferSettings.Learner.FINETUNE ? Encoding.PLAIN : wanted;
  }

  /** Opens and checks one set after the other, and says which images they have now. */
  static DataIdentity identity(Candidate candidate, TransferSettings settings) {
    settings.requireSets();
    List<DataIdentity> all = new ArrayList<>();
    for (TransferSettings.Named set : settings.all()) {
      try (TransferSet opened = new TransferSet(candidate, set)) {
        all.add(opened.identity());
      }
    }
    return DataIdentity.joined(all);
  }

  private static Map<String, Double> row(List<Learnt> learnt) {
    Map<String, Double> row = new LinkedHashMap<>();
    row.put(Subject.UNTRAINED, Double.NaN);
    row.put(Subject.PIXELS, Double.NaN);
    Map<String, Double> values = new LinkedHashMap<>();
    for (Learnt one : learnt) {
      if (one.features().equals(Subject.ENCODER)) {
        values.putAll(one.values());
      } else {
        row.put(one.features(), one.last().accuracy());
      }
    }
    values.putAll(row);
    return values;
  }

  private static void describe(ObjectNode node, TransferSet.Result result) {
    DataIdentity data = result.data();
    node.put("name", result.name()).put("train", data.train()).put("test", data.test());
    node.put("classes", data.classNames().size()).put("fingerprint", data.fingerprint());
    ArrayNode learnt = node.putArray("results");
    for (Learnt one : result.learnt()) {
      one.values().forEach(one.describe(learnt.addObject())::put);
    }
  }
}
