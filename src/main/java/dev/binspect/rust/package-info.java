/** What Rust leaves behind: symbol names, crates, metadata, Cargo's target folder. */
@NullMarked
package dev.binspect.rust;

import org.jspecify.annotations.NullMarked;
