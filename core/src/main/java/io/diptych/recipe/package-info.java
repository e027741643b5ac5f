/** Recipes: the records that say what a run is, how they are read, overridden and validated. */
@NullMarked
package io.diptych.recipe;

import org.jspecify.annotations.NullMarked;
