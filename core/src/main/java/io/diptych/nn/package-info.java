/**
 * Modules with named parameters and buffers, layers, initialisers and containers, named as PyTorch
 * names them.
 */
@NullMarked
package io.diptych.nn;

import org.jspecify.annotations.NullMarked;
