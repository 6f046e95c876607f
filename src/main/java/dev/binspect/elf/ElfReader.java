package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.Entries;
import dev.binspect.image.ElfTables.Segment;
import dev.binspect.image.Format;
import dev.binspect.image.Hardening;
import dev.binspect.image.Image;
import dev.binspect.image.Imports;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import dev.binspect.image.SearchPaths;
import dev.binspect.image.Symbols;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an ELF file. */
public final class ElfReader {
  private ElfReader() {}

  /**
   * @param file the whole file
   * @throws MalformedException only if no report is possible; other damage becomes notes
   */
  public static Image read(Bytes file) throws MalformedException {
    ElfHeader header = ElfHeader.read(file);
    Bytes in = file.order(header.little());
    boolean wide = header.wide();
    ElfSegments segments = ElfSegments.read(in, header);
    List<Note> notes = new ArrayList<>();
    ElfContents contents = new ElfContents(file, header, segments);
    Segment dynamicSegment = segments.first(ElfSegments.PT_DYNAMIC);
    ElfDynamic dynamic =
        dynamicSegment == null || dynamicSegment.fileSize() == 0
            ? ElfDynamic.NONE
            : ElfDynamic.read(
                in.slice(dynamicSegment.offset(), dynamicSegment.fileSize(), "dynamic table"),
                wide);
    boolean loadable = header.type() == ElfHeader.ET_EXEC || header.type() == ElfHeader.ET_DYN;
    byte[] strings = new byte[0];
    if (dynamic.has(ElfDynamic.STRTAB)) {
      strings =
          segments
              .at(dynamic.get(ElfDynamic.STRTAB), dynamic.get(ElfDynamic.STRSZ), "DT_STRTAB")
              .copy(0, dynamic.get(ElfDynamic.STRSZ), "DT_STRTAB");
    }
    ElfHashTables hashes = ElfHashTables.read(in, segments, dynamic, wide);
    Symbols symbols = Symbols.NONE;
    if (dynamic.has(ElfDynamic.SYMTAB)) {
      symbols =
          ElfSymbols.read(
              in.slice(
                  segments.offset(dynamic.get(ElfDynamic.SYMTAB)),
                  hashes.symbolCount() * (wide ? 24L : 16L),
                  "DT_SYMTAB"),
              wide,
              strings);
    }
    ElfVersionTables versionTables = new ElfVersionTables();
    ElfTables.@Nullable ElfVersions versions = null;
    if (dynamic.has(ElfDynamic.VERSYM)) {
      Bytes table = segments.at(dynamic.get(ElfDynamic.VERSYM), symbols.count() * 2L, "DT_VERSYM");
      byte[] raw = table.copy(0, table.length(), "DT_VERSYM");
      short[] versym = new short[symbols.count()];
      for (int i = 0; i < versym.length; i++) {
        versym[i] = (short) Bytes.u16(raw, i * 2, header.little());
      }
      if (dynamic.has(ElfDynamic.VERNEED)) {
        long at = segments.offset(dynamic.get(ElfDynamic.VERNEED));
        versionTables.needs(
            in.slice(at, in.length() - at, "DT_VERNEED"),
            dynamic.get(ElfDynamic.VERNEEDNUM),
            strings);
      }
      if (dynamic.has(ElfDynamic.VERDEF)) {
        long at = segments.offset(dynamic.get(ElfDynamic.VERDEF));
        versionTables.definitions(
            in.slice(at, in.length() - at, "DT_VERDEF"),
            dynamic.get(ElfDynamic.VERDEFNUM),
            strings);
      }
      versions = versionTables.versions(versym);
    }
    long gotFrom = 0;
    long gotTo = 0;
    for (ElfContents.Raw raw : contents.raw()) {
      if (raw.section().name().equals(".got") || raw.section().name().equals(".got.plt")) {
        gotFrom =
            gotFrom == 0 ? raw.section().address() : Math.min(gotFrom, raw.section().address());
        gotTo = Math.max(gotTo, raw.section().address() + raw.section().size());
      }
    }
    ElfTally tally = new ElfTally(header.machine(), segments, gotFrom, gotTo);
    ElfRelocations walker = new ElfRelocations(wide, header.machine(), symbols, tally);
    long jmprel = dynamic.get(ElfDynamic.JMPREL);
    long jmprelSize = dynamic.has(ElfDynamic.JMPREL) ? dynamic.get(ElfDynamic.PLTRELSZ) : 0;
    long relative = 0;
    if (dynamic.has(ElfDynamic.RELA)) {
      relative =
          Math.min(
              dynamic.get(ElfDynamic.RELACOUNT), dynamic.get(ElfDynamic.RELASZ) / (wide ? 24 : 12));
      walker.walk(
          segments.at(dynamic.get(ElfDynamic.RELA), dynamic.get(ElfDynamic.RELASZ), "DT_RELA"),
          true,
          ElfTally.RELA,
          relative,
          jmprel - dynamic.get(ElfDynamic.RELA),
          jmprel + jmprelSize - dynamic.get(ElfDynamic.RELA));
    }
    if (dynamic.has(ElfDynamic.REL)) {
      long leading =
          Math.min(
              dynamic.get(ElfDynamic.RELCOUNT), dynamic.get(ElfDynamic.RELSZ) / (wide ? 16 : 8));
      relative += leading;
      walker.walk(
          segments.at(dynamic.get(ElfDynamic.REL), dynamic.get(ElfDynamic.RELSZ), "DT_REL"),
          false,
          ElfTally.REL,
          leading,
          jmprel - dynamic.get(ElfDynamic.REL),
          jmprel + jmprelSize - dynamic.get(ElfDynamic.REL));
    }
    int pltFrom = walker.count();
    if (jmprelSize > 0) {
      walker.walk(
          segments.at(jmprel, jmprelSize, "DT_JMPREL"),
          dynamic.get(ElfDynamic.PLTREL) == ElfDynamic.RELA,
          ElfTally.PLT,
          0,
          0,
          0);
    }
    long before = 0;
    if (dynamic.has(ElfDynamic.RELR)) {
      walker.walkRelr(
          segments.at(dynamic.get(ElfDynamic.RELR), dynamic.get(ElfDynamic.RELRSZ), "DT_RELR"));
      before = 1;
    }
    Relocations relocations = tally.done();
    Entries entries = walker.entries(pltFrom);
    long flags = dynamic.get(ElfDynamic.FLAGS);
    if (dynamic.has(ElfDynamic.SYMBOLIC)) {
      flags |= ElfTables.DF_SYMBOLIC;
    }
    if (dynamic.has(ElfDynamic.TEXTREL)) {
      flags |= ElfTables.DF_TEXTREL;
    }
    if (dynamic.has(ElfDynamic.BIND_NOW)) {
      flags |= ElfTables.DF_BIND_NOW;
    }
    int flags1 = (int) dynamic.get(ElfDynamic.FLAGS_1);
    Long relr = relocations.byTable().get("relr");
    ElfTables tables =
        new ElfTables(
            header.machine(),
            header.osAbi(),
            symbols,
            versions,
            hashes.gnu(),
            hashes.sysv(),
            entries,
            relative,
            relr == null || before == 0 ? 0 : relr,
            (int) flags,
            flags1,
            segments.all(),
            versionTables.needs());
    List<Needed> needed = new ArrayList<>();
    for (long name : dynamic.all(ElfDynamic.NEEDED)) {
      needed.add(new Needed(ElfContents.text(strings, name), Needed.How.LOAD));
    }
    long imports = 0;
    long exports = 0;
    for (int i = 1; i < symbols.count(); i++) {
      int binding = symbols.binding(i);
      if (binding == Symbols.GLOBAL || binding == Symbols.WEAK || binding == Symbols.UNIQUE) {
        if (!symbols.defined(i)) {
          imports++;
        } else if (symbols.visibility(i) == Symbols.DEFAULT
            || symbols.visibility(i) == Symbols.PROTECTED) {
          exports++;
        }
      }
    }
    Segment interp = segments.first(ElfSegments.PT_INTERP);
    String interpreter =
        interp == null
            ? null
            : in.slice(interp.offset(), interp.fileSize(), "PT_INTERP")
                .cString(0, 4096, "PT_INTERP");
    boolean pie =
        header.type() == ElfHeader.ET_DYN
            && (interpreter != null || (flags1 & ElfTables.DF_1_PIE) != 0);
    Kind kind =
        switch (header.type()) {
          case ElfHeader.ET_REL -> Kind.OBJECT;
          case ElfHeader.ET_EXEC -> Kind.EXECUTABLE;
          case ElfHeader.ET_CORE -> Kind.CORE;
          case ElfHeader.ET_DYN ->
              pie
                          && (interpreter != null || !dynamic.has(ElfDynamic.SONAME))
                          && (flags1 & ElfTables.DF_1_PIE) != 0
                      || interpreter != null && !dynamic.has(ElfDynamic.SONAME)
                  ? Kind.EXECUTABLE
                  : Kind.SHARED_LIBRARY;
          default -> Kind.OTHER;
        };
    Linking linking =
        interpreter != null || kind == Kind.SHARED_LIBRARY
            ? Linking.DYNAMIC
            : pie ? Linking.STATIC_PIE : Linking.STATIC;
    Segment relro = segments.first(ElfSegments.PT_GNU_RELRO);
    boolean now = tables.bindNow();
    Map<String, Boolean> more = new LinkedHashMap<>();
    Segment stack = segments.first(ElfSegments.PT_GNU_STACK);
    more.put("execStack", stack == null || (stack.flags() & ElfSegments.PF_X) != 0);
    return new Image(
        Format.ELF,
        kind,
        machine(header.machine()),
        wide ? 64 : 32,
        header.little(),
        pie,
        linking,
        interpreter,
        dynamic.has(ElfDynamic.SONAME)
            ? ElfContents.text(strings, dynamic.get(ElfDynamic.SONAME))
            : null,
        new SearchPaths(
            paths(dynamic, ElfDynamic.RPATH, strings), paths(dynamic, ElfDynamic.RUNPATH, strings)),
        List.of(),
        needed,
        new Imports(imports, Map.of()),
        exports,
        new Hardening(
            now,
            relro == null
                ? Hardening.Relro.NONE
                : now ? Hardening.Relro.FULL : Hardening.Relro.PARTIAL,
            (flags & ElfTables.DF_TEXTREL) != 0,
            more),
        relocations,
        buildId(in, segments),
        segments.base(),
        loadable ? tables : null,
        contents,
        notes);
  }

