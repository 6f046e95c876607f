package dev.binspect.pe;

import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT;
import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT;
import static dev.binspect.pe.PeConstants.IMAGE_DIRECTORY_ENTRY_IMPORT;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Imports;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.PeTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the import, delay-load and bound import tables (PE specification, "The .idata Section" and
 * "Delay-Load Import Tables").
 */
final class PeImports {
  private static final String DESCRIPTOR = "IMAGE_IMPORT_DESCRIPTOR";
  private static final String DELAY_DESCRIPTOR = "IMAGE_DELAYLOAD_DESCRIPTOR";
  private static final String THUNK = "IMAGE_THUNK_DATA";
  private static final int NAME_LIMIT = 4096;
  private static final int SYMBOL_LIMIT = 1 << 20;

  /** A program names some dozens; what has been made to be odd has names by the ten thousand. */
  private static final int MOST_LIBRARIES = 1 << 16;

  /** Bound imports are read one behind the other until a row is empty; real ones are a few. */
  private static final int MOST_BOUND = 4096;

  private final PeMemory memory;
  private final PeHeader header;
  private final PeTally tally;
  private final List<Note> notes;
  private final PeImportList entries = new PeImportList();
  private final List<Needed> needed = new ArrayList<>();

  /** Each name once, however many descriptors write it. */
  private final Map<String, String> loaded = new HashMap<>();

  private final Map<String, String> late = new HashMap<>();
  private long functions;
  private final Map<String, Long> byLibrary = new LinkedHashMap<>();
  private long thunksLeft;
  private boolean complete = true;
  private int unreadableName = -1;
  private long unlisted;

  private PeImports(PeMemory memory, PeTally tally, List<Note> notes) {
    this.memory = memory;
    this.header = memory.header;
    this.tally = tally;
    this.notes = notes;
    // Tables that do not overlap cannot hold more.
    this.thunksLeft = memory.file.length() / 4 + 4096;
  }

  /** Reads all; what cannot be read becomes a note and makes {@link #complete} false. */
  static PeImports read(PeMemory memory, PeTally tally, List<Note> notes) {
    PeImports imports = new PeImports(memory, tally, notes);
    try {
      imports.descriptors();
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      imports.complete = false;
    }
    try {
      imports.delayed();
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      // The loader does not look at this directory: one that points nowhere delays nothing.
      imports.complete &= !memory.mapped(memory.header.address(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT));
    }
    if (imports.unlisted > 0) {
      notes.add(
          Note.warning(
              "libraries-cut",
              "more than "
                  + MOST_LIBRARIES
                  + " libraries are named: "
                  + imports.unlisted
                  + " descriptors are counted, and neither listed nor searched for"));
    }
    return imports;
  }

  /** {@return whether the tables could be read to their ends} */
  boolean complete() {
    return complete;
  }

  List<PeTables.Import> entries() {
    return entries;
  }

  List<Needed> needed() {
    return needed;
  }

  Imports imports() {
    return new Imports(functions, byLibrary);
  }

  /** {@return the name as it is kept, or null where there are too many to list} */
  private @Nullable String needs(String library, Needed.How how) {
    Map<String, String> names = how == Needed.How.DELAY ? late : loaded;
    String known = names.get(library);
    if (known != null) {
      return known;
    }
    if (needed.size() >= MOST_LIBRARIES) {
      unlisted++;
      return null;
    }
    names.put(library, library);
    needed.add(new Needed(library, how));
    return library;
  }

  private void descriptors() throws MalformedException {
    long at = header.address(IMAGE_DIRECTORY_ENTRY_IMPORT);
    if (at == 0) {
      return;
    }
    long zeroed = PeTls.indexAddress(memory);
    for (long index = 0; ; index++, at += 20) {
      long lookup = memory.u32(at, DESCRIPTOR);
      long name = memory.u32(at + 12, DESCRIPTOR);
      long slots = memory.u32(at + 16, DESCRIPTOR);
      if (name == 0 || slots == 0 || zeroed == at + 12 || zeroed == at + 16) {
        if (name != 0 && slots != 0) {
          notes.add(
              Note.info(
                  "imports-cut",
                  "the loader of Windows 7 writes the index of the thread local storage over the"
                      + " name or the address table of import descriptor "
                      + index
                      + " and ends there; that of Windows XP reads on"));
        } else if (name != 0 && lookup != 0) {
          notes.add(
              Note.damaged(
                  memory.outside(
                      at,
                      DESCRIPTOR + " " + index,
                      "has no address table: Windows ends the table here, other readers go on")));
        }
        return; // Windows stops at either; the rest of the row may hold anything
      }
      String library;
      try {
        library = memory.text(name, NAME_LIMIT, DESCRIPTOR + " " + index + " name");
      } catch (MalformedException e) {
        if (memory.word(slots, THUNK) != 0) {
          throw e;
        }
        notes.add(Note.damaged(e));
        continue; // nothing is imported: Windows does not look at the name
      }
      String listed = needs(library, Needed.How.LOAD);
      // Windows takes the address table where the look-up table is missing or lies outside of the
      // image (old Borland linkers), or within the headers.
      boolean usable = lookup >= header.sizeOfHeaders() && memory.mapped(lookup);
      thunks(listed, usable ? lookup : slots, slots, 0, false);
    }
  }

