package dev.binspect.elf;

/**
 * The names of relocation types as the psABIs (and binutils, where they are silent) give them.
 *
 * <p>A table is one text, searched when a name is asked for: a file has a handful of types, and a
 * constant that is not asked for costs nothing (the classes of the tables are never loaded: the
 * compiler puts their texts here). The first word is the machine's prefix. A name counts up from
 * the one before it; {@code @N} sets the next number; {@code =NAME} does without the prefix.
 */
final class RelocationNames {
  private RelocationNames() {}

  /** {@return the name of a machine's relocation type, or the number where it has none} */
  static String name(int machine, int type) {
    String table = table(machine);
    int length = table.length();
    int prefix = table.indexOf(' ');
    int number = 0;
    int at = prefix + 1;
    while (at < length) {
      int end = table.indexOf(' ', at);
      if (end < 0) {
        end = length;
      }
      char first = table.charAt(at);
      if (first == '@') {
        number = Integer.parseInt(table, at + 1, end, 10);
      } else {
        if (number == type) {
          return first == '='
              ? table.substring(at + 1, end)
              : table.substring(0, prefix).concat(table.substring(at, end));
        }
        number++;
      }
      at = end + 1;
    }
    return Integer.toUnsignedString(type);
  }

  private static String table(int machine) {
    return switch (machine) {
      case Machine.X86_64, 181 -> X86RelocationNames.X86_64;
      case Machine.I386, 6 -> X86RelocationNames.I386;
      case Machine.AARCH64 -> ArmRelocationNames.AARCH64;
      case Machine.ARM -> ArmRelocationNames.ARM;
      case Machine.PPC -> IbmRelocationNames.PPC;
      case Machine.PPC64 -> IbmRelocationNames.PPC64;
      case Machine.S390 -> IbmRelocationNames.S390;
      case Machine.RISCV -> RiscRelocationNames.RISCV;
      case Machine.MIPS, Machine.MIPS_RS3_LE -> RiscRelocationNames.MIPS;
      case Machine.LOONGARCH -> RiscRelocationNames.LOONGARCH;
      case Machine.SPARC, Machine.SPARC32PLUS, Machine.SPARCV9 -> WorkstationRelocationNames.SPARC;
      case Machine.M68K -> WorkstationRelocationNames.M68K;
      case Machine.PARISC -> WorkstationRelocationNames.HPPA;
      case Machine.ALPHA, 41 -> WorkstationRelocationNames.ALPHA;
      case 50 -> WorkstationRelocationNames.IA64;
      case Machine.SH -> EmbeddedRelocationNames.SH;
      case 93, 195 -> EmbeddedRelocationNames.ARC;
      case 164 -> EmbeddedRelocationNames.HEXAGON;
      case 252 -> EmbeddedRelocationNames.CSKY;
      case 189 -> EmbeddedRelocationNames.MICROBLAZE;
      case 113 -> EmbeddedRelocationNames.NIOS2;
      case 92 -> EmbeddedRelocationNames.OR1K;
      case 94 -> EmbeddedRelocationNames.XTENSA;
      case 88 -> EmbeddedRelocationNames.M32R;
      case 251 -> EmbeddedRelocationNames.VE;
      case 191 -> EmbeddedRelocationNames.TILEGX;
      default -> "";
    };
  }
}
