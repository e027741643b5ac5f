/**
 * Image data: readers of the formats public sets come in, image folders, downloads with checksums,
 * and the resident sets everything else trains and evaluates on. Whatever is wrong with a file ends
 * as a {@link io.diptych.data.DataException} that names it.
 */
@NullMarked
package io.diptych.data;

import org.jspecify.annotations.NullMarked;
