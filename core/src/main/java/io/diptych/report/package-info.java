/** The HTML report, its plots and its pictures. */
@NullMarked
package io.diptych.report;

import org.jspecify.annotations.NullMarked;
