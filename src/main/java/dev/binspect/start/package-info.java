/** What a start costs: measured behind an interface, or estimated. */
@NullMarked
package dev.binspect.start;

import org.jspecify.annotations.NullMarked;
