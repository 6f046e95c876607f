/** From bytes to an image: ELF (gABI, psABIs). */
@NullMarked
package dev.binspect.elf;

import org.jspecify.annotations.NullMarked;
