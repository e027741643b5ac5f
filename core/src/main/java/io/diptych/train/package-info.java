/** The training loop, checkpoints, resumption, monitors and metric sinks. */
@NullMarked
package io.diptych.train;

import org.jspecify.annotations.NullMarked;
