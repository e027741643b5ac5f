package io.diptych.option;

import org.jspecify.annotations.Nullable;

/**
 * The description of one option, for help texts.
 *
 * @param key the dotted path of its key
 * @param type what it accepts: {@code number}, {@code list of texts}, {@code one of: mlp, linear}
 * @param defaultValue its default in YAML, or null if it must be given
 * @param range the interval its numbers must lie in, or an empty text
 * @param doc what it does
 * @param affectsResult whether another value can lead to other results
 */
public record OptionDoc(
    String key,
    String type,
    @Nullable String defaultValue,
    String range,
    String doc,
    boolean affectsResult) {}
