package dev.binspect.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One architecture's binary: an ELF or PE file, or a slice of a universal Mach-O file.
 *
 * @param machine the usual name ("x86-64", "aarch64"), or the number where there is none
 * @param bits 32 or 64
 * @param interpreter ELF PT_INTERP, Mach-O LC_LOAD_DYLINKER
 * @param name SONAME, install name or export name; null where there is none
 * @param producers what built it, as it says itself ("rustc version 1.95.0")
 * @param buildId lower-case hex of the GNU build id, the Mach-O UUID or the PDB GUID and age; null
 *     where there is none
 * @param imports null where damage hides them; a note tells
 * @param exports how many; -1 where damage hides them; a note tells
 * @param relocations null where damage hides them; a note tells
 * @param tables for the loader's simulation; null for files that no loader takes (objects, cores)
 * @param contents what is read only when asked
 * @param preferredBase the address the linker laid it out for
 * @param notes damage and suspicions found by the reader
 */
public record Image(
    Format format,
    Kind kind,
    String machine,
    int bits,
    boolean littleEndian,
    boolean pie,
    Linking linking,
    @Nullable String interpreter,
    @Nullable String name,
    SearchPaths searchPaths,
    List<String> producers,
    List<Needed> needed,
    @Nullable Imports imports,
    long exports,
    Hardening hardening,
    @Nullable Relocations relocations,
    @Nullable String buildId,
    long preferredBase,
    @Nullable LoaderTables tables,
    Contents contents,
    List<Note> notes) {}
