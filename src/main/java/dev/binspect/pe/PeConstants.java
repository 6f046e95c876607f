package dev.binspect.pe;

/** Numbers of the PE format with the names of {@code winnt.h}. */
final class PeConstants {
  static final int IMAGE_FILE_MACHINE_I386 = 0x14c;
  static final int IMAGE_FILE_MACHINE_ARM = 0x1c0;
  static final int IMAGE_FILE_MACHINE_THUMB = 0x1c2;
  static final int IMAGE_FILE_MACHINE_ARMNT = 0x1c4;
  static final int IMAGE_FILE_MACHINE_IA64 = 0x200;
  static final int IMAGE_FILE_MACHINE_AMD64 = 0x8664;
  static final int IMAGE_FILE_MACHINE_ARM64 = 0xaa64;
  static final int IMAGE_FILE_MACHINE_ARM64EC = 0xa641;
  static final int IMAGE_FILE_MACHINE_ARM64X = 0xa64e;

  static final int IMAGE_NT_OPTIONAL_HDR32_MAGIC = 0x10b;
  static final int IMAGE_NT_OPTIONAL_HDR64_MAGIC = 0x20b;

  static final int IMAGE_FILE_RELOCS_STRIPPED = 0x1;
  static final int IMAGE_FILE_LARGE_ADDRESS_AWARE = 0x20;
  static final int IMAGE_FILE_DLL = 0x2000;

  static final int IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA = 0x20;
  static final int IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE = 0x40;
  static final int IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY = 0x80;
  static final int IMAGE_DLLCHARACTERISTICS_NX_COMPAT = 0x100;
  static final int IMAGE_DLLCHARACTERISTICS_NO_ISOLATION = 0x200;
  static final int IMAGE_DLLCHARACTERISTICS_NO_SEH = 0x400;
  static final int IMAGE_DLLCHARACTERISTICS_NO_BIND = 0x800;
  static final int IMAGE_DLLCHARACTERISTICS_APPCONTAINER = 0x1000;
  static final int IMAGE_DLLCHARACTERISTICS_WDM_DRIVER = 0x2000;
  static final int IMAGE_DLLCHARACTERISTICS_GUARD_CF = 0x4000;
  static final int IMAGE_DLLCHARACTERISTICS_TERMINAL_SERVER_AWARE = 0x8000;

  static final int IMAGE_SUBSYSTEM_NATIVE = 1;
  static final int IMAGE_SUBSYSTEM_WINDOWS_GUI = 2;
  static final int IMAGE_SUBSYSTEM_WINDOWS_CUI = 3;

  static final int IMAGE_DIRECTORY_ENTRY_EXPORT = 0;
  static final int IMAGE_DIRECTORY_ENTRY_IMPORT = 1;
  static final int IMAGE_DIRECTORY_ENTRY_RESOURCE = 2;
  static final int IMAGE_DIRECTORY_ENTRY_SECURITY = 4;
  static final int IMAGE_DIRECTORY_ENTRY_BASERELOC = 5;
  static final int IMAGE_DIRECTORY_ENTRY_DEBUG = 6;
  static final int IMAGE_DIRECTORY_ENTRY_TLS = 9;
  static final int IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG = 10;
  static final int IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT = 11;
  static final int IMAGE_DIRECTORY_ENTRY_IAT = 12;
  static final int IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT = 13;
  static final int IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR = 14;
  static final int IMAGE_NUMBEROF_DIRECTORY_ENTRIES = 16;

  static final int IMAGE_SCN_CNT_CODE = 0x20;
  static final int IMAGE_SCN_MEM_DISCARDABLE = 0x02000000;
  static final int IMAGE_SCN_MEM_EXECUTE = 0x20000000;
  static final int IMAGE_SCN_MEM_READ = 0x40000000;
  static final int IMAGE_SCN_MEM_WRITE = 0x80000000;

  static final int IMAGE_REL_BASED_ABSOLUTE = 0;
  static final int IMAGE_REL_BASED_HIGH = 1;
  static final int IMAGE_REL_BASED_LOW = 2;
  static final int IMAGE_REL_BASED_HIGHLOW = 3;
  static final int IMAGE_REL_BASED_HIGHADJ = 4;
  static final int IMAGE_REL_BASED_MIPS_JMPADDR = 5;
  static final int IMAGE_REL_BASED_DIR64 = 10;

  private PeConstants() {}