  private void delayed() throws MalformedException {
    long at = header.address(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT);
    if (at == 0) {
      return;
    }
    for (long index = 0; ; index++, at += 32) {
      byte[] row = memory.copy(at, 32, DELAY_DESCRIPTOR);
      long name = Bytes.u32(row, 4, true);
      long names = Bytes.u32(row, 16, true);
      if (name == 0) {
        return;
      }
      // Before Visual C++ 7 these tables held addresses, since then offsets from the base.
      long base = (Bytes.u32(row, 0, true) & 1) == 0 ? header.imageBase() : 0;
      long slots = offset(Bytes.u32(row, 12, true), base);
      String library = memory.text(offset(name, base), NAME_LIMIT, DELAY_DESCRIPTOR + " " + index);
      thunks(needs(library, Needed.How.DELAY), offset(names, base), slots, base, true);
    }
  }

  /** What lies below the base can be no address: descriptors written by hand mix both. */
  private static long offset(long value, long base) {
    return value >= base ? value - base : value;
  }

  /**
   * @param library null where the functions are counted alone
   */
  private void thunks(@Nullable String library, long from, long slots, long base, boolean delayed)
      throws MalformedException {
    if (library != null) {
      entries.group(library, delayed);
    }
    int word = header.word();
    byte[] chunk = new byte[0];
    int in = 0;
    long at = from;
    long named = 0;
    long numbered = 0;
    while (true) {
      if (in + word > chunk.length) {
        chunk = memory.copy(at, chunkSize(at, word), THUNK);
        in = 0;
      }
      long thunk = word == 8 ? Bytes.u64(chunk, in, true) : Bytes.u32(chunk, in, true);
      if (thunk == 0) {
        break;
      }
      if (--thunksLeft < 0) {
        throw memory.outside(at, THUNK, "tables overlap until they are longer than the file");
      }
      boolean byNumber = word == 8 ? thunk < 0 : thunk >>> 31 != 0;
      if (!byNumber) {
        thunk = offset(thunk, base);
      }
      if (byNumber) {
        numbered++;
        if (library != null) {
          entries.numbered((int) thunk & 0xffff);
        }
      } else {
        named++;
        if (library != null) {
          entries.named(symbol(thunk & 0x7fffffff));
        }
      }
      if (!delayed) {
        tally.imported(slots + (named + numbered - 1) * word, !byNumber);
      }
      in += word;
      at += word;
    }
    if (delayed) {
      tally.delayed(named, numbered);
    }
    functions += named + numbered;
    if (library != null) {
      byLibrary.put(library, byLibrary.getOrDefault(library, 0L) + named + numbered);
    }
  }

  /** Up to 4 KiB of what the file holds there, and one thunk where it holds less. */
  private long chunkSize(long at, int word) {
    return Math.max(word, Math.min(4096, memory.inFile(at) & -word));
  }

  /** {@return the index of the name; that of an empty one where it cannot be read} */
  private int symbol(long hintAndName) {
    try {
      return entries.name(memory.text(hintAndName + 2, SYMBOL_LIMIT, "IMAGE_IMPORT_BY_NAME"));
    } catch (MalformedException e) {
      if (unreadableName < 0) {
        notes.add(Note.damaged(e));
        unreadableName = entries.name("");
      }
      return unreadableName;
    }
  }

  /** {@return the bound import table; what cannot be read is left out and noted} */
  static List<PeTables.Bound> bound(PeMemory memory, List<Note> notes) {
    List<PeTables.Bound> bound = new ArrayList<>();
    long table = memory.header.address(IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT);
    if (table == 0) {
      return bound;
    }
    String structure = "IMAGE_BOUND_IMPORT_DESCRIPTOR";
    try {
      long at = table;
      int rows = 0;
      while (true) {
        long timestamp = memory.u32(at, structure);
        int name = memory.u16(at + 4, structure);
        int forwarders = memory.u16(at + 6, structure);
        at += 8;
        if (name == 0) {
          return bound;
        }
        rows += 1 + forwarders;
        if (rows > MOST_BOUND) {
          notes.add(
              Note.warning(
                  "bound-imports-cut",
                  "more than "
                      + MOST_BOUND
                      + " bound imports stand there: the rest is not listed"));
          return bound;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < forwarders; i++, at += 8) {
          int forwarder = memory.u16(at + 4, structure);
          names.add(memory.text(table + forwarder, NAME_LIMIT, structure));
        }
        bound.add(
            new PeTables.Bound(
                memory.text(table + name, NAME_LIMIT, structure), timestamp, List.copyOf(names)));
      }
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
      return bound;
    }
  }
}
