/**
 * What must hold for any bytes at all: the targets of {@code scripts/fuzz}, run over what it once
 * found by the ordinary tests.
 */
@NullMarked
package dev.binspect.fuzz;

import org.jspecify.annotations.NullMarked;
