/** Decoding of image files, by OpenCV where its natives are present, else by the JDK's ImageIO. */
@NullMarked
package io.diptych.data.decode;

import org.jspecify.annotations.NullMarked;
