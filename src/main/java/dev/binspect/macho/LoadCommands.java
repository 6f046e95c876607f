package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.PathName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A slice's header and load commands ({@code mach_header}, {@code mach_header_64} and what follows
 * it).
 */
final class LoadCommands {
  private static final String HEADER = "Mach-O header";

  /** More commands than any linker writes; each may become an object. */
  private static final int MOST_COMMANDS = 1 << 16;

  /** A build has a compiler and a linker or two. */
  private static final int MOST_TOOLS = 64;

  final Bytes slice;
  final boolean is64;
  final int cpuType;
  final int cpuSubtype;
  final int fileType;
  final int flags;

  final List<Segment> segments = new ArrayList<>();
  final List<Needed> needed = new ArrayList<>();
  final List<String> rpaths = new ArrayList<>();
  final List<String> dyldEnvironment = new ArrayList<>();
  final List<String> producers = new ArrayList<>();
  final List<String> filesetEntries = new ArrayList<>();
  @Nullable String installName;
  int currentVersion;
  @Nullable String dylinker;
  @Nullable String uuid;
  @Nullable String platform;
  @Nullable String minimumVersion;
  @Nullable String sdk;
  int sdkNumber;
  boolean dyldInfo;
  Range rebase = Range.NONE;
  Range bind = Range.NONE;
  Range weakBind = Range.NONE;
  Range lazyBind = Range.NONE;
  @Nullable Range exportTrie;
  @Nullable Range chainedFixups;
  @Nullable Range codeSignature;
  @Nullable SymbolTable symbolTable;
  @Nullable DynamicSymbolTable dynamicSymbolTable;
  boolean encrypted;

  /** False once a command that counts depend on could not be read. */
  boolean complete = true;

  private final List<Note> notes;

  private LoadCommands(Bytes bytes, List<Note> notes) throws MalformedException {
    this.notes = notes;
    int magic = bytes.order(false).i32(0, HEADER);
    boolean little = magic == MH_CIGAM || magic == MH_CIGAM_64;
    if (!little && magic != MH_MAGIC && magic != MH_MAGIC_64) {
      throw bytes.malformed(0, HEADER, notMacho(bytes, magic));
    }
    this.slice = bytes.order(little);
    this.is64 = magic == MH_MAGIC_64 || magic == MH_CIGAM_64;
    this.cpuType = slice.i32(4, HEADER);
    this.cpuSubtype = slice.i32(8, HEADER);
    this.fileType = slice.i32(12, HEADER);
    this.flags = slice.i32(24, HEADER);
    commands(slice.u32(16, HEADER), slice.u32(20, HEADER));
  }

  /**
   * @param notes takes damage that leaves a report possible
   * @throws MalformedException if there is no Mach-O header
   */
  static LoadCommands read(Bytes bytes, List<Note> notes) throws MalformedException {
    return new LoadCommands(bytes, notes);
  }

  private static String notMacho(Bytes bytes, int magic) throws MalformedException {
    if (magic == 0x213c6172 && bytes.length() >= 8) {
      return "is a static library (archive): inspect what was linked from it";
    }
    if (magic == 0x4243c0de || magic == 0xdec0170b) {
      return "is LLVM bitcode, not machine code";
    }
    if (magic == FAT_MAGIC || magic == FAT_MAGIC_64) {
      return "is a universal file within another one";
    }
    return "is not a Mach-O file";
  }

  private void commands(long count, long size) {
    long at = is64 ? 32 : 28;
    long end = at + size;
    if (end > slice.length()) {
      cut(slice.malformed(at, "load commands", "need " + size + " bytes beyond the end of file"));
      end = slice.length();
    }
    for (long i = 0; i < count; i++) {
      try {
        if (i >= MOST_COMMANDS) {
          throw slice.malformed(at, "load command", i, "is one too many of " + count);
        }
        if (end - at < 8) {
          throw slice.malformed(at, "load command", i, "lies beyond the " + size + " announced");
        }
        int command = slice.i32(at, "load command");
        long length = slice.u32(at + 4, "load command");
        if (length < 8 || length > end - at) {
          throw slice.malformed(at + 4, "load command", i, "has a size of " + length + " bytes");
        }
        command(command, slice.slice(at, length, "load command"));
        at += length;
      } catch (MalformedException e) {
        cut(e);
        return;
      }
    }
  }

  private void cut(MalformedException e) {
    complete = false;
    notes.add(Note.damaged(e));
  }

  private void command(int command, Bytes body) {
    try {
      if (!described(command, body)) {
        essential(command, body);
      }
    } catch (MalformedException e) {
      cut(e);
    }
  }

