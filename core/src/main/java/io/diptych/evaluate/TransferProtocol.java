package io.diptych.evaluate;

import io.diptych.data.DataOptions;
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
    Watch watch = new Watch(progress, cancelled);
    List<TransferSet.Result> results = new ArrayList<>();
    for (Map.Entry<String, DataOptions> set : sets(settings).entrySet()) {
      try (TransferSet opened = new TransferSet(candidate, set.getKey(), set.getValue())) {
        results.add(opened.learn(settings, watch));
      }
    }
    DataIdentity joined =
        DataIdentity.joined(results.stream().map(TransferSet.Result::data).toList());
    ResultFile file =
        new ResultFile(
            NAME,
            joined,
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

  /** Says which images the sets have now. */
  static DataIdentity identity(Candidate candidate, TransferSettings settings) {
    List<DataIdentity> all = new ArrayList<>();
    for (Map.Entry<String, DataOptions> set : sets(settings).entrySet()) {
      try (TransferSet opened = new TransferSet(candidate, set.getKey(), set.getValue())) {
        all.add(opened.identity());
      }
    }
    return DataIdentity.joined(all);
  }

  private static Map<String, DataOptions> sets(TransferSettings settings) {
    Map<String, DataOptions> sets = settings.all();
    if (sets.isEmpty()) {
      throw new OptionException(
          "evaluate.transfer.data",
          "there is no data set; give one, such as evaluate.transfer.data.name=dtd, or several:"
              + " 'evaluate.transfer.sets=[{name: dtd}, {name: mnist, path: DIR}]'");
    }
    return sets;
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
