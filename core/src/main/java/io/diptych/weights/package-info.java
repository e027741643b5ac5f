/**
 * Weights in the formats the world uses: safetensors, PyTorch, ONNX, TorchScript and Detectron2.
 */
@NullMarked
package io.diptych.weights;

import org.jspecify.annotations.NullMarked;