  /** Commands that say something and that nothing depends on. */
  private boolean described(int command, Bytes body) {
    try {
      switch (command) {
        case LC_LOAD_DYLINKER -> dylinker = pathName(body, 8, "LC_LOAD_DYLINKER");
        case LC_DYLD_ENVIRONMENT -> dyldEnvironment.add(text(body, 8, "LC_DYLD_ENVIRONMENT"));
        case LC_UUID -> uuid = hex(body.slice(8, 16, "LC_UUID").copy(0, 16, "LC_UUID"));
        case LC_BUILD_VERSION -> buildVersion(body);
        case LC_VERSION_MIN_MACOSX -> versionMinimum(1, body);
        case LC_VERSION_MIN_IPHONEOS -> versionMinimum(2, body);
        case LC_VERSION_MIN_TVOS -> versionMinimum(3, body);
        case LC_VERSION_MIN_WATCHOS -> versionMinimum(4, body);
        case LC_FILESET_ENTRY -> filesetEntries.add(text(body, 24, "LC_FILESET_ENTRY"));
        case LC_CODE_SIGNATURE -> codeSignature = linkEdit(body, "LC_CODE_SIGNATURE");
        case LC_ENCRYPTION_INFO, LC_ENCRYPTION_INFO_64 ->
            encrypted |= body.i32(16, "LC_ENCRYPTION_INFO") != 0;
        default -> {
          return false;
        }
      }
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
    }
    return true;
  }

  /** Commands that counts depend on. */
  private void essential(int command, Bytes body) throws MalformedException {
    switch (command) {
      case LC_SEGMENT -> segments.add(segment(body, false));
      case LC_SEGMENT_64 -> segments.add(segment(body, true));
      case LC_LOAD_DYLIB -> dylib(body, Needed.How.LOAD);
      case LC_LOAD_WEAK_DYLIB -> dylib(body, Needed.How.WEAK);
      case LC_REEXPORT_DYLIB -> dylib(body, Needed.How.REEXPORT);
      case LC_LAZY_LOAD_DYLIB -> dylib(body, Needed.How.LAZY);
      case LC_LOAD_UPWARD_DYLIB -> dylib(body, Needed.How.UPWARD);
      case LC_ID_DYLIB -> {
        installName = pathName(body, 8, "LC_ID_DYLIB");
        currentVersion = body.i32(16, "LC_ID_DYLIB");
      }
      case LC_RPATH -> rpaths.add(pathName(body, 8, "LC_RPATH"));
      case LC_SYMTAB ->
          symbolTable =
              new SymbolTable(
                  slice,
                  is64,
                  body.u32(8, "LC_SYMTAB"),
                  body.u32(12, "LC_SYMTAB"),
                  body.u32(16, "LC_SYMTAB"),
                  body.u32(20, "LC_SYMTAB"));
      case LC_DYSYMTAB -> dynamicSymbolTable = DynamicSymbolTable.read(body);
      case LC_DYLD_INFO, LC_DYLD_INFO_ONLY -> dyldInfo(body);
      case LC_DYLD_EXPORTS_TRIE -> exportTrie = linkEdit(body, "LC_DYLD_EXPORTS_TRIE");
      case LC_DYLD_CHAINED_FIXUPS -> chainedFixups = linkEdit(body, "LC_DYLD_CHAINED_FIXUPS");
      default -> {
        // Nothing that a report speaks of.
      }
    }
  }

  private Segment segment(Bytes body, boolean wide) throws MalformedException {
    String structure = wide ? "LC_SEGMENT_64" : "LC_SEGMENT";
    long count = body.u32(wide ? 64 : 48, structure);
    long size = wide ? 80 : 68;
    long at = wide ? 72 : 56;
    if (count * size > body.length() - at) {
      throw body.malformed(
          wide ? 64 : 48, structure, "has no room for the " + count + " sections it announces");
    }
    List<MachoSection> sections = new ArrayList<>((int) count);
    for (int i = 0; i < count; i++) {
      sections.add(section(body.slice(at + i * size, size, "section"), wide));
    }
    return new Segment(
        name(body, 8),
        wide ? body.u64(24, structure) : body.u32(24, structure),
        wide ? body.u64(32, structure) : body.u32(28, structure),
        wide ? body.u64(40, structure) : body.u32(32, structure),
        wide ? body.u64(48, structure) : body.u32(36, structure),
        body.i32(wide ? 56 : 40, structure),
        body.i32(wide ? 60 : 44, structure),
        body.i32(wide ? 68 : 52, structure),
        List.copyOf(sections));
  }

  private static MachoSection section(Bytes body, boolean wide) throws MalformedException {
    String structure = wide ? "section_64" : "section";
    int at = wide ? 48 : 40;
    return new MachoSection(
        name(body, 0),
        name(body, 16),
        wide ? body.u64(32, structure) : body.u32(32, structure),
        wide ? body.u64(40, structure) : body.u32(36, structure),
        body.u32(at, structure),
        body.i32(at + 16, structure),
        body.i32(at + 20, structure),
        body.i32(at + 24, structure));
  }

