/** The loader of Windows: search order, API sets, side-by-side, forwarders. */
@NullMarked
package dev.binspect.load.windows;

import org.jspecify.annotations.NullMarked;
