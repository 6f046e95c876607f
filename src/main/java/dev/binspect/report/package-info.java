/** One class per output format over one Report value. */
@NullMarked
package dev.binspect.report;

import org.jspecify.annotations.NullMarked;
