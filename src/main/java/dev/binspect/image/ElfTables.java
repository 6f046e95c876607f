package dev.binspect.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an ELF loader reads of an object (gABI chapter 5; the GNU extensions as glibc reads them).
 *
 * @param elfMachine e_machine
 * @param osAbi EI_OSABI
 * @param symbols DT_SYMTAB with DT_STRTAB
 * @param versions DT_VERSYM, DT_VERNEED, DT_VERDEF; null where the object has none
 * @param gnuHash DT_GNU_HASH, or null
 * @param sysvHash DT_HASH, or null
 * @param entries the relocations that name a symbol or that may be deferred, in the order of ld.so
 * @param relative how many leading entries DT_RELACOUNT and DT_RELCOUNT announce (capped to the
 *     table, as ld.so does)
 * @param relr expanded DT_RELR places
 * @param flags DT_FLAGS with DT_SYMBOLIC, DT_TEXTREL and DT_BIND_NOW folded in (DF_ORIGIN 1,
 *     DF_SYMBOLIC 2, DF_TEXTREL 4, DF_BIND_NOW 8, DF_STATIC_TLS 16)
 * @param flags1 DT_FLAGS_1
 * @param segments the program headers
 * @param versionsNeeded DT_VERNEED by file, in order
 * @param filtees DT_FILTER and DT_AUXILIARY, in order
 * @param audit the libraries that DT_AUDIT and DT_DEPAUDIT name
 */
public record ElfTables(
    int elfMachine,
    int osAbi,
    Symbols symbols,
    @Nullable ElfVersions versions,
    @Nullable GnuHash gnuHash,
    @Nullable SysvHash sysvHash,
    Entries entries,
    long relative,
    long relr,
    int flags,
    int flags1,
    List<Segment> segments,
    List<VersionNeed> versionsNeeded,
    List<Filtee> filtees,
    List<String> audit)
    implements LoaderTables {
  public static final int DF_ORIGIN = 1;
  public static final int DF_SYMBOLIC = 2;
  public static final int DF_TEXTREL = 4;
  public static final int DF_BIND_NOW = 8;
  public static final int DF_STATIC_TLS = 16;
  public static final int DF_1_NOW = 1;
  public static final int DF_1_NODEFLIB = 0x800;
  public static final int DF_1_PIE = 0x08000000;

  /** {@return whether all look-ups are made at start (DF_BIND_NOW, DT_BIND_NOW or DF_1_NOW)} */
  public boolean bindNow() {
    return (flags & DF_BIND_NOW) != 0 || (flags1 & DF_1_NOW) != 0;
  }

  /** A program header (gABI chapter 5). */
  public record Segment(
      int type, int flags, long offset, long address, long fileSize, long memorySize, long align) {}

  /** One DT_VERNEED record: a file and the versions asked of it. */
  public record VersionNeed(String file, List<String> versions) {}

  /**
   * A library that is asked before the object itself for what the object defines.
   *
   * @param auxiliary DT_AUXILIARY: it may be missing (DT_FILTER: it must be there)
   * @param after how many entries DT_NEEDED stand before it
   */
  public record Filtee(String name, boolean auxiliary, int after) {}

  /**
   * Relocations in columns, in the order ld.so takes them: DT_REL(A) without its leading relative
   * entries and without what belongs to DT_JMPREL, then DT_JMPREL (from {@code pltFrom} on).
   *
   * @param count how many
   * @param type the machine's number
   * @param symbol index in the dynamic symbol table
   * @param offset the place written to (r_offset)
   * @param pltFrom index of the first entry of DT_JMPREL
   */
  public record Entries(int count, int[] type, int[] symbol, long[] offset, int pltFrom) {
    public static final Entries NONE = new Entries(0, new int[0], new int[0], new long[0], 0);
  }

  /**
   * Versions of the dynamic symbols.
   *
   * @param versym one 16-bit number per symbol; bit 15 means hidden; null where DT_VERSYM is
   *     missing
   * @param name by version index (1 base, 0 local); null where no record defines the index
   * @param file by version index: the DT_VERNEED file, null for the object's own definitions
   * @param hash by version index: vna_hash or vd_hash
   * @param weakNeed by version index: VER_FLG_WEAK of the need
   * @param defined by version index: true where DT_VERDEF defines it
   * @param baseDefinition name of the base definition (VER_FLG_BASE), or null
   */
  public record ElfVersions(
      short @Nullable [] versym,
      @Nullable String[] name,
      @Nullable String[] file,
      int[] hash,
      boolean[] weakNeed,
      boolean[] defined,
      @Nullable String baseDefinition) {}

  /**
   * DT_GNU_HASH.
   *
   * @param bloom words of the filter, of {@code wordBits} bits each
   */
  public record GnuHash(
      int symbolBase, int bloomShift, int wordBits, long[] bloom, int[] buckets, int[] chain) {}

  /** DT_HASH. */
  public record SysvHash(int[] buckets, int[] chain) {}
}
