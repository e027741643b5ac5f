package io.diptych.weights;

import io.diptych.backbone.Backbone;

/**
 * A trained encoder that is taken away.
 *
 * @param backbone the network with its weights, on the processor and in evaluation mode
 * @param info what one has to know to use it
 */
public record Encoder(Backbone backbone, EncoderInfo info) {}
