/** One class per command: options in, exit code out. */
@NullMarked
package dev.binspect.cli;

import org.jspecify.annotations.NullMarked;
