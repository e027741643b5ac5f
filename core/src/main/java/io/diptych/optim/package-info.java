/** Optimisers, learning-rate schedules, parameter groups, gradient clipping and moving averages. */
@NullMarked
package io.diptych.optim;

import org.jspecify.annotations.NullMarked;
