package io.diptych.data;

/** What a reader found: pixels, or where encoded images are. */
sealed interface Content permits Listing, Parts {}
