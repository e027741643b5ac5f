package io.diptych.evaluate;

import io.diptych.option.Option;

/**
 * How features are judged.
 *
 * @param knn the votes of nearest neighbours
 * @param linear the linear probe
 */
public record EvaluateSettings(
    @Option(value = "{}", doc = "votes of nearest neighbours") Knn.Settings knn,
    @Option(value = "{}", doc = "logistic regression on frozen features")
        LinearProbe.Settings linear) {}
