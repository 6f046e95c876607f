/** Link time against load time. */
@NullMarked
package dev.binspect.tradeoff;

import org.jspecify.annotations.NullMarked;
