/** Data sets, file formats, archives, downloads and loaders. */
@NullMarked
package io.diptych.data;

import org.jspecify.annotations.NullMarked;
