package dev.binspect.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Windows' loader reads of a PE image to bind it.
 *
 * @param imports functions asked of other modules, in the order of the file
 * @param exports an entry for each name and for each slot in use without a name; a slot with two
 *     names stands here twice
 * @param manifestDependencies side-by-side assemblies named by the embedded manifest
 * @param attachments what others made of them
 */
public record PeTables(
    List<Import> imports,
    List<Export> exports,
    List<String> manifestDependencies,
    Details details,
    Attachments attachments)
    implements LoaderTables {

  public PeTables(
      List<Import> imports,
      List<Export> exports,
      List<String> manifestDependencies,
      Details details) {
    this(imports, exports, manifestDependencies, details, new Attachments());
  }

  public PeTables(List<Import> imports, List<Export> exports, List<String> manifestDependencies) {
    this(imports, exports, manifestDependencies, Details.NONE);
  }

  /**
   * @param name null where it is imported by ordinal; empty where the name cannot be read
   * @param ordinal -1 where it is imported by name
   */
  public record Import(String library, @Nullable String name, int ordinal, boolean delayed) {}

  /**
   * @param name null for an export by ordinal only
   * @param address of the function, relative to the image's base; of the forwarder's text where
   *     there is one
   * @param forwarder "DLL.Function", or null
   */
  public record Export(
      @Nullable String name, int ordinal, long address, @Nullable String forwarder) {}

  /**
   * A DLL whose addresses a linker wrote into the import address table beforehand.
   *
   * @param timestamp of the DLL it was bound to
   * @param forwarders DLLs that the DLL forwards to
   */
  public record Bound(String library, long timestamp, List<String> forwarders) {}

  /**
   * Functions of a DLL that the program binds at their first call, through a delay-load descriptor
   * that no directory names.
   *
   * @param library as the descriptor writes it
   */
  public record Undeclared(String library, int byName, int byOrdinal) {}

  /**
   * What the headers say beyond the tables.
   *
   * @param machine IMAGE_FILE_MACHINE_* of the file header, also for hybrid images
   * @param subsystem "windows-cui", "windows-gui", "native", "efi-application", …
   * @param pdb the debug information's file name as the linker wrote it, or null
   * @param sizeOfImage bytes of address space
   * @param dependentLoadFlags LOAD_LIBRARY_SEARCH_* of the load configuration; 0 for the usual
   *     search
   * @param tlsCallbacks functions called at every start of a thread; -1 where they cannot be read
   * @param bound bound imports
   * @param importPages distinct pages written where the image is not relocated: those of the import
   *     address table
   * @param driver whether the kernel loads it
   * @param moved whether no process has the address it asks for, so that its base relocations are
   *     always applied
   * @param manifest whether a manifest is embedded
   * @param undeclaredDelays delayed imports that are in no directory, and in no count
   * @param exportNames how many names the export table has
   * @param forwarders slots of the export table that name a function of another DLL
   */
  public record Details(
      int machine,
      String subsystem,
      @Nullable String pdb,
      long sizeOfImage,
      int dependentLoadFlags,
      int tlsCallbacks,
      List<Bound> bound,
      long importPages,
      boolean driver,
      boolean moved,
      boolean manifest,
      List<Undeclared> undeclaredDelays,
      long exportNames,
      long forwarders) {
    public static final Details NONE =
        new Details(
            0, "unknown", null, 0, 0, 0, List.of(), 0, false, false, false, List.of(), 0, 0);
  }
}
