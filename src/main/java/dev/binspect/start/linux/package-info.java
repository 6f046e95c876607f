/** The Linux tracer. All native calls of the project stand here. */
@NullMarked
package dev.binspect.start.linux;

import org.jspecify.annotations.NullMarked;
