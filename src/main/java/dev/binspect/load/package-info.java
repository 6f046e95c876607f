/**
 * What the loader will do with a file and everything it needs, as values: {@link
 * dev.binspect.load.LoadPlan}. {@link dev.binspect.load.Loaders} chooses the loader; each family of
 * them has a room of its own below, which knows the values here and no other family.
 */
@NullMarked
package dev.binspect.load;

import org.jspecify.annotations.NullMarked;
