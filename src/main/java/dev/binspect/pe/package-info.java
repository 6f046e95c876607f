/** From bytes to an image: PE (Microsoft PE specification). */
@NullMarked
package dev.binspect.pe;

import org.jspecify.annotations.NullMarked;
