package io.diptych.evaluate;

import io.diptych.option.Option;

/**
 * How features are judged.
 *
 * @param knn the votes of nearest neighbours
 * @param linear the linear probe
 * @param linearSgd the linear evaluation by gradient descent
 * @param cluster unsupervised classification
 * @param retrieve retrieval
 * @param stats statistics of the features
 * @param project maps of the features
 */
public record EvaluateSettings(
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
    @Option(value = "{}", doc = "maps of features in two dimensions")
        ProjectProtocol.Settings project) {}
