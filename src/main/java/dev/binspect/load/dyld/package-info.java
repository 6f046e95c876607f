/**
 * The loader of macOS: search by install name and rpath, text stubs, two-level and flat bindings.
 */
@NullMarked
package dev.binspect.load.dyld;

import org.jspecify.annotations.NullMarked;
