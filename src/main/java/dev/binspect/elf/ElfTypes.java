package dev.binspect.elf;

/** Names and kinds of relocation types (the psABIs). */
final class ElfTypes {
  static final int EM_X86_64 = 62;
  static final int RELATIVE = 0;
  static final int SYMBOLIC = 1;
  static final int GOT = 2;
  static final int PLT = 3;
  static final int COPY = 4;
  static final int TLS = 5;
  static final int IRELATIVE = 6;
  static final int NONE = 7;

  private static final String[] X86_64 = {
    "R_X86_64_NONE",
    "R_X86_64_64",
    "R_X86_64_PC32",
    "R_X86_64_GOT32",
    "R_X86_64_PLT32",
    "R_X86_64_COPY",
    "R_X86_64_GLOB_DAT",
    "R_X86_64_JUMP_SLOT",
    "R_X86_64_RELATIVE",
    "R_X86_64_GOTPCREL",
    "R_X86_64_32",
    "R_X86_64_32S",
    "R_X86_64_16",
    "R_X86_64_PC16",
    "R_X86_64_8",
    "R_X86_64_PC8",
    "R_X86_64_DTPMOD64",
    "R_X86_64_DTPOFF64",
    "R_X86_64_TPOFF64",
    "R_X86_64_TLSGD",
    "R_X86_64_TLSLD",
    "R_X86_64_DTPOFF32",
    "R_X86_64_GOTTPOFF",
    "R_X86_64_TPOFF32",
    "R_X86_64_PC64",
    "R_X86_64_GOTOFF64",
    "R_X86_64_GOTPC32",
    "R_X86_64_GOT64",
    "R_X86_64_GOTPCREL64",
    "R_X86_64_GOTPC64",
    "R_X86_64_GOTPLT64",
    "R_X86_64_PLTOFF64",
    "R_X86_64_SIZE32",
    "R_X86_64_SIZE64",
    "R_X86_64_GOTPC32_TLSDESC",
    "R_X86_64_TLSDESC_CALL",
    "R_X86_64_TLSDESC",
    "R_X86_64_IRELATIVE",
    "R_X86_64_RELATIVE64",
    "R_X86_64_PC32_BND",
    "R_X86_64_PLT32_BND",
    "R_X86_64_GOTPCRELX",
    "R_X86_64_REX_GOTPCRELX"
  };

  private ElfTypes() {}

  static String name(int machine, int type) {
    return machine == EM_X86_64 && type < X86_64.length ? X86_64[type] : Integer.toString(type);
  }

  static int kind(int machine, int type, int table) {
    if (machine == EM_X86_64) {
      return switch (type) {
        case 0 -> NONE;
        case 5 -> COPY;
        case 6 -> GOT;
        case 7 -> PLT;
        case 8, 38 -> RELATIVE;
        case 16, 17, 18, 36 -> TLS;
        case 37 -> IRELATIVE;
        default -> SYMBOLIC;
      };
    }
    return table == ElfTally.PLT ? PLT : SYMBOLIC;
  }
}
