/** What Linux tells of folders and Java does not hand on. */
@NullMarked
package dev.binspect.files.linux;

import org.jspecify.annotations.NullMarked;
