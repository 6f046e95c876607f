/** Was the dylib used: evidence, one small class a kind, and the one that weighs it. */
@NullMarked
package dev.binspect.linkage;

import org.jspecify.annotations.NullMarked;
