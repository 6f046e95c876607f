package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

/**
 * Numbers for the types of all three generations, and their names: REBASE_TYPE_* and BIND_TYPE_* of
 * {@code <mach-o/loader.h>}, DYLD_CHAINED_PTR_* of {@code <mach-o/fixup-chains.h>}, and the
 * machines' {@code *_RELOC_*} of {@code <mach-o/reloc.h>}.
 */
final class FixupTypes {
  private static final int CHAINED = 4;
  private static final int RELOCATION = 40;

  private FixupTypes() {}

  private static final String[] FORMATS = {
    "",
    "arm64e",
    "pointer64",
    "pointer32",
    "pointer32Cache",
    "pointer32Firmware",
    "pointer64Offset",
    "arm64eKernel",
    "pointer64KernelCache",
    "arm64eUserland",
    "arm64eFirmware",
    "x86_64KernelCache",
    "arm64eUserland24",
    "arm64eSharedCache",
    "arm64eSegmented"
  };

  /** {@return the type of a REBASE_TYPE or BIND_TYPE, pointers by their width} */
  static int opcode(int type, boolean is64) {
    return type == 1 ? (is64 ? 0 : 1) : type;
  }

  /** {@return the type of a chained pointer} */
  static int chained(int format, boolean authenticated) {
    return CHAINED + format * 2 + (authenticated ? 1 : 0);
  }

  /** {@return the type of a classic relocation} */
  static int relocation(int type) {
    return RELOCATION + (type & 0xf);
  }

  static String name(int type, int cpuType) {
    if (type >= RELOCATION) {
      return relocationName(type - RELOCATION, cpuType);
    }
    if (type >= CHAINED) {
      int format = (type - CHAINED) / 2;
      String name = format < FORMATS.length ? FORMATS[format] : "format" + format;
      return (type - CHAINED) % 2 == 0 ? name : name + "Auth";
    }
    return switch (type) {
      case 0 -> "pointer64";
      case 1 -> "pointer32";
      case 2 -> "textAbsolute32";
      default -> "textPcrel32";
    };
  }

  private static String relocationName(int type, int cpuType) {
    return switch (cpuType) {
      case CPU_TYPE_X86_64 ->
          switch (type) {
            case 0 -> "X86_64_RELOC_UNSIGNED";
            case 1 -> "X86_64_RELOC_SIGNED";
            case 2 -> "X86_64_RELOC_BRANCH";
            default -> "X86_64_RELOC_" + type;
          };
      case CPU_TYPE_ARM64, CPU_TYPE_ARM64_32 ->
          type == 0 ? "ARM64_RELOC_UNSIGNED" : "ARM64_RELOC_" + type;
      case CPU_TYPE_ARM -> type == 0 ? "ARM_RELOC_VANILLA" : "ARM_RELOC_" + type;
      case CPU_TYPE_POWERPC, CPU_TYPE_POWERPC64 ->
          type == 0 ? "PPC_RELOC_VANILLA" : type == 1 ? "PPC_RELOC_PAIR" : "PPC_RELOC_" + type;
      default ->
          switch (type) {
            case 0 -> "GENERIC_RELOC_VANILLA";
            case 1 -> "GENERIC_RELOC_PAIR";
            case 3 -> "GENERIC_RELOC_PB_LA_PTR";
            default -> "GENERIC_RELOC_" + type;
          };
    };
  }
}
