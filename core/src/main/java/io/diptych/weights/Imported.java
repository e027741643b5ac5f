package io.diptych.weights;

import java.util.List;

/**
 * An encoder that came out of a foreign file.
 *
 * @param encoder with its weights, on the processor
 * @param entry the dictionary it was in, empty for the outermost
 * @param layout how its tensors were named
 * @param leftOut names of tensors of the dictionary that are no part of the encoder
 * @param missing phrases for the tensors that were not loaded, if that was allowed
 */
public record Imported(
    Encoder encoder, String entry, String layout, List<String> leftOut, List<String> missing) {}
