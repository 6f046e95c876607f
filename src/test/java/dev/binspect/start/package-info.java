/** Tests of statistics and sampling: no clock, no process. */
@NullMarked
package dev.binspect.start;

import org.jspecify.annotations.NullMarked;
