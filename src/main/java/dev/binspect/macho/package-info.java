/** From bytes to images: Mach-O (mach-o/loader.h, mach-o/fixup-chains.h). */
@NullMarked
package dev.binspect.macho;

import org.jspecify.annotations.NullMarked;
