package dev.binspect.pe;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Symbols;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The COFF symbol table (PE specification, "COFF Symbol Table") that MinGW's linker leaves in
 * images. Auxiliary records are skipped; values are addresses relative to the image's base.
 */
final class PeSymbols {
  private static final String TABLE = "COFF symbol table";
  private static final String SLOT = "__imp_";
  private static final int ROW = 18;
  private static final int CLASS_EXTERNAL = 2;
  private static final int CLASS_STATIC = 3;
  private static final int CLASS_FILE = 103;
  private static final int CLASS_WEAK_EXTERNAL = 105;

  private PeSymbols() {}

  /** {@return the string table with its leading size, or an empty one where there is none} */
  static byte[] strings(Bytes file, PeHeader header) throws MalformedException {
    if (header.symbolTable() == 0) {
      return new byte[0];
    }
    long at = header.symbolTable() + ROW * header.symbols();
    if (!file.contains(at, 4)) {
      return new byte[0];
    }
    long size = file.u32(at, "COFF string table");
    return file.copy(at, Math.min(size, file.length() - at), "COFF string table");
  }

  /**
   * {@return the range of the names that have more than eight characters, or null where there is no
   * table}
   */
  static @Nullable Bytes names(Bytes file, PeHeader header) throws MalformedException {
    long at = header.symbolTable() + ROW * header.symbols();
    if (header.symbolTable() == 0 || header.symbols() == 0 || !file.contains(at, 4)) {
      return null;
    }
    long size = Math.min(file.u32(at, "COFF string table"), file.length() - at);
    return size <= 4 ? null : file.slice(at + 4, size - 4, "COFF string table");
  }

  static Symbols read(Bytes file, PeHeader header, byte[] table) throws MalformedException {
    if (header.symbolTable() == 0 || header.symbols() == 0) {
      return Symbols.NONE;
    }
    byte[] rows = file.copy(header.symbolTable(), ROW * header.symbols(), TABLE);
    int max = rows.length / ROW;
    int[] name = new int[max];
    byte[] info = new byte[max];
    int[] section = new int[max];
    long[] value = new long[max];
    // Names of up to eight characters stand in the rows: they go behind the strings.
    byte[] strings = Arrays.copyOf(table, table.length + 1 + max * 2);
    int used = table.length + 1;
    int count = 0;
    for (int i = 0; i < max; ) {
      int at = ROW * i;
      int auxiliary = rows[at + 17] & 0xff;
      i += 1 + auxiliary;
      int storage = rows[at + 16] & 0xff;
      boolean file8 = storage == CLASS_FILE;
      if (Bytes.i32(rows, at, true) == 0) {
        name[count] = (int) Math.min(Bytes.u32(rows, at + 4, true), table.length);
      } else if (file8 && auxiliary > 0) {
        // The name of a source file stands in the auxiliary records.
        int from = at + ROW;
        int length = length(rows, from, Math.min(rows.length, from + ROW * auxiliary));
        strings = room(strings, used + length + 1);
        System.arraycopy(rows, from, strings, used, length);
        name[count] = used;
        used += length + 1;
      } else {
        int length = length(rows, at, at + 8);
        strings = room(strings, used + length + 1);
        System.arraycopy(rows, at, strings, used, length);
        name[count] = used;
        used += length + 1;
      }
      int number = (short) Bytes.u16(rows, at + 12, true);
      long raw = Bytes.u32(rows, at + 8, true);
      int type = Bytes.u16(rows, at + 14, true);
      boolean defined = number > 0 && number <= header.sections().length;
      section[count] = defined ? number : number == 0 ? Symbols.UNDEFINED : Symbols.ABSOLUTE;
      value[count] = defined ? header.sections()[number - 1].virtualAddress() + raw : raw;
      info[count] = (byte) (binding(storage) << 4 | type(storage, type, number, raw, auxiliary));
      count++;
    }
    Symbols symbols =
        new Symbols(
            count,
            Arrays.copyOf(name, count),
            Arrays.copyOf(info, count),
            new byte[count],
            Arrays.copyOf(section, count),
            Arrays.copyOf(value, count),
            new long[count],
            Arrays.copyOf(strings, used));
    if (symbols.overlapping()) {
      throw file.malformed(header.symbolTable(), TABLE, "has names that lie within each other");
    }
    return withoutThunks(symbols, header, name, info, strings, used);
  }

  /**
   * Takes import thunks for what they are: where the import address table has a slot {@code
   * __imp_name}, the code called {@code name} is a jump through it, made by the import library, and
   * the function is another module's.
   */
  private static Symbols withoutThunks(
      Symbols symbols, PeHeader header, int[] name, byte[] info, byte[] strings, int used) {
    long from = header.address(PeConstants.IMAGE_DIRECTORY_ENTRY_IAT);
    long to = from + header.size(PeConstants.IMAGE_DIRECTORY_ENTRY_IAT);
    Set<String> imported = new HashSet<>();
    for (int i = 0; i < symbols.count(); i++) {
      if (symbols.defined(i) && symbols.value(i) >= from && symbols.value(i) < to) {
        String slot = symbols.name(i);
        if (slot.startsWith(SLOT)) {
          imported.add(slot.substring(SLOT.length()));
        }
      }
    }
    if (imported.isEmpty()) {
      return symbols;
    }
    int count = symbols.count();
    int[] section = new int[count];
    long[] value = new long[count];
    for (int i = 0; i < count; i++) {
      boolean thunk =
          symbols.binding(i) != Symbols.LOCAL
              && symbols.defined(i)
              && imported.contains(symbols.name(i));
      section[i] = thunk ? Symbols.UNDEFINED : symbols.section(i);
      value[i] = thunk ? 0 : symbols.value(i);
    }
    return new Symbols(
        count,
        Arrays.copyOf(name, count),
        Arrays.copyOf(info, count),
        new byte[count],
        section,
        value,
        new long[count],
        Arrays.copyOf(strings, used));
  }

  private static int length(byte[] rows, int from, int to) {
    int n = from;
    while (n < to && rows[n] != 0) {
      n++;
    }
    return Math.max(0, n - from);
  }

  private static byte[] room(byte[] strings, int size) {
    return size <= strings.length ? strings : Arrays.copyOf(strings, Math.max(size, size * 3 / 2));
  }

  private static int binding(int storage) {
    return switch (storage) {
      case CLASS_EXTERNAL -> Symbols.GLOBAL;
      case CLASS_WEAK_EXTERNAL -> Symbols.WEAK;
      default -> Symbols.LOCAL;
    };
  }

  private static int type(int storage, int type, int section, long value, int auxiliary) {
    if (storage == CLASS_FILE) {
      return Symbols.FILE;
    }
    if ((type & 0xf0) == 0x20) {
      return Symbols.FUNCTION;
    }
    if (storage == CLASS_STATIC && auxiliary > 0 && value == 0) {
      return Symbols.SECTION;
    }
    return section == 0 && storage == CLASS_EXTERNAL && value != 0
        ? Symbols.COMMON
        : Symbols.NOTYPE;
  }
}
