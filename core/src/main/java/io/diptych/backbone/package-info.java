/**
 * Image encoders: ResNets, VGG, EfficientNet, ShuffleNet, AlexNet and ViT, their stems and sub-
 * networks.
 */
@NullMarked
package io.diptych.backbone;

import org.jspecify.annotations.NullMarked;
