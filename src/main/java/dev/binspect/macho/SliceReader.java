package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Format;
import dev.binspect.image.Hardening;
import dev.binspect.image.Image;
import dev.binspect.image.Imports;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import dev.binspect.image.SearchPaths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts one slice's image together; what damage hides becomes null with a note. */
final class SliceReader {
  private final LoadCommands commands;
  private final List<Note> notes;
  private final FixupTally tally;
  private final BindTargets targets;

  private boolean fixupsKnown = true;
  private @Nullable Imports imports;
  private long exports = -1;
  private long weakDefinitions;
  private MachoTables.Exports exported = MachoTables.Exports.NONE;

  private SliceReader(LoadCommands commands, List<Note> notes) {
    this.commands = commands;
    this.notes = notes;
    this.targets = new BindTargets(commands.slice);
    int shift = pageShift(commands.cpuType);
    Range chains = commands.chainedFixups;
    if (chains != null) {
      shift = ChainedFixups.pageShift(commands, chains, shift);
    }
    this.tally =
        new FixupTally(commands.slice, new SegmentMap(commands.segments), shift, commands.cpuType);
  }

  /**
   * @throws MalformedException if there is no Mach-O header
   */
  static Image read(Bytes slice) throws MalformedException {
    List<Note> notes = new ArrayList<>();
    return new SliceReader(LoadCommands.read(slice, notes), notes).image();
  }

  private Image image() {
    segments();
    collection();
    try {
      fixups();
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      fixupsKnown = false;
    }
    fixupsKnown &= commands.complete;
    try {
      exports();
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
    }
    if (!commands.complete) {
      exports = -1;
    }
    Relocations relocations = fixupsKnown ? tally.relocations(base()) : null;
    if (!fixupsKnown) {
      imports = null;
    } else if (imports == null) {
      imports = targets.imports(commands.needed);
    }
    boolean dynamic =
        commands.dylinker != null
            || !commands.needed.isEmpty()
            || commands.fileType == MH_DYLIB
            || commands.fileType == MH_BUNDLE;
    boolean pie = (commands.flags & MH_PIE) != 0;
    long base = base();
    Hardening hardening = hardening();
    return new Image(
        Format.MACHO,
        kind(commands.fileType),
        machine(commands.cpuType, commands.cpuSubtype),
        commands.is64 ? 64 : 32,
        commands.slice.littleEndian(),
        pie,
        dynamic ? Linking.DYNAMIC : pie ? Linking.STATIC_PIE : Linking.STATIC,
        commands.dylinker,
        commands.installName,
        new SearchPaths(List.copyOf(commands.rpaths), List.of()),
        List.copyOf(commands.producers),
        List.copyOf(commands.needed),
        imports,
        exports,
        hardening,
        relocations,
        commands.uuid,
        base,
        tables(),
        new MachoContents(commands, base),
        List.copyOf(notes));
  }

  private static Kind kind(int fileType) {
    return switch (fileType) {
      case MH_EXECUTE -> Kind.EXECUTABLE;
      case MH_DYLIB -> Kind.SHARED_LIBRARY;
      case MH_BUNDLE -> Kind.BUNDLE;
      case MH_OBJECT -> Kind.OBJECT;
      case MH_CORE -> Kind.CORE;
      case MH_DSYM -> Kind.DEBUG_COMPANION;
      default -> Kind.OTHER;
    };
  }

  /** A file shorter than its segments was cut off, even where no table is hurt. */
  private void segments() {
    if (commands.fileType == MH_DYLIB_STUB || commands.fileType == MH_DSYM) {
      return;
    }
    for (Segment segment : commands.segments) {
      if (segment.fileSize() != 0
          && !commands.slice.contains(segment.fileOffset(), segment.fileSize())) {
        notes.add(
            new Note(
                Note.Level.WARNING,
                "truncated",
                "segment " + segment.name() + " reaches beyond the end of the file",
                commands.slice.start() + commands.slice.length()));
      }
    }
  }

  private void collection() {
    List<String> entries = commands.filesetEntries;
    if (!entries.isEmpty()) {
      notes.add(
          Note.info(
              "fileset",
              "a kernel collection of "
                  + entries.size()
                  + (entries.size() == 1 ? " image, " : " images, first ")
                  + entries.get(0)
                  + "; its fixups are counted for all of them together"));
    }
    if (commands.encrypted) {
      notes.add(
          Note.info(
              "encrypted",
              "the code is encrypted: what stands in it cannot be compared with a library's"));
    }
  }

  private void fixups() throws MalformedException {
    Range chains = commands.chainedFixups;
    if (chains != null) {
      ChainedFixups.walk(commands, chains, tally, targets);
    } else if (commands.dyldInfo) {
      RebaseOpcodes.walk(commands, tally);
      BindOpcodes.walk(commands, tally, targets);
    } else {
      firmware();
    }
    DynamicSymbolTable table = commands.dynamicSymbolTable;
    if (table != null) {
      ClassicRelocations.walk(commands, table, tally, targets);
    }
    if (commands.fileType == MH_OBJECT) {
      SymbolTable symbols = commands.symbolTable;
      imports = new Imports(symbols == null ? 0 : symbols.externals(true).undefined(), Map.of());
    } else if (table != null && chains == null && !commands.dyldInfo) {
      indirect(table);
    } else if (chains != null) {
      imports = new Imports(targets.count(), targets.byLibrary(commands.needed));
    }
  }