  private static @Nullable String buildId(Bytes in, ElfSegments segments)
      throws MalformedException {
    for (Segment segment : segments.all()) {
      if (segment.type() == ElfSegments.PT_NOTE
          && in.contains(segment.offset(), segment.fileSize())) {
        Bytes notes = in.slice(segment.offset(), segment.fileSize(), "PT_NOTE");
        long at = 0;
        while (notes.contains(at, 12)) {
          long name = notes.u32(at, "note");
          long size = notes.u32(at + 4, "note");
          long type = notes.u32(at + 8, "note");
          long data = at + 12 + (name + 3 & ~3L);
          if (type == 3
              && name == 4
              && notes.contains(data, size)
              && size <= 64
              && notes.cString(at + 12, 4, "note").equals("GNU")) {
            StringBuilder hex = new StringBuilder();
            for (int i = 0; i < size; i++) {
              int b = notes.u8(data + i, "note");
              hex.append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
            }
            return hex.toString();
          }
          at = data + (size + 3 & ~3L);
        }
      }
    }
    return null;
  }

  private static List<String> paths(ElfDynamic dynamic, long tag, byte[] strings) {
    List<String> out = new ArrayList<>();
    if (dynamic.has(tag)) {
      String all = ElfContents.text(strings, dynamic.get(tag));
      int from = 0;
      while (from <= all.length()) {
        int to = all.indexOf(':', from);
        if (to < 0) {
          to = all.length();
        }
        out.add(all.substring(from, to));
        from = to + 1;
      }
    }
    return out;
  }

  private static String machine(int machine) {
    return switch (machine) {
      case 3 -> "i386";
      case 40 -> "arm";
      case 62 -> "x86-64";
      case 183 -> "aarch64";
      case 243 -> "riscv";
      default -> Integer.toString(machine);
    };
  }
}
