package dev.binspect.macho;

import dev.binspect.bytes.MalformedException;
import java.util.List;

/** The rebase table of LC_DYLD_INFO (REBASE_OPCODE_* of {@code <mach-o/loader.h>}). */
final class RebaseOpcodes {
  private static final String STRUCTURE = "rebase opcodes";

  private final OpcodeStream in;
  private final OpcodeCursor cursor;
  private final FixupTally tally;
  private final int width;
  private final boolean is64;
  private int type;

  private RebaseOpcodes(LoadCommands commands, FixupTally tally) throws MalformedException {
    this.in = new OpcodeStream(commands.slice, commands.rebase, STRUCTURE);
    this.is64 = commands.is64;
    this.width = is64 ? 8 : 4;
    List<Segment> segments = commands.segments;
    this.cursor = new OpcodeCursor(in, segments, width);
    this.tally = tally;
    this.type = FixupTypes.opcode(1, is64);
  }

  static void walk(LoadCommands commands, FixupTally tally) throws MalformedException {
    new RebaseOpcodes(commands, tally).walk();
  }

  private void walk() throws MalformedException {
    while (in.more()) {
      int op = in.u8();
      int immediate = op & 0xf;
      switch (op & 0xf0) {
        case 0x00 -> { // REBASE_OPCODE_DONE
          return;
        }
        case 0x10 -> { // REBASE_OPCODE_SET_TYPE_IMM
          if (immediate < 1 || immediate > 3) {
            throw in.malformed("set the unknown type " + immediate);
          }
          type = FixupTypes.opcode(immediate, is64);
        }
        // REBASE_OPCODE_SET_SEGMENT_AND_OFFSET_ULEB
        case 0x20 -> cursor.segment(immediate, in.uleb());
        case 0x30 -> cursor.advance(in.uleb()); // REBASE_OPCODE_ADD_ADDR_ULEB
        case 0x40 -> cursor.advance((long) immediate * width); // …_ADD_ADDR_IMM_SCALED
        case 0x50 -> rebase(immediate, 0); // REBASE_OPCODE_DO_REBASE_IMM_TIMES
        case 0x60 -> rebase(in.uleb(), 0); // REBASE_OPCODE_DO_REBASE_ULEB_TIMES
        case 0x70 -> rebase(1, in.uleb()); // REBASE_OPCODE_DO_REBASE_ADD_ADDR_ULEB
        case 0x80 -> { // REBASE_OPCODE_DO_REBASE_ULEB_TIMES_SKIPPING_ULEB
          long times = in.uleb();
          rebase(times, in.uleb());
        }
        default -> throw in.malformed("hold the unknown opcode 0x" + Integer.toHexString(op));
      }
    }
  }

  private void rebase(long times, long skip) throws MalformedException {
    for (long i = 0; Long.compareUnsigned(i, times) < 0; i++) {
      tally.add(cursor.place(), width, FixupTally.REBASE, type, false, true);
      cursor.advance(width + skip);
    }
  }
}
