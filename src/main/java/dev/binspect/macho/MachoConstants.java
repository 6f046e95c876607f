package dev.binspect.macho;

/** Numbers of {@code <mach-o/loader.h>}, {@code <mach/machine.h>} and {@code <mach-o/nlist.h>}. */
final class MachoConstants {
  private MachoConstants() {}

  static final int MH_MAGIC = 0xfeedface;
  static final int MH_CIGAM = 0xcefaedfe;
  static final int MH_MAGIC_64 = 0xfeedfacf;
  static final int MH_CIGAM_64 = 0xcffaedfe;
  static final int FAT_MAGIC = 0xcafebabe;
  static final int FAT_MAGIC_64 = 0xcafebabf;

  static final int MH_OBJECT = 1;
  static final int MH_EXECUTE = 2;
  static final int MH_FVMLIB = 3;
  static final int MH_CORE = 4;
  static final int MH_PRELOAD = 5;
  static final int MH_DYLIB = 6;
  static final int MH_DYLINKER = 7;
  static final int MH_BUNDLE = 8;
  static final int MH_DYLIB_STUB = 9;
  static final int MH_DSYM = 10;
  static final int MH_KEXT_BUNDLE = 11;
  static final int MH_FILESET = 12;

  static final int MH_BINDATLOAD = 0x8;
  static final int MH_SPLIT_SEGS = 0x20;
  static final int MH_TWOLEVEL = 0x80;
  static final int MH_FORCE_FLAT = 0x100;
  static final int MH_WEAK_DEFINES = 0x8000;
  static final int MH_BINDS_TO_WEAK = 0x10000;
  static final int MH_ALLOW_STACK_EXECUTION = 0x20000;
  static final int MH_PIE = 0x200000;
  static final int MH_HAS_TLV_DESCRIPTORS = 0x800000;
  static final int MH_NO_HEAP_EXECUTION = 0x1000000;

  static final int LC_REQ_DYLD = 0x80000000;
  static final int LC_SEGMENT = 0x1;
  static final int LC_SYMTAB = 0x2;
  static final int LC_DYSYMTAB = 0xb;
  static final int LC_LOAD_DYLIB = 0xc;
  static final int LC_ID_DYLIB = 0xd;
  static final int LC_LOAD_DYLINKER = 0xe;
  static final int LC_ID_DYLINKER = 0xf;
  static final int LC_LOAD_WEAK_DYLIB = 0x18 | LC_REQ_DYLD;
  static final int LC_SEGMENT_64 = 0x19;
  static final int LC_UUID = 0x1b;
  static final int LC_RPATH = 0x1c | LC_REQ_DYLD;
  static final int LC_CODE_SIGNATURE = 0x1d;
  static final int LC_REEXPORT_DYLIB = 0x1f | LC_REQ_DYLD;
  static final int LC_LAZY_LOAD_DYLIB = 0x20;
  static final int LC_ENCRYPTION_INFO = 0x21;
  static final int LC_DYLD_INFO = 0x22;
  static final int LC_DYLD_INFO_ONLY = 0x22 | LC_REQ_DYLD;
  static final int LC_LOAD_UPWARD_DYLIB = 0x23 | LC_REQ_DYLD;
  static final int LC_VERSION_MIN_MACOSX = 0x24;
  static final int LC_VERSION_MIN_IPHONEOS = 0x25;
  static final int LC_DYLD_ENVIRONMENT = 0x27;
  static final int LC_ENCRYPTION_INFO_64 = 0x2c;
  static final int LC_VERSION_MIN_TVOS = 0x2f;
  static final int LC_VERSION_MIN_WATCHOS = 0x30;
  static final int LC_BUILD_VERSION = 0x32;
  static final int LC_DYLD_EXPORTS_TRIE = 0x33 | LC_REQ_DYLD;
  static final int LC_DYLD_CHAINED_FIXUPS = 0x34 | LC_REQ_DYLD;
  static final int LC_FILESET_ENTRY = 0x35 | LC_REQ_DYLD;

  /** Marks a {@code dylib_use_command}: its flags follow where a timestamp is otherwise. */
  static final int DYLIB_USE_MARKER = 0x1a741800;

  static final int DYLIB_USE_WEAK_LINK = 1;
  static final int DYLIB_USE_REEXPORT = 2;
  static final int DYLIB_USE_UPWARD = 4;
  static final int DYLIB_USE_DELAYED_INIT = 8;

  static final int CPU_ARCH_ABI64 = 0x01000000;
  static final int CPU_ARCH_ABI64_32 = 0x02000000;
  static final int CPU_TYPE_I386 = 7;
  static final int CPU_TYPE_X86_64 = CPU_TYPE_I386 | CPU_ARCH_ABI64;
  static final int CPU_TYPE_ARM = 12;
  static final int CPU_TYPE_ARM64 = CPU_TYPE_ARM | CPU_ARCH_ABI64;
  static final int CPU_TYPE_ARM64_32 = CPU_TYPE_ARM | CPU_ARCH_ABI64_32;
  static final int CPU_TYPE_POWERPC = 18;
  static final int CPU_TYPE_POWERPC64 = CPU_TYPE_POWERPC | CPU_ARCH_ABI64;
  static final int CPU_SUBTYPE_MASK = 0x00ffffff;
  static final int CPU_SUBTYPE_ARM64E = 2;

  static final int VM_PROT_WRITE = 2;
  static final int VM_PROT_EXECUTE = 4;

  /** The segment is made read-only after the fixups. */
  static final int SG_READ_ONLY = 0x10;

