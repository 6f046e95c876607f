package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the delay-load descriptors that GNU ld leaves out of the data directories: {@code dlltool}
 * puts an IMAGE_DELAYLOAD_DESCRIPTOR at the end of the code, Wine's {@code winebuild} into the
 * data, and only the program's own stubs know where.
 *
 * <p>What is taken for one must hold together in every field: a name, a handle, and two tables of
 * one length, the one of hints and names, the other of addresses of code.
 */
final class PeUndeclaredDelays {
  private static final String DESCRIPTOR = "IMAGE_DELAYLOAD_DESCRIPTOR";
  private static final int SIZE = 32;
  private static final int NAME_LIMIT = 260;
  private static final int SYMBOL_LIMIT = 4096;

  /** Linkers put the descriptors behind all other code, and data sections are small. */
  private static final long CODE = 1 << 18;

  private static final long DATA = 1 << 20;

  private final PeMemory memory;
  private final PeHeader header;
  private final Map<String, int[]> found = new LinkedHashMap<>();
  private long thunksLeft;

  private PeUndeclaredDelays(PeMemory memory) {
    this.memory = memory;
    this.header = memory.header;
    this.thunksLeft = memory.file.length() / 4;
  }

  /** {@return a row for each DLL; none where a directory names the delayed imports} */
  static List<PeTables.Undeclared> read(PeMemory memory, PeImports imports, List<Note> notes) {
    if (memory.header.address(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT) != 0 || !helper(imports)) {
      return List.of();
    }
    PeUndeclaredDelays delays = new PeUndeclaredDelays(memory);
    for (PeHeader.SectionHeader section : memory.header.sections()) {
      if (section.executable()) {
        delays.search(section, Math.max(0, section.rawSize() - CODE), CODE);
      } else if (section.writable()) {
        delays.search(section, 0, DATA);
      }
    }
    List<PeTables.Undeclared> rows = new ArrayList<>();
    int functions = 0;
    StringBuilder names = new StringBuilder();
    for (Map.Entry<String, int[]> one : delays.found.entrySet()) {
      int[] counts = one.getValue();
      rows.add(new PeTables.Undeclared(one.getKey(), counts[0], counts[1]));
      functions += counts[0] + counts[1];
      names.append(names.isEmpty() ? "" : ", ").append(one.getKey());
    }
    if (functions > 0) {
      notes.add(
          Note.info(
              "delay-import-directory",
              functions
                  + " functions of "
                  + names
                  + " are loaded at their first call by descriptors that no directory names (GNU ld"
                  + " leaves it empty): they are not among the counts"));
    }
    return List.copyOf(rows);
  }

  /** {@return whether the program has what it needs to bind a function late} */
  private static boolean helper(PeImports imports) {
    boolean load = false;
    boolean address = false;
    for (PeTables.Import one : imports.entries()) {
      String name = one.name();
      if (name == null) {
        continue;
      }
      switch (name) {
        case "ResolveDelayLoadedAPI", "LdrResolveDelayLoadedAPI" -> {
          return true;
        }
        case "LoadLibraryA", "LoadLibraryW", "LoadLibraryExA", "LoadLibraryExW" -> load = true;
        case "GetProcAddress" -> address = true;
        default -> {}
      }
    }
    return load && address;
  }

  private void search(PeHeader.SectionHeader section, long from, long limit) {
    long start = section.virtualAddress() + (from & -4);
    long there = Math.min(Math.min(limit, section.rawSize()), memory.inFile(start));
    if (there < SIZE) {
      return;
    }
    try {
      byte[] bytes = memory.copy(start, there, DESCRIPTOR);
      for (int at = 0; at + SIZE <= bytes.length; at += 4) {
        if (bytes[at] == 1
            && Bytes.u32(bytes, at, true) == 1
            && Bytes.u32(bytes, at + 20, true) == 0
            && Bytes.u32(bytes, at + 24, true) == 0
            && Bytes.u32(bytes, at + 28, true) == 0
            && thunksLeft > 0) {
          descriptor(
              Bytes.u32(bytes, at + 4, true),
              Bytes.u32(bytes, at + 8, true),
              Bytes.u32(bytes, at + 12, true),
              Bytes.u32(bytes, at + 16, true));
        }
      }
    } catch (MalformedException e) {
      return; // a guess at what is no table
    }
  }

  private void descriptor(long name, long handle, long slots, long names) {
    if (memory.inFile(name) < 2
        || memory.inFile(slots) < header.word()
        || memory.inFile(names) < header.word()
        || memory.section(handle) < 0
        || !header.sections()[memory.section(handle)].writable()) {
      return;
    }
    try {
      String library = memory.text(name, NAME_LIMIT, DESCRIPTOR);
      if (!printable(library) || library.indexOf('.') < 0) {
        return;
      }
      int[] counts = new int[2];
      int word = header.word();
      for (long i = 0; --thunksLeft > 0; i += word) {
        long thunk = memory.word(names + i, DESCRIPTOR);
        if (thunk == 0) {
          break;
        }
        int section = memory.section(memory.word(slots + i, DESCRIPTOR) - header.imageBase());
        if (section < 0 || !header.sections()[section].executable()) {
          return;
        }
        boolean byNumber = word == 8 ? thunk < 0 : thunk >>> 31 != 0;
        if (!byNumber && !printable(memory.text(thunk + 2, SYMBOL_LIMIT, DESCRIPTOR))) {
          return;
        }
        counts[byNumber ? 1 : 0]++;
      }
      if (counts[0] + counts[1] > 0 && thunksLeft > 0) {
        int[] had = found.get(library);
        if (had != null) {
          counts[0] += had[0];
          counts[1] += had[1];
        }
        found.put(library, counts);
      }
    } catch (MalformedException e) {
      return; // a guess at what is no table
    }
  }

  private static boolean printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
