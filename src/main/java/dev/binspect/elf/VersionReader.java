package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.ElfVersions;
import dev.binspect.image.ElfTables.VersionNeed;
import dev.binspect.image.Note;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DT_VERSYM, DT_VERNEED and DT_VERDEF (the GNU extension, LSB "Symbol Versioning"). */
final class VersionReader {
  private static final int VER_FLG_BASE = 1;
  private static final int VER_FLG_WEAK = 2;
  private static final int INDEX_MASK = 0x7fff;

  /** Bytes read at once: all the records of most files. */
  private static final int WINDOW = 1024;

  private final ElfHeader header;
  private final Segments segments;
  private final DynamicTable dynamic;
  private final List<VersionNeed> needs = new ArrayList<>();
  private @Nullable String[] name = new @Nullable String[4];
  private @Nullable String[] file = new @Nullable String[4];
  private int[] hash = new int[4];
  private boolean[] weak = new boolean[4];
  private boolean[] defined = new boolean[4];
  private int indexes;
  private @Nullable String base;

  /** What was read last, from {@link #windowAt} on: a file's records stand side by side. */
  private byte[] window = {};

  private long windowAt;

  VersionReader(ElfHeader header, Segments segments, DynamicTable dynamic) {
    this.header = header;
    this.segments = segments;
    this.dynamic = dynamic;
  }

  /** {@return DT_VERNEED by file, in order, after {@link #read}} */
  List<VersionNeed> needs() {
    return needs;
  }

  /** {@return null where the object has no versions} */
  @Nullable ElfVersions read(int symbols, List<Note> notes) {
    boolean any = false;
    short @Nullable [] versym = null;
    if (dynamic.has(DynamicTable.DT_VERSYM)) {
      any = true;
      try {
        versym = versym(dynamic.get(DynamicTable.DT_VERSYM), symbols);
      } catch (MalformedException e) {
        notes.add(Note.damaged(e));
      }
    }
    try {
      if (dynamic.has(DynamicTable.DT_VERDEF)) {
        any = true;
        definitions(dynamic.get(DynamicTable.DT_VERDEF), dynamic.get(DynamicTable.DT_VERDEFNUM));
      }
      if (dynamic.has(DynamicTable.DT_VERNEED)) {
        any = true;
        needed(dynamic.get(DynamicTable.DT_VERNEED), dynamic.get(DynamicTable.DT_VERNEEDNUM));
      }
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
    }
    if (!any) {
      return null;
    }
    return new ElfVersions(
        versym,
        Arrays.copyOf(name, indexes),
        Arrays.copyOf(file, indexes),
        Arrays.copyOf(hash, indexes),
        Arrays.copyOf(weak, indexes),
        Arrays.copyOf(defined, indexes),
        base);
  }

  private short[] versym(long address, int symbols) throws MalformedException {
    long offset = segments.offset(address);
    if (segments.available(address) < symbols * 2L) {
      throw header
          .file()
          .malformed(offset, "DT_VERSYM", "its " + symbols + " entries are not in the file");
    }
    byte[] bytes = header.file().copy(Math.max(0, offset), symbols * 2L, "DT_VERSYM");
    short[] versym = new short[symbols];
    ByteBuffer.wrap(bytes)
        .order(header.little() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
        .asShortBuffer()
        .get(versym);
    return versym;
  }

  /**
   * {@return where a record that must lie in the file begins in {@link #window}, until the next one
   * is asked for}
   */
  private int record(long address, int size, String structure, long index)
      throws MalformedException {
    long in = address - windowAt;
    if (in >= 0 && in <= window.length - size) {
      return (int) in;
    }
    long offset = segments.offset(address);
    long there = segments.available(address);
    if (there < size) {
      throw header
          .file()
          .malformed(
              offset,
              structure,
              index,
              "address 0x" + Long.toHexString(address) + " is not in the file");
    }
    window = header.file().copy(offset, Math.min(there, WINDOW), structure);
    windowAt = address;
    return 0;
  }

  private void definitions(long address, long count) throws MalformedException {
    boolean little = header.little();
    for (long i = 0; i < count && i <= INDEX_MASK; i++) {
      int at = record(address, 20, "DT_VERDEF", i);
      int flags = Bytes.u16(window, at + 2, little);
      int index = Bytes.u16(window, at + 4, little) & INDEX_MASK;
      int value = Bytes.i32(window, at + 8, little);
      long aux = address + Bytes.u32(window, at + 12, little);
      long next = Bytes.u32(window, at + 16, little);
      at = record(aux, 8, "DT_VERDEF", i);
      String text = text(Bytes.u32(window, at, little), "DT_VERDEF", i);
      put(index, text, null, value, false, true);
      if ((flags & VER_FLG_BASE) != 0) {
        base = text;
      }
      if (next == 0) {
        return;
      }
      address += next;
    }
  }

  private void needed(long address, long count) throws MalformedException {
    // An index is 15 bits wide: more records than that are a loop.
    int left = 2 * INDEX_MASK;
    boolean little = header.little();
    for (long i = 0; i < count && left-- > 0; i++) {
      int at = record(address, 16, "DT_VERNEED", i);
      int versions = Bytes.u16(window, at + 2, little);
      long aux = address + Bytes.u32(window, at + 8, little);
      long next = Bytes.u32(window, at + 12, little);
      String from = text(Bytes.u32(window, at + 4, little), "DT_VERNEED", i);
      List<String> texts = new ArrayList<>();
      for (int k = 0; k < versions && left-- > 0; k++) {
        at = record(aux, 16, "DT_VERNEED", i);
        String text = text(Bytes.u32(window, at + 8, little), "DT_VERNEED", i);
        texts.add(text);
        boolean isWeak = (Bytes.u16(window, at + 4, little) & VER_FLG_WEAK) != 0;
        put(
            Bytes.u16(window, at + 6, little) & INDEX_MASK,
            text,
            from,
            Bytes.i32(window, at, little),
            isWeak,
            false);
        long behind = Bytes.u32(window, at + 12, little);
        if (behind == 0) {
          break;
        }
        aux += behind;
      }
      needs.add(new VersionNeed(from, List.copyOf(texts)));
      if (next == 0) {
        return;
      }
      address += next;
    }
  }

  private String text(long offset, String structure, long index) throws MalformedException {
    String text = dynamic.string(offset);
    if (text == null) {
      throw header
          .file()
          .malformed(
              -1,
              structure,
              index,
              "names offset 0x" + Long.toHexString(offset) + ", outside of DT_STRTAB");
    }
    return text;
  }

  private void put(
      int index, String text, @Nullable String from, int value, boolean isWeak, boolean own) {
    if (index >= name.length) {
      int size = Math.max(index + 1, name.length * 2);
      name = Arrays.copyOf(name, size);
      file = Arrays.copyOf(file, size);
      hash = Arrays.copyOf(hash, size);
      weak = Arrays.copyOf(weak, size);
      defined = Arrays.copyOf(defined, size);
    }
    indexes = Math.max(indexes, index + 1);
    name[index] = text;
    file[index] = from;
    hash[index] = value;
    weak[index] = isWeak;
    defined[index] = own;
  }
}