  /** {@return the usual name of a machine, or its number in hex} */
  static String machine(int machine) {
    return switch (machine) {
      case IMAGE_FILE_MACHINE_I386 -> "i386";
      case IMAGE_FILE_MACHINE_AMD64 -> "x86-64";
      case IMAGE_FILE_MACHINE_ARM64 -> "aarch64";
      case IMAGE_FILE_MACHINE_ARM64EC -> "arm64ec";
      case IMAGE_FILE_MACHINE_ARM64X -> "arm64x";
      case IMAGE_FILE_MACHINE_ARM, IMAGE_FILE_MACHINE_THUMB, IMAGE_FILE_MACHINE_ARMNT -> "arm";
      case IMAGE_FILE_MACHINE_IA64 -> "ia64";
      case 0x162, 0x166, 0x168, 0x169, 0x266, 0x366, 0x466 -> "mips";
      case 0x184 -> "alpha";
      case 0x284 -> "alpha64";
      case 0x1a2, 0x1a3, 0x1a6, 0x1a8 -> "sh";
      case 0x1d3 -> "am33";
      case 0x1f0, 0x1f1, 0x1f2 -> "powerpc";
      case 0xebc -> "ebc";
      case 0x5032 -> "riscv32";
      case 0x5064 -> "riscv64";
      case 0x5128 -> "riscv128";
      case 0x6232 -> "loongarch32";
      case 0x6264 -> "loongarch64";
      case 0x9041 -> "m32r";
      case 0xc0ee -> "cee";
      default -> "0x" + Integer.toHexString(machine);
    };
  }

  /** {@return whether {@link #machine} knows a name} */
  static boolean knownMachine(int machine) {
    return !machine(machine).startsWith("0x");
  }

  static String subsystem(int subsystem) {
    return switch (subsystem) {
      case 0 -> "unknown";
      case IMAGE_SUBSYSTEM_NATIVE -> "native";
      case IMAGE_SUBSYSTEM_WINDOWS_GUI -> "windows-gui";
      case IMAGE_SUBSYSTEM_WINDOWS_CUI -> "windows-cui";
      case 5 -> "os2-cui";
      case 7 -> "posix-cui";
      case 8 -> "native-windows";
      case 9 -> "windows-ce-gui";
      case 10 -> "efi-application";
      case 11 -> "efi-boot-service-driver";
      case 12 -> "efi-runtime-driver";
      case 13 -> "efi-rom";
      case 14 -> "xbox";
      case 16 -> "windows-boot-application";
      case 17 -> "xbox-code-catalog";
      default -> Integer.toString(subsystem);
    };
  }

  /** {@return the name of a base relocation's type, some of which only the machine tells} */
  static String baseRelocation(int type, int machine) {
    String name = machine(machine);
    return "IMAGE_REL_BASED_"
        + switch (type) {
          case 0 -> "ABSOLUTE";
          case 1 -> "HIGH";
          case 2 -> "LOW";
          case 3 -> "HIGHLOW";
          case 4 -> "HIGHADJ";
          case 5 ->
              switch (name) {
                case "arm" -> "ARM_MOV32";
                case "mips" -> "MIPS_JMPADDR";
                case "riscv32", "riscv64", "riscv128" -> "RISCV_HIGH20";
                default -> "MACHINE_SPECIFIC_5";
              };
          case 6 -> "RESERVED";
          case 7 ->
              switch (name) {
                case "arm" -> "THUMB_MOV32";
                case "riscv32", "riscv64", "riscv128" -> "RISCV_LOW12I";
                default -> "MACHINE_SPECIFIC_7";
              };
          case 8 ->
              switch (name) {
                case "riscv32", "riscv64", "riscv128" -> "RISCV_LOW12S";
                case "loongarch32" -> "LOONGARCH32_MARK_LA";
                case "loongarch64" -> "LOONGARCH64_MARK_LA";
                default -> "MACHINE_SPECIFIC_8";
              };
          case 9 ->
              switch (name) {
                case "ia64" -> "IA64_IMM64";
                case "mips" -> "MIPS_JMPADDR16";
                default -> "MACHINE_SPECIFIC_9";
              };
          case 10 -> "DIR64";
          default -> Integer.toString(type);
        };
  }

  /** {@return how many bytes a base relocation's type writes at its place} */
  static int width(int type) {
    return switch (type) {
      case 1, 2, 4 -> 2;
      case 3 -> 4;
      case 5, 7, 10 -> 8;
      case 9 -> 16;
      default -> 4;
    };
  }
}