  private void firmware() throws MalformedException {
    for (Segment segment : commands.segments) {
      for (MachoSection section : segment.sections()) {
        if (section.name().equals("__chain_starts") && section.size() != 0) {
          ChainedFixups.walkFirmware(commands, section, tally);
          notes.add(
              Note.info(
                  "firmware",
                  "the chains of __chain_starts are followed by the program itself, not by dyld"));
        }
      }
    }
  }

  private void indirect(DynamicSymbolTable table) throws MalformedException {
    long pointers = ClassicRelocations.indirect(commands, table, tally, targets);
    if (pointers > 0) {
      notes.add(
          Note.info(
              "indirect-pointers",
              pointers
                  + " more pointers are bound through the indirect symbol table; no relocation"
                  + " lists them"));
    }
  }

  private void exports() throws MalformedException {
    counted();
    if (weakDefinitions > 0 && dyldLoads()) {
      notes.add(
          Note.info(
              "weak-definitions",
              weakDefinitions
                  + " exports are weak definitions: dyld compares them by name with those of every"
                  + " other image at each start"));
    }
  }

  private void counted() throws MalformedException {
    Range trie = commands.exportTrie;
    SymbolTable symbols = commands.symbolTable;
    if (trie != null) {
      ExportTrie read = ExportTrie.read(commands.slice, trie);
      exports = read.size();
      weakDefinitions = read.weakDefinitions();
      exported = read;
      if (symbols != null) {
        symbols.check();
      }
    } else if (symbols != null) {
      SymbolTable.Externals externals = symbols.externals(commands.fileType == MH_OBJECT);
      exports = externals.defined();
      weakDefinitions = externals.weakDefined();
      exported = ExportedSymbols.of(symbols, exports);
    } else {
      exports = 0;
    }
  }

  private Hardening hardening() {
    boolean bindNow =
        (commands.flags & MH_BINDATLOAD) != 0
            || (tally.count(FixupTally.LAZY_BIND) == 0 && !hasLazyPointers());
    Map<String, Boolean> more = new LinkedHashMap<>();
    more.put("codeSignature", commands.codeSignature != null);
    signature(more);
    more.put("encrypted", commands.encrypted);
    more.put("twoLevelNamespace", (commands.flags & MH_TWOLEVEL) != 0);
    more.put("weakDefines", (commands.flags & MH_WEAK_DEFINES) != 0);
    more.put("bindsToWeak", (commands.flags & MH_BINDS_TO_WEAK) != 0);
    more.put("execStack", (commands.flags & MH_ALLOW_STACK_EXECUTION) != 0);
    more.put("noHeapExecution", (commands.flags & MH_NO_HEAP_EXECUTION) != 0);
    return new Hardening(bindNow, relro(), tally.at(SegmentMap.TEXT) > 0, more);
  }

  private void signature(Map<String, Boolean> more) {
    Range range = commands.codeSignature;
    if (range == null) {
      return;
    }
    try {
      CodeSignature signature = CodeSignature.read(commands.slice, range);
      more.put("adHocSigned", signature.adHoc());
      more.put("hardenedRuntime", signature.hardenedRuntime());
      more.put("libraryValidation", signature.libraryValidation());
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
    }
  }

  private boolean hasLazyPointers() {
    if (commands.dyldInfo || commands.chainedFixups != null) {
      return false;
    }
    for (Segment segment : commands.segments) {
      for (MachoSection section : segment.sections()) {
        if (section.type() == S_LAZY_SYMBOL_POINTERS && section.size() != 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** Full where every table of pointers to other images is read-only after the fixups. */
  private Hardening.Relro relro() {
    boolean some = false;
    boolean all = true;
    for (Segment segment : commands.segments) {
      if (segment.readOnlyAfterFixups()) {
        some = true;
        continue;
      }
      for (MachoSection section : segment.sections()) {
        int type = section.type();
        if (section.size() != 0
            && (type == S_NON_LAZY_SYMBOL_POINTERS || type == S_LAZY_SYMBOL_POINTERS)) {
          all = false;
        }
      }
    }
    if (!some) {
      return Hardening.Relro.NONE;
    }
    return all ? Hardening.Relro.FULL : Hardening.Relro.PARTIAL;
  }

  private boolean dyldLoads() {
    return commands.fileType == MH_EXECUTE
        || commands.fileType == MH_DYLIB
        || commands.fileType == MH_BUNDLE;
  }

  /** What a linker or debugger reads alone has none. */
  private @Nullable MachoTables tables() {
    if (commands.fileType == MH_OBJECT
        || commands.fileType == MH_DSYM
        || commands.fileType == MH_CORE) {
      return null;
    }
    return new MachoTables(
        fileType(commands.fileType),
        fixupsKnown ? targets.binds() : List.of(),
        exports < 0 ? MachoTables.Exports.NONE : exported,
        (commands.flags & MH_TWOLEVEL) != 0 && (commands.flags & MH_FORCE_FLAT) == 0,
        commands.platform,
        commands.minimumVersion,
        commands.sdkNumber,
        commands.currentVersion,
        List.copyOf(commands.dyldEnvironment),
        weakDefinitions,
        fixupsKnown ? tally.places() : null);
  }

  /** The address of the header: of the segment that holds the start of the file. */
  private long base() {
    for (Segment segment : commands.segments) {
      if (segment.fileOffset() == 0 && segment.fileSize() != 0) {
        return segment.address();
      }
    }
    for (Segment segment : commands.segments) {
      if (segment.name().equals("__TEXT")) {
        return segment.address();
      }
    }
    return 0;
  }
}
