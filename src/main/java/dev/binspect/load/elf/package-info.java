/** The loaders of glibc and musl: search, closure, scope, look-ups, counters, advice. */
@NullMarked
package dev.binspect.load.elf;

import org.jspecify.annotations.NullMarked;
