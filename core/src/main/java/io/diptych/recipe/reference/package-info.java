/** Recipes that do what a command line of a reference program does. */
@NullMarked
package io.diptych.recipe.reference;

import org.jspecify.annotations.NullMarked;
