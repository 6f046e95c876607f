package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.Filtee;
import dev.binspect.image.ElfTables.Segment;
import dev.binspect.image.Note;
import dev.binspect.image.PathName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The dynamic table (gABI chapter 5), found by PT_DYNAMIC as loaders find it. Where a tag stands
 * twice the last one counts, as in ld.so.
 */
final class DynamicTable {
  static final long DT_NEEDED = 1;
  static final long DT_PLTRELSZ = 2;
  static final long DT_PLTGOT = 3;
  static final long DT_HASH = 4;
  static final long DT_STRTAB = 5;
  static final long DT_SYMTAB = 6;
  static final long DT_RELA = 7;
  static final long DT_RELASZ = 8;
  static final long DT_RELAENT = 9;
  static final long DT_STRSZ = 10;
  static final long DT_SYMENT = 11;
  static final long DT_SONAME = 14;
  static final long DT_RPATH = 15;
  static final long DT_SYMBOLIC = 16;
  static final long DT_REL = 17;
  static final long DT_RELSZ = 18;
  static final long DT_RELENT = 19;
  static final long DT_PLTREL = 20;
  static final long DT_TEXTREL = 22;
  static final long DT_JMPREL = 23;
  static final long DT_BIND_NOW = 24;
  static final long DT_RUNPATH = 29;
  static final long DT_FLAGS = 30;
  static final long DT_RELRSZ = 35;
  static final long DT_RELR = 36;
  static final long DT_RELRENT = 37;
  static final long DT_ANDROID_REL = 0x6000000f;
  static final long DT_ANDROID_RELSZ = 0x60000010;
  static final long DT_ANDROID_RELA = 0x60000011;
  static final long DT_ANDROID_RELASZ = 0x60000012;
  static final long DT_ANDROID_RELR = 0x6fffe000;
  static final long DT_ANDROID_RELRSZ = 0x6fffe001;
  static final long DT_ANDROID_RELRENT = 0x6fffe003;
  static final long DT_GNU_HASH = 0x6ffffef5;
  static final long DT_VERSYM = 0x6ffffff0;
  static final long DT_RELACOUNT = 0x6ffffff9;
  static final long DT_RELCOUNT = 0x6ffffffa;
  static final long DT_DEPAUDIT = 0x6ffffefb;
  static final long DT_AUDIT = 0x6ffffefc;
  static final long DT_FLAGS_1 = 0x6ffffffb;
  static final long DT_VERDEF = 0x6ffffffc;
  static final long DT_VERDEFNUM = 0x6ffffffd;
  static final long DT_VERNEED = 0x6ffffffe;
  static final long DT_VERNEEDNUM = 0x6fffffff;
  static final long DT_MIPS_LOCAL_GOTNO = 0x7000000a;
  static final long DT_MIPS_SYMTABNO = 0x70000011;
  static final long DT_MIPS_GOTSYM = 0x70000013;
  static final long DT_MIPS_XHASH = 0x70000036;
  static final long DT_AUXILIARY = 0x7ffffffd;
  static final long DT_FILTER = 0x7fffffff;

  /** Libraries that are listed; no linker was ever asked for so many. */
  private static final int MOST_TEXTS = 1 << 16;

  /** Linkers make one entry an option. */
  private static final int MOST_FILTEES = 1 << 10;

  private final int count;
  private final long[] tag;
  private final long[] value;
  private byte[] strings = new byte[0];

  /** Many entries may name one long text: what is made of them all has a limit. */
  private long textsLeft = 1 << 20;

  private DynamicTable(int count, long[] tag, long[] value) {
    this.count = count;
    this.tag = tag;
    this.value = value;
  }

  /**
   * @return null where the file has no PT_DYNAMIC
   * @throws MalformedException if the table lies outside of the file
   */
  static @Nullable DynamicTable read(ElfHeader header, Segments segments, List<Note> notes)
      throws MalformedException {
    Segment dynamic = segments.first(Segments.PT_DYNAMIC);
    if (dynamic == null) {
      return null;
    }
    // By its address, as the loader does; p_offset is what tools read.
    long offset = segments.offset(dynamic.address());
    if (offset < 0) {
      offset = dynamic.offset();
    } else if (offset != dynamic.offset()) {
      notes.add(
          Note.warning(
              "dynamic-moved",
              "PT_DYNAMIC's offset is not where its address is loaded from; the address counts"));
    }
    int entry = 2 * header.word();
    long size = dynamic.fileSize();
    Bytes file = header.file();
    if (!file.contains(offset, size)) {
      throw file.malformed(
          offset,
          "dynamic table",
          "its " + Long.toUnsignedString(size) + " bytes do not fit into the file");
    }
    byte[] bytes = file.copy(offset, size / entry * entry, "dynamic table");
    int n = bytes.length / entry;
    long[] tag = new long[n];
    long[] value = new long[n];
    int count = 0;
    boolean ended = false;
    for (int i = 0; i < n; i++) {
      long t = header.word(bytes, i * entry);
      if (t == 0) {
        ended = true;
        break;
      }
      tag[count] = t;
      value[count++] = header.word(bytes, i * entry + header.word());
    }
    if (count == 0) {
      // gABI: DT_STRTAB and DT_SYMTAB are mandatory. Zeros stand here where a file was cut and
      // filled up again.
      throw file.malformed(offset, "dynamic table", "has no entry");
    }
    if (!ended) {
      notes.add(
          new Note(
              Note.Level.WARNING,
              "no-dt-null",
              "the dynamic table has no DT_NULL at its end",
              offset));
    }
    DynamicTable table = new DynamicTable(count, tag, value);
    table.readStrings(file, segments, notes);
    return table;
  }

