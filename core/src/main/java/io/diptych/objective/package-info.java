/** The losses as pure functions: tensors in, one scalar out. */
@NullMarked
package io.diptych.objective;

import org.jspecify.annotations.NullMarked;
