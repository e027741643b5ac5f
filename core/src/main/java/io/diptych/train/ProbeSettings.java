package io.diptych.train;

import io.diptych.option.Option;

/**
 * Measures of the features during training. They see labels, which training need not have, and
 * change nothing about it: no gradient, no running statistic, no random draw.
 *
 * @param linear whether a linear classifier learns beside
 * @param linearLr its learning rate
 * @param knnEvery epochs between two classifications by neighbours
 * @param knn how many neighbours vote
 */
public record ProbeSettings(
    @Option(
            value = "false",
            doc =
                "train a linear classifier on the features of each batch's first view, and log its"
                    + " accuracy; costs a forward pass of the encoder")
        boolean linear,
    @Option(value = "0.1", range = "(0, inf)", doc = "learning rate of that classifier")
        double linearLr,
    @Option(
            value = "0",
            range = "[0, inf)",
            doc =
                "epochs between two classifications of the test images by their neighbours among"
                    + " the training images; 0 for none")
        int knnEvery,
    @Option(value = "20", range = "[1, inf)", doc = "neighbours that vote") int knn) {}
