@NullMarked
package dev.binspect.elf;

import org.jspecify.annotations.NullMarked;
