package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;

/**
 * LC_SYMTAB ({@code symtab_command}, {@code nlist}, {@code nlist_64} of {@code <mach-o/nlist.h>}).
 */
final class SymbolTable {
  private static final String STRUCTURE = "symbol table";
  private static final String STRINGS = "string table";
  private static final int LONGEST_NAME = 1 << 20;

  /** Entries read at once. */
  private static final int CHUNK = 4096;

  private final Bytes slice;
  private final boolean is64;
  private final long offset;
  private final long count;
  private final long stringsOffset;
  private final long stringsSize;

  /** Bytes of names that may still be made: entries may share names, and their ends. */
  private long nameBytes;

  SymbolTable(
      Bytes slice, boolean is64, long offset, long count, long stringsOffset, long stringsSize) {
    this.slice = slice;
    this.is64 = is64;
    this.offset = offset;
    this.count = count;
    this.stringsOffset = stringsOffset;
    this.stringsSize = stringsSize;
    this.nameBytes = 4 * stringsSize + (1 << 16);
  }

  long count() {
    return count;
  }

  /** {@return bytes of an entry} */
  int entrySize() {
    return is64 ? 16 : 12;
  }

  /**
   * @throws MalformedException if entries or names lie outside of the file
   */
  void check() throws MalformedException {
    slice.slice(offset, count * entrySize(), STRUCTURE);
    slice.slice(stringsOffset, stringsSize, STRINGS);
  }

  /** {@return all entries as they stand in the file} */
  byte[] entries() throws MalformedException {
    return slice.copy(offset, count * entrySize(), STRUCTURE);
  }

  /** {@return the string table} */
  Bytes names() throws MalformedException {
    return slice.slice(stringsOffset, stringsSize, STRINGS);
  }

  /** {@return the string table and a NUL behind it, which ends the last name for certain} */
  byte[] strings() throws MalformedException {
    Bytes names = names();
    if (names.length() > Integer.MAX_VALUE - 16) {
      throw slice.malformed(stringsOffset, STRINGS, "are more than can be read at once");
    }
    byte[] out = new byte[(int) names.length() + 1];
    names.copyInto(0, out, STRINGS);
    return out;
  }

  int type(long i) throws MalformedException {
    return slice.u8(entry(i) + 4, STRUCTURE);
  }

  int description(long i) throws MalformedException {
    return slice.u16(entry(i) + 6, STRUCTURE);
  }

  /**
   * @throws MalformedException if it lies outside of the string table, or if all names that were
   *     asked for take many times its size
   */
  String name(long i) throws MalformedException {
    long at = slice.u32(entry(i), STRUCTURE);
    Bytes strings = slice.slice(stringsOffset, stringsSize, STRINGS);
    int limit = (int) Math.min(LONGEST_NAME, nameBytes);
    int before = limit;
    try {
      String name = strings.cString(at, limit, STRINGS);
      before = name.length() + 1;
      return name;
    } finally {
      nameBytes -= before;
    }
  }

  /**
   * {@return the library an undefined symbol names (GET_LIBRARY_ORDINAL), as dyld's opcodes sign
   * it}
   */
  int ordinal(long i) throws MalformedException {
    return switch (description(i) >>> 8) {
      case 0xff -> ORDINAL_MAIN_EXECUTABLE;
      case 0xfe -> ORDINAL_FLAT;
      default -> description(i) >>> 8;
    };
  }

  private long entry(long i) throws MalformedException {
    if (i < 0 || i >= count) {
      throw slice.malformed(offset, STRUCTURE, i, "is asked for, and there are " + count);
    }
    return offset + i * entrySize();
  }

  /**
   * How many external symbols there are.
   *
   * @param defined by this image, private ones left out
   * @param undefined asked of others
   * @param weakDefined among {@code defined}
   */
  record Externals(long defined, long undefined, long weakDefined) {}

  /** Is told of each export. */
  interface Exports {
    void take(long nameOffset, boolean weakDefinition);
  }

  /** Goes over the symbols that an image without an export trie offers, in the table's order. */
  void exports(Exports out) throws MalformedException {
    boolean little = slice.littleEndian();
    int size = entrySize();
    byte[] chunk = new byte[size * CHUNK];
    for (long i = 0; i < count; i += CHUNK) {
      int n = (int) Math.min(CHUNK, count - i);
      slice.copyInto(offset + i * size, chunk, STRUCTURE);
      for (int at = 0; at < n * size; at += size) {
        int kind = chunk[at + 4] & N_TYPE;
        if ((chunk[at + 4] & (N_STAB | N_PEXT | N_EXT)) == N_EXT
            && kind != N_UNDF
            && kind != N_PBUD) {
          boolean weak = (Bytes.u16(chunk, at + 6, little) & N_WEAK_DEF) != 0;
          out.take(Bytes.u32(chunk, at, little), weak);
        }
      }
    }
  }

  /**
   * @param object whether it is an object file, whose common symbols are its own
   */
  Externals externals(boolean object) throws MalformedException {
    check();
    boolean little = slice.littleEndian();
    int size = entrySize();
    byte[] chunk = new byte[size * CHUNK];
    long defined = 0;
    long undefined = 0;
    long weak = 0;
    for (long i = 0; i < count; ) {
      int n = (int) Math.min(CHUNK, count - i);
      slice.copyInto(offset + i * size, chunk, STRUCTURE);
      for (int k = 0; k < n; k++) {
        int at = k * size;
        int type = chunk[at + 4];
        if ((type & N_STAB) != 0 || (type & N_EXT) == 0) {
          continue;
        }
        int kind = type & N_TYPE;
        if (kind == N_UNDF || kind == N_PBUD) {
          boolean common =
              kind == N_UNDF
                  && (is64
                      ? Bytes.u64(chunk, at + 8, little) != 0
                      : Bytes.i32(chunk, at + 8, little) != 0);
          if (common && object) {
            defined++;
          } else {
            undefined++;
          }
        } else if ((type & N_PEXT) == 0) {
          defined++;
          if ((Bytes.u16(chunk, at + 6, little) & N_WEAK_DEF) != 0) {
            weak++;
          }
        }
      }
      i += n;
    }
    return new Externals(defined, undefined, weak);
  }
}
