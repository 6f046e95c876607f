/** JSON that was written elsewhere or before, as a tree. */
@NullMarked
package dev.binspect.json;

import org.jspecify.annotations.NullMarked;
