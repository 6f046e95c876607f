/**
 * The door to the file system: opens a path once, tells its format by its first bytes, keeps what
 * was read.
 */
@NullMarked
package dev.binspect.files;

import org.jspecify.annotations.NullMarked;