  static final int SECTION_TYPE = 0xff;
  static final int S_ZEROFILL = 1;
  static final int S_NON_LAZY_SYMBOL_POINTERS = 6;
  static final int S_LAZY_SYMBOL_POINTERS = 7;
  static final int S_SYMBOL_STUBS = 8;
  static final int S_GB_ZEROFILL = 0xc;
  static final int S_LAZY_DYLIB_SYMBOL_POINTERS = 0x10;
  static final int S_THREAD_LOCAL_REGULAR = 0x11;
  static final int S_THREAD_LOCAL_ZEROFILL = 0x12;
  static final int S_THREAD_LOCAL_VARIABLES = 0x13;
  static final int S_THREAD_LOCAL_VARIABLE_POINTERS = 0x14;
  static final int S_ATTR_PURE_INSTRUCTIONS = 0x80000000;
  static final int S_ATTR_SOME_INSTRUCTIONS = 0x400;
  static final int S_ATTR_SELF_MODIFYING_CODE = 0x04000000;

  static final int N_STAB = 0xe0;
  static final int N_PEXT = 0x10;
  static final int N_TYPE = 0x0e;
  static final int N_EXT = 0x01;
  static final int N_UNDF = 0;
  static final int N_ABS = 2;
  static final int N_INDR = 0xa;
  static final int N_PBUD = 0xc;
  static final int N_SECT = 0xe;
  static final int N_WEAK_REF = 0x40;
  static final int N_WEAK_DEF = 0x80;

  /** Ordinals of the two-level namespace as dyld's opcodes and chained imports sign them. */
  static final int ORDINAL_SELF = 0;

  static final int ORDINAL_MAIN_EXECUTABLE = -1;
  static final int ORDINAL_FLAT = -2;
  static final int ORDINAL_WEAK = -3;

  /** {@return the usual name of a machine, or its number} */
  static String machine(int cpuType, int cpuSubtype) {
    return switch (cpuType) {
      case CPU_TYPE_I386 -> "i386";
      case CPU_TYPE_X86_64 -> "x86-64";
      case CPU_TYPE_ARM -> "arm";
      case CPU_TYPE_ARM64 ->
          (cpuSubtype & CPU_SUBTYPE_MASK) == CPU_SUBTYPE_ARM64E ? "arm64e" : "aarch64";
      case CPU_TYPE_ARM64_32 -> "arm64_32";
      case CPU_TYPE_POWERPC -> "ppc";
      case CPU_TYPE_POWERPC64 -> "ppc64";
      case 6 -> "m68k";
      case 11 -> "hppa";
      case 13 -> "m88k";
      case 14 -> "sparc";
      case 15 -> "i860";
      default -> "CPU_TYPE_0x" + Integer.toHexString(cpuType);
    };
  }

  /** {@return the name of a file type: MH_DYLIB is "dylib"} */
  static String fileType(int number) {
    return switch (number) {
      case MH_OBJECT -> "object";
      case MH_EXECUTE -> "execute";
      case MH_FVMLIB -> "fvmlib";
      case MH_CORE -> "core";
      case MH_PRELOAD -> "preload";
      case MH_DYLIB -> "dylib";
      case MH_DYLINKER -> "dylinker";
      case MH_BUNDLE -> "bundle";
      case MH_DYLIB_STUB -> "dylib-stub";
      case MH_DSYM -> "dsym";
      case MH_KEXT_BUNDLE -> "kext-bundle";
      case MH_FILESET -> "fileset";
      default -> "filetype-" + Integer.toUnsignedString(number);
    };
  }

  /** {@return the platform's name as Apple's tools write it (PLATFORM_MACOS is 1)} */
  static String platform(int number) {
    return switch (number) {
      case 1 -> "macos";
      case 2 -> "ios";
      case 3 -> "tvos";
      case 4 -> "watchos";
      case 5 -> "bridgeos";
      case 6 -> "mac-catalyst";
      case 7 -> "ios-simulator";
      case 8 -> "tvos-simulator";
      case 9 -> "watchos-simulator";
      case 10 -> "driverkit";
      case 11 -> "xros";
      case 12 -> "xros-simulator";
      case 13 -> "firmware";
      case 14 -> "sepos";
      default -> "PLATFORM_" + number;
    };
  }

  /** {@return the name of a LC_BUILD_VERSION tool} */
  static String tool(int number) {
    return switch (number) {
      case 1 -> "clang";
      case 2 -> "swift";
      case 3 -> "ld";
      case 4 -> "LLD";
      case 5 -> "zig";
      case 1024 -> "metal";
      case 1025 -> "airlld";
      case 1026 -> "airnt";
      case 1027 -> "airnt-plugin";
      case 1028 -> "airpack";
      case 1031 -> "gpuarchiver";
      case 1032 -> "metal-framework";
      default -> "TOOL_" + number;
    };
  }

  /** {@return a packed version {@code xxxx.yy.zz}, the last part left out where it is 0} */
  static String version(int packed) {
    String text = (packed >>> 16) + "." + (packed >>> 8 & 0xff);
    return (packed & 0xff) == 0 ? text : text + "." + (packed & 0xff);
  }

  /** {@return the bytes of a page of the machine: 16 KiB on Apple's 64-bit ARM, else 4 KiB} */
  static int pageShift(int cpuType) {
    return cpuType == CPU_TYPE_ARM64 || cpuType == CPU_TYPE_ARM64_32 ? 14 : 12;
  }
}
