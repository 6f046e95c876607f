package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.ElfVersions;
import dev.binspect.image.ElfTables.Entries;
import dev.binspect.image.ElfTables.Segment;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Imports;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.LoaderTables;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.Outline;
import dev.binspect.image.Relocations;
import dev.binspect.image.SearchPaths;
import dev.binspect.image.Symbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an ELF file: gABI chapters 4 and 5, the psABIs' relocations, the GNU and Android
 * extensions.
 */
public final class ElfReader {
  /** Folders of one search path that are listed. */
  private static final int MOST_FOLDERS = 10_000;

  private final ElfHeader header;
  private final Segments segments;
  private final SectionTable sections;
  private final List<Note> notes;
  private final Kind kind;
  private @Nullable DynamicTable dynamic;
  private @Nullable Relocations relocations = Relocations.NONE;
  private @Nullable Imports imports = Imports.NONE;
  private @Nullable LoaderTables tables;
  private List<Needed> needed = List.of();
  private SearchPaths searchPaths = SearchPaths.NONE;
  private @Nullable String name;
  private long exports;
  private long unwritable;
  private boolean stackProtector;
  private boolean fortified;

  private ElfReader(ElfHeader header, List<Note> notes) {
    this.header = header;
    this.notes = notes;
    this.segments = Segments.read(header, notes);
    this.sections = SectionTable.read(header, notes);
    boolean companion = FileKind.isDebugCompanion(header, segments, sections);
    if (!companion && header.type() != ElfHeader.ET_REL && header.type() != ElfHeader.ET_CORE) {
      readDynamic();
    }
    this.kind =
        companion ? Kind.DEBUG_COMPANION : FileKind.of(header, segments, dynamic, name != null);
  }

  /**
   * @param file the whole file
   * @throws MalformedException only if no report is possible; other damage becomes notes
   */
  public static Image read(Bytes file) throws MalformedException {
    return new ElfReader(ElfHeader.read(file), new ArrayList<>()).image();
  }

  /**
   * {@return what a loader's search needs of a file, or null where it has no dynamic table}
   *
   * @param file the whole file
   * @throws MalformedException if it cannot be read so far
   */
  public static @Nullable Outline outline(Bytes file) throws MalformedException {
    List<Note> notes = new ArrayList<>();
    ElfHeader header = ElfHeader.read(file);
    Segments segments = Segments.read(header, notes);
    DynamicTable table = DynamicTable.read(header, segments, notes);
    return table == null
        ? null
        : new Outline(
            Machine.name(header.machine(), header.is64()),
            header.bits(),
            header.little(),
            interpreter(header, segments),
            table.libraries(DynamicTable.DT_NEEDED, "DT_NEEDED", notes));
  }

  private void readDynamic() {
    try {
      dynamic = DynamicTable.read(header, segments, notes);
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      unknown();
      return;
    }
    DynamicTable table = dynamic;
    if (table == null) {
      int section = sections.ofType(SectionTable.SHT_DYNAMIC);
      if (section >= 0 && sections.size(section) > 0) {
        // Linkers make both or none. No loader finds the table, and readers of sections do.
        notes.add(
            Note.damaged(
                header
                    .file()
                    .malformed(
                        sections.offset(section),
                        "section .dynamic",
                        "is named by no PT_DYNAMIC: what the file needs is not known")));
        unknown();
      } else if (segments.complete()) {
        readStatic();
      } else {
        unknown();
      }
      return;
    }
    readNames(table);
    DynamicSymbols symbols = DynamicSymbols.read(header, segments, sections, table, notes);
    PlaceMap places = new PlaceMap(header, segments, sections);
    RelocationTally tally = new RelocationTally(header, symbols.symbols(), places);
    DynamicRelocations walk = new DynamicRelocations(header, segments, table, tally);
    try {
      walk.walk();
      if (!symbols.counted() && tally.highestSymbol() >= symbols.symbols().count()) {
        symbols.extend(tally.highestSymbol(), notes);
        // The targets are known only now.
        tally = new RelocationTally(header, symbols.symbols(), places);
        walk = new DynamicRelocations(header, segments, table, tally);
        walk.walk();
      }
      relocations = tally.result();
      unwritable = tally.unwritable();
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      relocations = null;
    }
    if (symbols.damaged()) {
      imports = null;
      exports = -1;
    } else {
      imports = symbols.imports() == 0 ? Imports.NONE : new Imports(symbols.imports(), Map.of());
      exports = symbols.exports();
    }
    stackProtector = symbols.stackProtector();
    fortified = symbols.fortified();
    VersionReader versions = new VersionReader(header, segments, table);
    @Nullable ElfVersions read = versions.read(symbols.symbols().count(), notes);
    tables =
        new ElfTables(
            header.machine(),
            header.osAbi(),
            symbols.symbols(),
            read,
            symbols.gnuHash(),
            symbols.sysvHash(),
            relocations == null ? Entries.NONE : tally.entries(),
            walk.relative(),
            tally.relr(),
            flags(table),
            (int) table.get(DynamicTable.DT_FLAGS_1),
            segments.all(),
            versions.needs(),
            table.filtees(notes),
            audit(table));
  }

  private void unknown() {
    relocations = null;
    imports = null;
    exports = -1;
  }

