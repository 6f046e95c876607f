/** The one bounds-checked, byte-ordered view of a file. Knows no other room. */
@NullMarked
package dev.binspect.bytes;

import org.jspecify.annotations.NullMarked;
