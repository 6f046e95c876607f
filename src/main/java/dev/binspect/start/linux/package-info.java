/** The Linux tracer, and the native calls it needs. */
@NullMarked
package dev.binspect.start.linux;

import org.jspecify.annotations.NullMarked;
