package dev.binspect.image;

/**
 * A named part of a file.
 *
 * @param name the format's own name (".text", "__TEXT,__text")
 * @param address where it is loaded; 0 if it is not loaded. ELF: the address in the file, as
 *     symbols and relocations give it; Mach-O and PE: relative to the image's preferred base
 * @param size bytes in memory
 * @param offset file offset in bytes
 * @param fileSize bytes in the file, 0 for zero-filled sections
 */
public record Section(
    String name,
    long address,
    long size,
    long offset,
    long fileSize,
    boolean loaded,
    boolean writable,
    boolean executable) {}
