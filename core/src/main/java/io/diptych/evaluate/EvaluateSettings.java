package io.diptych.evaluate;

import io.diptych.option.Option;
import io.diptych.option.OptionException;

/**
 * How features are judged.
 *
 * @param features what of the encoder is judged
 * @param knn the votes of nearest neighbours
 * @param linear the linear probe
 * @param linearSgd the linear evaluation by gradient descent
 * @param cluster unsupervised classification
 * @param retrieve retrieval
 * @param stats statistics of the features
 * @param finetune fine-tuning of the whole network
 * @param transfer other data sets
 * @param project maps of the features
 */
public record EvaluateSettings(
    @Option(
            value = "{}",
            doc = "what of a vision transformer is judged, where features stay as they are")
        Encoding.Settings features,
    @Option(value = "{}", doc = "votes of nearest neighbours") Knn.Settings knn,
    @Option(value = "{}", doc = "logistic regression on frozen features")
        LinearProbe.Settings linear,
    @Option(value = "{}", doc = "linear classifier by gradient descent on frozen features")
        LinearSgd.Settings linearSgd,
    @Option(value = "{}", doc = "clusters of features against classes")
        ClusterProtocol.Settings cluster,
    @Option(value = "{}", doc = "images of the same class among the nearest")
        RetrieveProtocol.Settings retrieve,
    @Option(value = "{}", doc = "how features fill their space") StatsProtocol.Settings stats,
    @Option(value = "{}", doc = "the whole network trained on with labels")
        FineTuneSettings finetune,
    @Option(value = "{}", doc = "other data sets, learnt by the encoder") TransferSettings transfer,
    @Option(value = "{}", doc = "maps of features in two dimensions")
        ProjectProtocol.Settings project) {
  /** Checks what goes together. */
  public EvaluateSettings {
    if (cluster.assign() == ClusterProtocol.Assign.ARGMAX && !features.isPlain()) {
      throw new OptionException(
          "cluster.assign",
          "argmax takes the features that the network itself classifies; leave"
              + " evaluate.features out, or take kmeans");
    }
  }
}
