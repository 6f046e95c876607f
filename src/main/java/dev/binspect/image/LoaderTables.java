package dev.binspect.image;

/** What a loader reads of an image to bind its symbols: one shape per format. */
public sealed interface LoaderTables permits ElfTables, MachoTables, PeTables {}