  /** A static program: what relocates it stands in sections only. */
  private void readStatic() {
    PlaceMap places = new PlaceMap(header, segments, sections);
    RelocationTally tally = new RelocationTally(header, Symbols.NONE, places);
    try {
      DynamicRelocations.walkStatic(header, segments, sections, tally);
      relocations = tally.result();
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      relocations = null;
    }
    if (sections.count() == 0 && header.type() == ElfHeader.ET_EXEC) {
      notes.add(
          Note.info(
              "no-sections",
              "a static program without section headers: IRELATIVE relocations cannot be seen"));
    }
    tables =
        new ElfTables(
            header.machine(),
            header.osAbi(),
            Symbols.NONE,
            null,
            null,
            null,
            tally.entries(),
            0,
            0,
            0,
            0,
            segments.all(),
            List.of(),
            List.of(),
            List.of());
  }

  private List<String> audit(DynamicTable table) {
    if (!table.has(DynamicTable.DT_AUDIT) && !table.has(DynamicTable.DT_DEPAUDIT)) {
      return List.of();
    }
    List<String> all = new ArrayList<>(folders(table.text(DynamicTable.DT_AUDIT), "DT_AUDIT"));
    all.addAll(folders(table.text(DynamicTable.DT_DEPAUDIT), "DT_DEPAUDIT"));
    all.removeIf(String::isEmpty);
    return List.copyOf(all);
  }

  private static int flags(DynamicTable table) {
    int flags = (int) table.get(DynamicTable.DT_FLAGS);
    if (table.has(DynamicTable.DT_SYMBOLIC)) {
      flags |= ElfTables.DF_SYMBOLIC;
    }
    if (table.has(DynamicTable.DT_TEXTREL)) {
      flags |= ElfTables.DF_TEXTREL;
    }
    if (table.has(DynamicTable.DT_BIND_NOW)) {
      flags |= ElfTables.DF_BIND_NOW;
    }
    return flags;
  }

  private void readNames(DynamicTable table) {
    List<String> names = table.libraries(DynamicTable.DT_NEEDED, "DT_NEEDED", notes);
    List<Needed> all = new ArrayList<>(names.size());
    for (String text : names) {
      all.add(new Needed(text, Needed.How.LOAD));
    }
    needed = all;
    name = table.library(DynamicTable.DT_SONAME, notes);
    searchPaths =
        new SearchPaths(
            folders(table.text(DynamicTable.DT_RPATH), "DT_RPATH"),
            folders(table.text(DynamicTable.DT_RUNPATH), "DT_RUNPATH"));
  }

  /** The folders of a path; an empty one means the current folder, as in ld.so. */
  private List<String> folders(@Nullable String path, String tag) {
    if (path == null || path.isEmpty()) {
      return List.of();
    }
    List<String> folders = new ArrayList<>();
    int from = 0;
    while (true) {
      int to = path.indexOf(':', from);
      folders.add(to < 0 ? path.substring(from) : path.substring(from, to));
      if (to < 0) {
        return folders;
      }
      if (folders.size() == MOST_FOLDERS) {
        notes.add(
            Note.warning(
                "folders-cut",
                tag + " names more than " + MOST_FOLDERS + " folders: the rest is not listed"));
        return folders;
      }
      from = to + 1;
    }
  }

  private Image image() {
    @Nullable String interpreter = interpreter();
    Linking linking = linking(interpreter);
    Notes elfNotes = Notes.read(header, segments, sections);
    long base = segments.base();
    DynamicTable table = dynamic;
    int flags = table == null ? 0 : flags(table);
    int flags1 = table == null ? 0 : (int) table.get(DynamicTable.DT_FLAGS_1);
    return new Image(
        Format.ELF,
        kind,
        Machine.name(header.machine(), header.is64()),
        header.bits(),
        header.little(),
        kind == Kind.EXECUTABLE && header.type() == ElfHeader.ET_DYN,
        linking,
        interpreter,
        name,
        searchPaths,
        Producers.read(header, sections),
        needed,
        imports,
        exports,
        ElfHardening.of(
            header,
            kind,
            segments,
            elfNotes,
            flags,
            flags1,
            unwritable > 0,
            stackProtector,
            fortified),
        relocations,
        elfNotes.buildId(),
        base,
        kind == Kind.EXECUTABLE || kind == Kind.SHARED_LIBRARY ? tables : null,
        new ElfContents(header, segments, sections),
        notes);
  }

  private Linking linking(@Nullable String interpreter) {
    if (interpreter != null || !needed.isEmpty() || kind == Kind.SHARED_LIBRARY) {
      return Linking.DYNAMIC;
    }
    if (kind == Kind.DEBUG_COMPANION && sections.find(".dynamic") >= 0) {
      return Linking.DYNAMIC;
    }
    return header.type() == ElfHeader.ET_DYN ? Linking.STATIC_PIE : Linking.STATIC;
  }

  private @Nullable String interpreter() {
    if (kind == Kind.DEBUG_COMPANION) {
      return null;
    }
    try {
      return interpreter(header, segments);
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      return null;
    }
  }

  private static @Nullable String interpreter(ElfHeader header, Segments segments)
      throws MalformedException {
    Segment segment = segments.first(Segments.PT_INTERP);
    if (segment == null || segment.fileSize() == 0) {
      return null;
    }
    int limit = (int) Math.min(4096, Math.max(0, segment.fileSize()));
    return header
        .file()
        .slice(segment.offset(), segment.fileSize(), "PT_INTERP")
        .cString(0, limit + 1, "PT_INTERP");
  }
}
