/**
 * Options of everything configurable: records whose components carry their default, range and
 * documentation ({@link io.diptych.option.Option}), a strict binder from YAML to such records with
 * one-line errors, and the way back.
 */
@NullMarked
package io.diptych.option;

import org.jspecify.annotations.NullMarked;
