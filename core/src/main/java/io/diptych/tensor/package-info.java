/**
 * Tensors, shapes, devices, memory scopes, keyed randomness and linear algebra; the only package
 * that sees the libtorch binding.
 */
@NullMarked
package io.diptych.tensor;

import org.jspecify.annotations.NullMarked;
