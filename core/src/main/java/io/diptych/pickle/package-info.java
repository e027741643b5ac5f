/**
 * Python's pickles, read as plain values and written. Reading executes nothing: a pickle may name
 * only what a {@link io.diptych.pickle.Vocabulary} lists.
 */
@NullMarked
package io.diptych.pickle;

import org.jspecify.annotations.NullMarked;
