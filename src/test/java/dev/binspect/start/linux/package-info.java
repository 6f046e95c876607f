/** Tests of the tracer, on real programs. */
@NullMarked
package dev.binspect.start.linux;

import org.jspecify.annotations.NullMarked;
