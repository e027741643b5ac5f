/** The pretraining methods: what each embeds and how it compares. */
@NullMarked
package io.diptych.method;

import org.jspecify.annotations.NullMarked;
