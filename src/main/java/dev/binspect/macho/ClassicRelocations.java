package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The oldest generation: external and local relocations of LC_DYSYMTAB ({@code relocation_info} and
 * {@code scattered_relocation_info} of {@code <mach-o/reloc.h>}), and the pointers that dyld finds
 * through the indirect symbol table.
 */
final class ClassicRelocations {
  private static final int ENTRY = 8;
  private static final int SCATTERED = 0x80000000;
  private static final long INDIRECT_LOCAL_OR_ABSOLUTE = 0xc0000000L;
  private static final int JUMP_TABLE_STUB = 5;

  private final LoadCommands commands;
  private final DynamicSymbolTable table;
  private final @Nullable SymbolTable symbols;
  private final FixupTally tally;
  private final BindTargets targets;
  private final long base;

  /**
   * The target of each symbol + 1, 0 where there is none yet: of pointers bound at once or late.
   */
  private final int[][] bySymbol = new int[2][];

  private ClassicRelocations(
      LoadCommands commands, DynamicSymbolTable table, FixupTally tally, BindTargets targets) {
    this.commands = commands;
    this.table = table;
    this.symbols = commands.symbolTable;
    this.tally = tally;
    this.targets = targets;
    this.base = base(commands);
  }

  static void walk(
      LoadCommands commands, DynamicSymbolTable table, FixupTally tally, BindTargets targets)
      throws MalformedException {
    ClassicRelocations walk = new ClassicRelocations(commands, table, tally, targets);
    walk.entries(table.externalOffset(), table.externalCount(), true);
    walk.entries(table.localOffset(), table.localCount(), false);
  }

  /**
   * Adds the symbols that dyld binds through the indirect symbol table: files without LC_DYLD_INFO
   * and chained fixups list those pointers nowhere else.
   *
   * @return how many pointers
   */
  static long indirect(
      LoadCommands commands, DynamicSymbolTable table, FixupTally tally, BindTargets targets)
      throws MalformedException {
    return new ClassicRelocations(commands, table, tally, targets).indirect();
  }

  /** What r_address counts from (dyld's getRelocBase). */
  private static long base(LoadCommands commands) {
    boolean writable =
        commands.cpuType == CPU_TYPE_X86_64
            || commands.cpuType == CPU_TYPE_POWERPC64
            || (commands.flags & MH_SPLIT_SEGS) != 0;
    for (Segment segment : commands.segments) {
      if (!writable || segment.writable()) {
        return segment.address();
      }
    }
    return 0;
  }

  private void entries(long offset, long count, boolean external) throws MalformedException {
    String structure = external ? "external relocation" : "local relocation";
    Bytes slice = commands.slice;
    slice.slice(offset, count * ENTRY, structure);
    boolean little = slice.littleEndian();
    byte[] chunk = new byte[ENTRY * 4096];
    for (long i = 0; i < count; ) {
      int n = (int) Math.min(4096, count - i);
      slice.copyInto(offset + i * ENTRY, chunk, structure);
      for (int k = 0; k < n; k++) {
        int first = Bytes.i32(chunk, k * ENTRY, little);
        int second = Bytes.i32(chunk, k * ENTRY + 4, little);
        if (external) {
          external(first, second, little);
        } else {
          local(first, second, little);
        }
      }
      i += n;
    }
  }

  private void external(int address, int packed, boolean little) throws MalformedException {
    int symbol = little ? packed & 0xffffff : packed >>> 8;
    int length = little ? packed >>> 25 & 3 : packed >>> 5 & 3;
    int type = little ? packed >>> 28 & 0xf : packed & 0xf;
    int target = target(symbol, false);
    tally.add(
        place(address),
        1 << length,
        FixupTally.EXTERNAL,
        FixupTypes.relocation(type),
        true,
        targets.own(target));
    targets.use(target);
  }

