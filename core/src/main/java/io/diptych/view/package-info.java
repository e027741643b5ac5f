/** Augmentations: batched, keyed, and computed on the device. */
@NullMarked
package io.diptych.view;

import org.jspecify.annotations.NullMarked;
