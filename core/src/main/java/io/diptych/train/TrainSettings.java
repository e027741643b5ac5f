package io.diptych.train;

import io.diptych.option.Option;

/**
 * How long and in what portions to train.
 *
 * @param epochs passes over the training images
 * @param batchSize images of one step
 * @param logEvery steps between two log lines
 * @param checkpointEvery epochs between two checkpoints
 */
public record TrainSettings(
    @Option(value = "100", range = "[1, inf)", doc = "passes over the training images") int epochs,
    @Option(
            value = "256",
            range = "[2, inf)",
            doc = "images of one step; the rest of an epoch that fills no batch is left out")
        int batchSize,
    @Option(
            value = "10",
            range = "[1, inf)",
            doc = "steps between two log lines",
            affectsResult = false)
        int logEvery,
    @Option(
            value = "1",
            range = "[1, inf)",
            doc = "epochs between two checkpoints; the last epoch always has one",
            affectsResult = false)
        int checkpointEvery) {}
