/** The evaluation protocols and their metrics. */
@NullMarked
package io.diptych.evaluate;

import org.jspecify.annotations.NullMarked;
