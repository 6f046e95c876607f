package dev.binspect.macho;

import dev.binspect.bytes.MalformedException;

/**
 * The bind, weak bind and lazy bind tables of LC_DYLD_INFO (BIND_OPCODE_* of {@code
 * <mach-o/loader.h>}), the threaded ones of the first arm64e systems among them.
 */
final class BindOpcodes {
  /** The ordinal table of threaded binds is indexed by 16 bits. */
  private static final int MOST_THREADED = 1 << 16;

  private static final int WEAK_IMPORT = 1;
  private static final int NON_WEAK_DEFINITION = 8;

  private final OpcodeStream in;
  private final OpcodeCursor cursor;
  private final FixupTally tally;
  private final BindTargets targets;
  private final LoadCommands commands;
  private final int table;
  private final int width;
  private int type;
  private int ordinal;

  // The symbol in the stream, its hash, and where the targets keep it, or -1.
  private int symbolFrom;
  private int symbolLength;
  private int symbolHash;
  private int symbolKept = -1;
  private boolean named;
  private boolean weakImport;
  private int target = -1;
  private boolean threaded;
  private int[] ordinalTable = new int[0];
  private int ordinals;

  private BindOpcodes(
      LoadCommands commands, Range range, int table, FixupTally tally, BindTargets targets)
      throws MalformedException {
    this.commands = commands;
    this.table = table;
    this.in =
        new OpcodeStream(
            commands.slice,
            range,
            switch (table) {
              case FixupTally.WEAK_BIND -> "weak bind opcodes";
              case FixupTally.LAZY_BIND -> "lazy bind opcodes";
              default -> "bind opcodes";
            });
    this.width = commands.is64 ? 8 : 4;
    this.type = FixupTypes.opcode(1, commands.is64);
    this.cursor = new OpcodeCursor(in, commands.segments, width);
    this.tally = tally;
    this.targets = targets;
  }

  static void walk(LoadCommands commands, FixupTally tally, BindTargets targets)
      throws MalformedException {
    new BindOpcodes(commands, commands.bind, FixupTally.BIND, tally, targets).walk();
    new BindOpcodes(commands, commands.weakBind, FixupTally.WEAK_BIND, tally, targets).walk();
    new BindOpcodes(commands, commands.lazyBind, FixupTally.LAZY_BIND, tally, targets).walk();
  }

  private void walk() throws MalformedException {
    while (in.more()) {
      int op = in.u8();
      int immediate = op & 0xf;
      switch (op & 0xf0) {
        case 0x00 -> { // BIND_OPCODE_DONE, which ends each entry of the lazy table
          if (table != FixupTally.LAZY_BIND) {
            return;
          }
        }
        case 0x10 -> library(immediate); // BIND_OPCODE_SET_DYLIB_ORDINAL_IMM
        case 0x20 -> library(Math.clamp(in.uleb(), -1, Integer.MAX_VALUE));
        // BIND_OPCODE_SET_DYLIB_SPECIAL_IMM: a number of four bits with a sign
        case 0x30 -> library(immediate == 0 ? 0 : immediate | ~0xf);
        case 0x40 -> { // BIND_OPCODE_SET_SYMBOL_TRAILING_FLAGS_IMM
          symbolFrom = in.at;
          symbolLength = in.skipName();
          symbolHash = BindTargets.hash(in.bytes, symbolFrom, symbolLength);
          symbolKept = -1;
          named = (immediate & NON_WEAK_DEFINITION) == 0 || table != FixupTally.WEAK_BIND;
          weakImport = (immediate & WEAK_IMPORT) != 0;
          target = -1;
        }
        case 0x50 -> { // BIND_OPCODE_SET_TYPE_IMM
          if (immediate < 1 || immediate > 3) {
            throw in.malformed("set the unknown type " + immediate);
          }
          type = FixupTypes.opcode(immediate, commands.is64);
        }
        case 0x60 -> in.skipSleb(); // BIND_OPCODE_SET_ADDEND_SLEB
        // BIND_OPCODE_SET_SEGMENT_AND_OFFSET_ULEB
        case 0x70 -> cursor.segment(immediate, in.uleb());
        case 0x80 -> cursor.advance(in.uleb()); // BIND_OPCODE_ADD_ADDR_ULEB
        case 0x90 -> bind(1, 0); // BIND_OPCODE_DO_BIND
        case 0xa0 -> bind(1, in.uleb()); // BIND_OPCODE_DO_BIND_ADD_ADDR_ULEB
        case 0xb0 -> bind(1, (long) immediate * width); // …_ADD_ADDR_IMM_SCALED
        case 0xc0 -> { // BIND_OPCODE_DO_BIND_ULEB_TIMES_SKIPPING_ULEB
          long times = in.uleb();
          bind(times, in.uleb());
        }
        case 0xd0 -> threaded(op, immediate);
        default -> throw unknown(op);
      }
    }
  }

  private void library(int number) {
    ordinal = number;
    target = -1;
  }

  private void threaded(int op, int immediate) throws MalformedException {
    if (immediate == 0) { // BIND_SUBOPCODE_THREADED_SET_BIND_ORDINAL_TABLE_SIZE_ULEB
      long size = in.uleb();
      if (size < 0 || size > MOST_THREADED) {
        throw in.malformed("announce " + Long.toUnsignedString(size) + " threaded ordinals");
      }
      threaded = true;
      ordinalTable = new int[(int) size];
      ordinals = 0;
    } else if (immediate == 1) { // BIND_SUBOPCODE_THREADED_APPLY
      cursor.place();
      Segment segment = cursor.segment();
      long at = segment.fileOffset() + cursor.offset();
      ChainWalker walker =
          new ChainWalker(
              commands.slice,
              tally,
              FixupTally.REBASE,
              FixupTally.BIND,
              targets,
              ordinalTable,
              ordinals);
      walker.enter(PointerFormat.of(PointerFormat.ARM64E), segment, 0);
      walker.chain(at, segment.fileOffset() + segment.fileSize());
    } else {
      throw unknown(op);
    }
  }

  private void bind(long times, long skip) throws MalformedException {
    if (!named) {
      throw in.malformed("bind before a symbol is named");
    }
    if (target < 0) {
      boolean weak = table == FixupTally.WEAK_BIND;
      target =
          targets.intern(
              in.bytes,
              symbolFrom,
              symbolLength,
              symbolHash,
              symbolKept,
              weak ? MachoConstants.ORDINAL_WEAK : ordinal,
              (weakImport ? BindTargets.WEAK_IMPORT : 0)
                  | (table == FixupTally.LAZY_BIND ? BindTargets.LAZY : 0)
                  | (weak ? BindTargets.WEAK_TABLE : 0));
      symbolKept = targets.nameAt(target);
    }
    if (threaded && table == FixupTally.BIND) {
      if (ordinals >= ordinalTable.length) {
        throw in.malformed("hold more threaded ordinals than the " + ordinals + " announced");
      }
      ordinalTable[ordinals++] = target;
      return;
    }
    boolean own = targets.own(target);
    for (long i = 0; Long.compareUnsigned(i, times) < 0; i++) {
      tally.add(cursor.place(), width, table, type, true, own);
      targets.use(target);
      cursor.advance(width + skip);
    }
  }

  private MalformedException unknown(int op) {
    return in.malformed("hold the unknown opcode 0x" + Integer.toHexString(op));
  }
}
