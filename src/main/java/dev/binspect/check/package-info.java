/** From a report to what holds and what does not. */
@NullMarked
package dev.binspect.check;

import org.jspecify.annotations.NullMarked;
