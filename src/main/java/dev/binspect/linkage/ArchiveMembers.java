package dev.binspect.linkage;

import dev.binspect.image.Door;
import dev.binspect.image.Symbols;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoUnits;
import dev.binspect.rust.DylibFiles;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * Crates whose objects were linked into the program, by the members of the rlibs in Cargo's folder:
 * an incremental build calls a codegen unit by a bare hash, and the rlib's member of that name
 * tells whose it is ({@code alpha-f6a70e22ad6938e5.<hash>.…rcgu.o}).
 */
final class ArchiveMembers {
  private static final int MAX_ARCHIVE = 1 << 28;

  private ArchiveMembers() {}

  static Set<String> crates(Symbols symbols, CargoFolder folder, CargoUnits units, Door door) {
    Set<String> crates = new TreeSet<>();
    NameSet files = bareHashes(symbols);
    if (files.size() == 0) {
      return crates;
    }
    for (CargoUnits.Unit unit : units.units()) {
      String rlib = DylibFiles.rlib(folder, unit, door);
      byte[] archive = rlib == null ? null : door.content(rlib, MAX_ARCHIVE);
      if (archive != null && !RustSymbols.isStandard(unit.target()) && holdsOne(archive, files)) {
        crates.add(unit.target().replace('-', '_'));
      }
    }
    return crates;
  }

  /** File marks of 20 to 26 letters and digits, as incremental codegen units are called. */
  private static NameSet bareHashes(Symbols symbols) {
    NameSet files = new NameSet(symbols.strings(), 64);
    byte[] strings = symbols.strings();
    for (int i = 0; i < symbols.count(); i++) {
      int length = symbols.type(i) == Symbols.FILE ? symbols.nameLength(i) : 0;
      if (length < 20 || length > 26) {
        continue;
      }
      int from = symbols.nameOffset(i);
      boolean hash = true;
      for (int k = from; k < from + length && hash; k++) {
        hash = strings[k] >= 'a' && strings[k] <= 'z' || strings[k] >= '0' && strings[k] <= '9';
      }
      if (hash) {
        files.add(from, from + length);
      }
    }
    return files;
  }

  /** Walks an ar archive's long member names (GNU: one table, names ended by {@code /\n}). */
  private static boolean holdsOne(byte[] archive, NameSet files) {
    if (!new String(archive, 0, Math.min(8, archive.length), StandardCharsets.US_ASCII)
        .equals("!<arch>\n")) {
      return false;
    }
    int at = 8;
    while (at + 60 <= archive.length) {
      int size = decimal(archive, at + 48, 10);
      int body = at + 60;
      if (size < 0 || size > archive.length - body) {
        return false;
      }
      if (archive[at] == '/' && archive[at + 1] == '/') {
        return anyName(archive, body, body + size, files);
      }
      at = body + size + (size & 1);
    }
    return false;
  }

  private static boolean anyName(byte[] table, int from, int to, NameSet files) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (table[i] == '.' || table[i] == '/' || table[i] == '\n') {
        if (i > start && files.contains(table, start, i)) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  private static int decimal(byte[] archive, int at, int width) {
    long value = 0;
    for (int i = at; i < at + width && archive[i] != ' '; i++) {
      if (archive[i] < '0' || archive[i] > '9') {
        return -1;
      }
      value = value * 10 + (archive[i] - '0');
    }
    return value > Integer.MAX_VALUE ? -1 : (int) value;
  }
}
