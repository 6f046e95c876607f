package dev.binspect.elf;

/** e_machine numbers (gABI chapter 4 and the registry) and what binspect must know of each. */
final class Machine {
  static final int SPARC = 2;
  static final int I386 = 3;
  static final int M68K = 4;
  static final int MIPS = 8;
  static final int MIPS_RS3_LE = 10;
  static final int PARISC = 15;
  static final int SPARC32PLUS = 18;
  static final int PPC = 20;
  static final int PPC64 = 21;
  static final int S390 = 22;
  static final int ARM = 40;
  static final int SH = 42;
  static final int SPARCV9 = 43;
  static final int X86_64 = 62;
  static final int AARCH64 = 183;
  static final int RISCV = 243;
  static final int LOONGARCH = 258;
  static final int ALPHA = 0x9026;

  private Machine() {}

  /** {@return the usual name, or the number} */
  static String name(int machine, boolean is64) {
    return switch (machine) {
      case SPARC, SPARC32PLUS, SPARCV9 -> "sparc";
      case I386, 6 -> "i386";
      case M68K -> "m68k";
      case MIPS, MIPS_RS3_LE -> "mips";
      case PARISC -> "hppa";
      case PPC -> "ppc";
      case PPC64 -> "ppc64";
      case S390, 0xa390 -> is64 ? "s390x" : "s390";
      case ARM -> "arm";
      case SH -> "sh";
      case ALPHA, 41 -> "alpha";
      case X86_64 -> "x86-64";
      case AARCH64 -> "aarch64";
      case RISCV -> "riscv";
      case LOONGARCH -> "loongarch";
      case 93, 195, 253, 255 -> "arc";
      case 39 -> "rce";
      case 50 -> "ia64";
      case 23 -> "spu";
      case 36, 87, 0x9080 -> "v850";
      case 46 -> "h8300";
      case 53 -> "m68hc12";
      case 70 -> "m68hc11";
      case 75 -> "vax";
      case 76 -> "cris";
      case 80 -> "mmix";
      case 83 -> "avr";
      case 84 -> "fr30";
      case 88, 0x9041 -> "m32r";
      case 89, 0xbeef -> "mn10300";
      case 92 -> "or1k";
      case 94 -> "xtensa";
      case 105 -> "msp430";
      case 106 -> "blackfin";
      case 113 -> "nios2";
      case 135 -> "score";
      case 140 -> "c6000";
      case 164 -> "hexagon";
      case 167 -> "nds32";
      case 174 -> "metag";
      case 181 -> "k1om";
      case 180 -> "l1om";
      case 188 -> "tilepro";
      case 189, 0xbaab -> "microblaze";
      case 190 -> "cuda";
      case 191 -> "tilegx";
      case 224 -> "amdgpu";
      case 244 -> "lanai";
      case 247 -> "bpf";
      case 251 -> "ve";
      case 252 -> "csky";
      case 0x5441 -> "frv";
      default -> Integer.toString(machine);
    };
  }

  /** {@return whether DT_HASH has 8-byte words: s390x and alpha, against the gABI} */
  static boolean wideHash(int machine, boolean is64) {
    return is64 && (machine == S390 || machine == ALPHA);
  }

  static boolean isMips(int machine) {
    return machine == MIPS || machine == MIPS_RS3_LE;
  }

  static boolean isSparc(int machine) {
    return machine == SPARC || machine == SPARC32PLUS || machine == SPARCV9;
  }

  /**
   * {@return whether an object without PT_GNU_STACK makes the stack executable: the default of
   * Linux and glibc's stackinfo.h}
   */
  static boolean stackExecutableByDefault(int machine) {
    return switch (machine) {
      case I386,
          X86_64,
          ARM,
          PPC,
          S390,
          SPARC,
          SPARC32PLUS,
          SPARCV9,
          MIPS,
          M68K,
          SH,
          PARISC,
          ALPHA ->
          true;
      default -> false;
    };
  }
}
