/**
 * Image encoders: ResNet, WideResNet, VGG, EfficientNet and ViT, their stems and multi-exit sub-
 * networks.
 */
@NullMarked
package io.diptych.backbone;

import org.jspecify.annotations.NullMarked;