  private void readStrings(Bytes file, Segments segments, List<Note> notes) {
    if (!has(DT_STRTAB)) {
      return;
    }
    long address = get(DT_STRTAB);
    long size = get(DT_STRSZ);
    long there = segments.available(address);
    if (size < 0 || size > there) {
      notes.add(
          new Note(
              Note.Level.WARNING,
              "damaged",
              "DT_STRTAB has "
                  + Long.toUnsignedString(size)
                  + " bytes, and only "
                  + there
                  + " are in the file",
              segments.offset(address)));
      size = there;
    }
    try {
      strings = file.copy(Math.max(0, segments.offset(address)), size, "DT_STRTAB");
      textsLeft += size;
    } catch (MalformedException e) {
      notes.add(Note.damaged(e));
    }
  }

  boolean has(long wanted) {
    for (int i = 0; i < count; i++) {
      if (tag[i] == wanted) {
        return true;
      }
    }
    return false;
  }

  /** {@return the value of a tag, 0 where it is missing} */
  long get(long wanted) {
    for (int i = count - 1; i >= 0; i--) {
      if (tag[i] == wanted) {
        return value[i];
      }
    }
    return 0;
  }

  /** {@return DT_STRTAB} */
  byte[] strings() {
    return strings;
  }

  /**
   * {@return the text at an offset of DT_STRTAB, or null where it lies outside, or where the texts
   * asked for are longer in all than any honest file's}
   */
  @Nullable String string(long offset) {
    int length = length(offset);
    return length < 0 ? null : new String(strings, (int) offset, length, StandardCharsets.UTF_8);
  }

  /** {@return the same for the name of a library, which is no longer than a path} */
  private @Nullable String pathName(long offset, List<Note> notes) {
    int length = length(offset);
    return length < 0 ? null : PathName.of(strings, (int) offset, (int) offset + length, notes);
  }

  /** {@return bytes of a text, or -1} */
  private int length(long offset) {
    if (offset < 0 || offset >= strings.length) {
      return -1;
    }
    int from = (int) offset;
    int to = from;
    while (to < strings.length && strings[to] != 0) {
      to++;
    }
    textsLeft -= to - from;
    return textsLeft < 0 ? -1 : to - from;
  }

  /** {@return the text a tag names, or null} */
  @Nullable String text(long wanted) {
    return has(wanted) ? string(get(wanted)) : null;
  }

  /** {@return the library a tag names, or null} */
  @Nullable String library(long wanted, List<Note> notes) {
    return has(wanted) ? pathName(get(wanted), notes) : null;
  }

  /**
   * {@return the libraries of all entries with a tag, in order; what lies outside or is too much
   * becomes a note}
   */
  List<String> libraries(long wanted, String structure, List<Note> notes) {
    List<String> texts = new ArrayList<>();
    int damaged = 0;
    for (int i = 0; i < count && damaged < 8; i++) {
      if (tag[i] == wanted) {
        if (texts.size() == MOST_TEXTS) {
          notes.add(
              Note.warning(
                  "libraries-cut",
                  "more than "
                      + MOST_TEXTS
                      + " "
                      + structure
                      + " entries: the rest is not listed"));
          return texts;
        }
        String text = pathName(value[i], notes);
        if (text == null) {
          damaged++;
          notes.add(
              Note.warning(
                  "damaged",
                  structure
                      + " names offset 0x"
                      + Long.toHexString(value[i])
                      + ", outside of DT_STRTAB"));
        } else {
          texts.add(text);
        }
      }
    }
    return texts;
  }

  /** {@return DT_FILTER and DT_AUXILIARY, in order; what lies outside becomes a note} */
  List<Filtee> filtees(List<Note> notes) {
    if (!has(DT_FILTER) && !has(DT_AUXILIARY)) {
      return List.of();
    }
    List<Filtee> all = new ArrayList<>();
    int needed = 0;
    for (int i = 0; i < count && all.size() < MOST_FILTEES; i++) {
      if (tag[i] == DT_NEEDED) {
        needed++;
      } else if (tag[i] == DT_FILTER || tag[i] == DT_AUXILIARY) {
        String library = pathName(value[i], notes);
        if (library == null) {
          notes.add(
              Note.warning(
                  "damaged",
                  "DT_FILTER or DT_AUXILIARY names offset 0x"
                      + Long.toHexString(value[i])
                      + ", outside of DT_STRTAB"));
          return all;
        }
        all.add(new Filtee(library, tag[i] == DT_AUXILIARY, needed));
      }
    }
    return all;
  }
}
