package dev.binspect.load.elf;

/**
 * How a machine's relocations ask for symbols: glibc's elf_machine_type_class and
 * elf_machine_lazy_rel of each machine.
 */
final class LookupClass {
  /** The relocation asks for nothing (NONE, RELATIVE). */
  static final int NO_LOOKUP = -1;

  static final int NORMAL = 0;

  /** Undefined symbols with an address do not answer (ELF_RTYPE_CLASS_PLT). */
  static final int PLT = 1;

  /** The program does not answer (ELF_RTYPE_CLASS_COPY). */
  static final int COPY = 2;

  private LookupClass() {}

  /** {@return whether the machine's relocation numbers are known here} */
  static boolean known(int machine) {
    return switch (machine) {
      case 3, 20, 21, 22, 40, 62, 183, 243, 258 -> true;
      default -> false;
    };
  }

  /**
   * {@return the class of a relocation type}
   *
   * @param machine e_machine
   */
  static int of(int machine, int type) {
    return switch (machine) {
      case 62 ->
          switch (type) { // EM_X86_64
            case 0, 8, 38 -> NO_LOOKUP;
            case 5 -> COPY;
            case 7, 16, 17, 18, 36 -> PLT;
            default -> NORMAL;
          };
      case 3 ->
          switch (type) { // EM_386
            case 0, 8 -> NO_LOOKUP;
            case 5 -> COPY;
            case 7, 14, 35, 36, 37, 41 -> PLT;
            default -> NORMAL;
          };
      case 183 ->
          switch (type) { // EM_AARCH64; 256 is the other R_AARCH64_NONE
            case 0, 256, 1027 -> NO_LOOKUP;
            case 1024 -> COPY;
            case 1026, 1028, 1029, 1030, 1031 -> PLT;
            default -> NORMAL;
          };
      case 40 ->
          switch (type) { // EM_ARM
            case 0, 23 -> NO_LOOKUP;
            case 20 -> COPY;
            case 13, 17, 18, 19, 22 -> PLT;
            default -> NORMAL;
          };
      case 243 ->
          switch (type) { // EM_RISCV
            case 0, 3 -> NO_LOOKUP;
            case 4 -> COPY;
            case 5, 6, 7, 8, 9, 10, 11 -> PLT;
            default -> NORMAL;
          };
      case 258 ->
          switch (type) { // EM_LOONGARCH
            case 0, 3 -> NO_LOOKUP;
            case 4 -> COPY;
            case 5, 6, 7, 8, 9, 10, 11 -> PLT;
            default -> NORMAL;
          };
      case 20, 21 -> { // EM_PPC, EM_PPC64
        if (type == 0 || type == 22) {
          yield NO_LOOKUP;
        }
        if (type == 19) {
          yield COPY;
        }
        yield type == 21 || (type >= 68 && type <= 106) ? PLT : NORMAL;
      }
      case 22 ->
          switch (type) { // EM_S390
            case 0, 12 -> NO_LOOKUP;
            case 9 -> COPY;
            case 11, 54, 55, 56 -> PLT;
            default -> NORMAL;
          };
      default -> NORMAL;
    };
  }

  /** {@return whether an entry of DT_JMPREL is left for the first call} */
  static boolean deferrable(int machine, int type) {
    return switch (machine) {
      case 62, 3 -> type == 7;
      case 183 -> type == 1026;
      case 40 -> type == 22;
      case 243, 258 -> type == 5;
      case 20, 21 -> type == 21;
      case 22 -> type == 11;
      default -> false;
    };
  }
}