  private void dylib(Bytes body, Needed.How command) throws MalformedException {
    String structure = "LC_LOAD_DYLIB";
    Needed.How how = command;
    boolean delayed = false;
    if (body.i32(12, structure) == DYLIB_USE_MARKER && body.u32(8, structure) >= 28) {
      int use = body.i32(24, structure);
      delayed = (use & DYLIB_USE_DELAYED_INIT) != 0;
      if (how == Needed.How.LOAD) {
        if ((use & DYLIB_USE_WEAK_LINK) != 0) {
          how = Needed.How.WEAK;
        } else if ((use & DYLIB_USE_REEXPORT) != 0) {
          how = Needed.How.REEXPORT;
        } else if ((use & DYLIB_USE_UPWARD) != 0) {
          how = Needed.How.UPWARD;
        } else if (delayed) {
          how = Needed.How.DELAY;
        }
      }
    }
    needed.add(new Needed(pathName(body, 8, structure), how, delayed));
  }

  private void dyldInfo(Bytes body) throws MalformedException {
    String structure = "LC_DYLD_INFO";
    dyldInfo = true;
    rebase = new Range(body.u32(8, structure), body.u32(12, structure));
    bind = new Range(body.u32(16, structure), body.u32(20, structure));
    weakBind = new Range(body.u32(24, structure), body.u32(28, structure));
    lazyBind = new Range(body.u32(32, structure), body.u32(36, structure));
    Range trie = new Range(body.u32(40, structure), body.u32(44, structure));
    if (exportTrie == null) {
      exportTrie = trie;
    }
  }

  private void buildVersion(Bytes body) throws MalformedException {
    String structure = "LC_BUILD_VERSION";
    target(body.i32(8, structure), body.i32(12, structure), body.i32(16, structure));
    long tools = body.u32(20, structure);
    if (tools > (body.length() - 24) / 8) {
      throw body.malformed(20, structure, "has no room for the " + tools + " tools it announces");
    }
    for (long i = 0; i < tools && producers.size() < MOST_TOOLS; i++) {
      producers.add(
          tool(body.i32(24 + i * 8, structure)) + " " + version(body.i32(28 + i * 8, structure)));
    }
  }

  private void versionMinimum(int number, Bytes body) throws MalformedException {
    target(number, body.i32(8, "LC_VERSION_MIN"), body.i32(12, "LC_VERSION_MIN"));
  }

  /** The first one counts: a zippered library names macOS first, then Catalyst. */
  private void target(int number, int minimum, int sdkVersion) {
    if (platform == null) {
      platform = platform(number);
      minimumVersion = version(minimum);
      sdkNumber = sdkVersion;
      sdk = sdkVersion == 0 ? null : version(sdkVersion);
    }
  }

  private static Range linkEdit(Bytes body, String structure) throws MalformedException {
    return new Range(body.u32(8, structure), body.u32(12, structure));
  }

  /** {@return an {@code lc_str} that is no path: it ends at a NUL or with its command} */
  private static String text(Bytes body, long at, String structure) throws MalformedException {
    byte[] bytes = textBytes(body, at, structure);
    return new String(bytes, 0, textLength(bytes), StandardCharsets.UTF_8);
  }

  /** {@return an {@code lc_str} that names a library or folder} */
  private String pathName(Bytes body, long at, String structure) throws MalformedException {
    byte[] bytes = textBytes(body, at, structure);
    return PathName.of(bytes, 0, textLength(bytes), notes);
  }

  private static byte[] textBytes(Bytes body, long at, String structure) throws MalformedException {
    long offset = body.u32(at, structure);
    if (offset < 12 || offset > body.length()) {
      throw body.malformed(at, structure, "has its text at offset " + offset + " of the command");
    }
    return body.copy(offset, body.length() - offset, structure);
  }

  private static int textLength(byte[] bytes) {
    int n = 0;
    while (n < bytes.length && bytes[n] != 0) {
      n++;
    }
    return n;
  }

  private static String name(Bytes body, long at) throws MalformedException {
    byte[] bytes = body.copy(at, 16, "name");
    int n = 0;
    while (n < 16 && bytes[n] != 0) {
      n++;
    }
    return new String(bytes, 0, n, StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    StringBuilder out = new StringBuilder(bytes.length * 2);
    for (byte b : bytes) {
      out.append(Character.forDigit((b >> 4) & 0xf, 16)).append(Character.forDigit(b & 0xf, 16));
    }
    return out.toString();
  }
}