  private void local(int first, int packed, boolean little) throws MalformedException {
    boolean scattered = (first & SCATTERED) != 0 && commands.cpuType != CPU_TYPE_X86_64;
    int address = scattered ? first & 0xffffff : first;
    int length = scattered ? first >>> 28 & 3 : little ? packed >>> 25 & 3 : packed >>> 5 & 3;
    int type = scattered ? first >>> 24 & 0xf : little ? packed >>> 28 & 0xf : packed & 0xf;
    tally.add(
        place(address), 1 << length, FixupTally.LOCAL, FixupTypes.relocation(type), false, true);
  }

  private long place(int address) {
    // Offsets are signed: what lies before the first writable segment is reached as well.
    long at = base + address;
    return commands.is64 ? at : at & 0xffffffffL;
  }

  private int target(long symbol, boolean lazy) throws MalformedException {
    SymbolTable table = symbols;
    if (table == null) {
      throw commands.slice.malformed(-1, "LC_SYMTAB", "is missing, and relocations need it");
    }
    int type = table.type(symbol); // of an entry that is there
    int[] known = bySymbol[lazy ? 1 : 0];
    if (known == null || symbol >= known.length) {
      known = longer(known, symbol, table);
      bySymbol[lazy ? 1 : 0] = known;
    }
    if (known[(int) symbol] != 0) {
      return known[(int) symbol] - 1;
    }
    boolean undefined = isUndefined(type);
    int ordinal =
        (commands.flags & MH_TWOLEVEL) == 0
            ? ORDINAL_FLAT
            : undefined ? table.ordinal(symbol) : ORDINAL_SELF;
    boolean weakImport = undefined && (table.description(symbol) & N_WEAK_REF) != 0;
    byte[] name = table.name(symbol).getBytes(StandardCharsets.UTF_8);
    int target =
        targets.intern(
            name,
            0,
            name.length,
            BindTargets.hash(name, 0, name.length),
            -1,
            ordinal,
            (weakImport ? BindTargets.WEAK_IMPORT : 0) | (lazy ? BindTargets.LAZY : 0));
    known[(int) symbol] = target + 1;
    return target;
  }

  /** Undefined symbols, which relocations name, stand at the table's end. */
  private static int[] longer(int @Nullable [] known, long symbol, SymbolTable table) {
    long size = Math.min(table.count(), Math.max(symbol + 1, 1024) * 3 / 2);
    return known == null ? new int[(int) size] : Arrays.copyOf(known, (int) size);
  }

  private static boolean isUndefined(int type) {
    int kind = type & N_TYPE;
    return kind == N_UNDF || kind == N_PBUD;
  }

  private long indirect() throws MalformedException {
    long pointers = 0;
    for (Segment segment : commands.segments) {
      for (MachoSection section : segment.sections()) {
        int size = pointerSize(section);
        if (size == 0) {
          continue;
        }
        boolean lazy = section.type() != S_NON_LAZY_SYMBOL_POINTERS;
        long count = section.size() / size;
        long from = section.reserved1() & 0xffffffffL;
        if (from + count > table.indirectCount() || count < 0) {
          throw commands.slice.malformed(
              table.indirectOffset(),
              "indirect symbol table",
              "has no room for " + segment.name() + "," + section.name());
        }
        for (long i = 0; i < count; i++) {
          long symbol =
              commands.slice.u32(table.indirectOffset() + (from + i) * 4, "indirect symbol table");
          if ((symbol & INDIRECT_LOCAL_OR_ABSOLUTE) == 0) {
            targets.use(target(symbol, lazy));
            pointers++;
          }
        }
      }
    }
    return pointers;
  }

  private int pointerSize(MachoSection section) {
    return switch (section.type()) {
      case S_NON_LAZY_SYMBOL_POINTERS, S_LAZY_SYMBOL_POINTERS, S_LAZY_DYLIB_SYMBOL_POINTERS ->
          commands.is64 ? 8 : 4;
      case S_SYMBOL_STUBS ->
          (section.flags() & S_ATTR_SELF_MODIFYING_CODE) != 0
                  && section.reserved2() == JUMP_TABLE_STUB
              ? JUMP_TABLE_STUB
              : 0;
      default -> 0;
    };
  }
}
