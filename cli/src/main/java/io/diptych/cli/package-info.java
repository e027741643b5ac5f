/** The {@code diptych} command and its subcommands. */
@NullMarked
package io.diptych.cli;

import org.jspecify.annotations.NullMarked;
