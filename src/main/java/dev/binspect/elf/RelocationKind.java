package dev.binspect.elf;

/**
 * What a relocation asks of the loader, whatever the machine calls it. Numbers, because tallies are
 * arrays.
 */
final class RelocationKind {
  static final int RELATIVE = 0;
  static final int SYMBOLIC = 1;
  static final int GOT = 2;
  static final int PLT = 3;
  static final int COPY = 4;
  static final int TLS = 5;
  static final int IRELATIVE = 6;
  static final int NONE = 7;
  private static final String[] KEYS = {
    "relative", "symbolic", "got", "plt", "copy", "tls", "irelative", "none"
  };

  private RelocationKind() {}

  /** {@return how many kinds there are} */
  static int count() {
    return KEYS.length;
  }

  /** {@return the word used in reports} */
  static String key(int kind) {
    return KEYS[kind];
  }

  /** {@return the kind of a type by the psABI's name, which follows one pattern on all machines} */
  static int of(String name) {
    if (name.endsWith("_NONE") || name.equals("R_ALPHA_LITUSE") || name.equals("R_XTENSA_RTLD")) {
      return NONE;
    }
    if (name.endsWith("COPY")) {
      return COPY;
    }
    if (name.contains("IRELATIV") || name.contains("JMP_IREL")) {
      return IRELATIVE;
    }
    if (name.contains("TLS")
        || name.contains("DTPMOD")
        || name.contains("DTPREL")
        || name.contains("DTPOFF")
        || name.contains("TPOFF")
        || name.contains("TPREL")) {
      return TLS;
    }
    if (name.endsWith("RELATIVE")
        || name.endsWith("RELATIVE64")
        || name.startsWith("R_IA64_REL32")
        || name.startsWith("R_IA64_REL64")
        || name.equals("R_MICROBLAZE_REL")) {
      return RELATIVE;
    }
    if (name.endsWith("JMP_SLOT")
        || name.endsWith("JUMP_SLOT")
        || name.endsWith("_IPLT")
        || name.endsWith("_EPLT")
        || name.startsWith("R_IA64_IPLT")) {
      return PLT;
    }
    if (name.endsWith("GLOB_DAT")) {
      return GOT;
    }
    return SYMBOLIC;
  }
}
