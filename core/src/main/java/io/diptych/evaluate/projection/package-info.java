/**
 * Maps: points in two dimensions for rows of features, such that near points stand for similar
 * rows, and a measure of how far to trust them. Distances are Euclidean; rows scaled to length 1
 * make them those of cosines.
 */
@NullMarked
package io.diptych.evaluate.projection;

import org.jspecify.annotations.NullMarked;
