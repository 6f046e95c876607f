/** What any binary is turned into: values only. Knows nothing but {@code bytes}. */
@NullMarked
package dev.binspect.image;

import org.jspecify.annotations.NullMarked;
