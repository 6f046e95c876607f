/** What the loader will do with a file and everything it needs. One class per loader. */
@NullMarked
package dev.binspect.load;

import org.jspecify.annotations.NullMarked;
