package dev.binspect.linkage;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.Symbols;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoUnits;
import dev.binspect.rust.DylibFiles;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Crates whose objects were linked into the program, by the members of the rlibs in Cargo's folder:
 * an incremental build calls a codegen unit by a bare hash, and the rlib's member of that name
 * tells whose it is ({@code alpha-f6a70e22ad6938e5.<hash>.…rcgu.o}).
 */
final class ArchiveMembers {
  private static final int HEADER = 60;

  /** Bytes of names; the largest crate's archive has some hundred thousand. */
  private static final int MAX_NAMES = 1 << 24;

  private ArchiveMembers() {}

  /** {@return the crates that have a member's name among the program's file marks} */
  static Set<String> crates(Symbols symbols, CargoFolder folder, CargoUnits units, Door door) {
    Set<String> crates = new TreeSet<>();
    NameSet files = bareHashes(symbols);
    if (files.size() == 0) {
      return crates;
    }
    Set<String> incremental = incremental(folder, door);
    for (CargoUnits.Unit unit : units.units()) {
      String crate = unit.target().replace('-', '_');
      String rlib =
          (incremental.isEmpty() || incremental.contains(crate)) && !RustSymbols.isStandard(crate)
              ? DylibFiles.rlib(folder, unit, door)
              : null;
      if (rlib != null && holdsOne(rlib, files, door)) {
        crates.add(crate);
      }
    }
    return crates;
  }

  /**
   * {@return the crates that were compiled incrementally, by the folders that rustc keeps for them
   * ({@code incremental/alpha-1xkdz0c3mgpk4}): those of the workspace, never a registry's; empty
   * where nothing was kept}
   */
  private static Set<String> incremental(CargoFolder folder, Door door) {
    Set<String> crates = new HashSet<>();
    for (String kept : door.list(folder.build() + "/incremental")) {
      int dash = kept.lastIndexOf('-');
      if (dash > 0) {
        crates.add(kept.substring(0, dash));
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

  /** An archive is of hundreds of megabytes, its names of some kilobytes: only they are read. */
  private static boolean holdsOne(String rlib, NameSet files, Door door) {
    try (Bytes archive = door.open(rlib)) {
      return archive != null && holdsOne(archive, files);
    } catch (MalformedException e) {
      // An archive that cannot be read is no evidence.
      return false;
    }
  }

  /** Walks an ar archive to its long member names (GNU: one table, names ended by {@code /\n}). */
  private static boolean holdsOne(Bytes archive, NameSet files) throws MalformedException {
    byte[] header = new byte[HEADER];
    if (archive.copyInto(0, header, "ar") < 8
        || !new String(header, 0, 8, StandardCharsets.US_ASCII).equals("!<arch>\n")) {
      return false;
    }
    long at = 8;
    while (at + HEADER <= archive.length()) {
      archive.copyInto(at, header, "ar_hdr");
      int size = decimal(header, 48, 10);
      long body = at + HEADER;
      if (size < 0 || size > archive.length() - body) {
        return false;
      }
      if (header[0] == '/' && header[1] == '/') {
        byte[] table = archive.copy(body, Math.min(size, MAX_NAMES), "ar long names");
        return anyName(table, 0, table.length, files);
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
