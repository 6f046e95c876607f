package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import java.util.Arrays;
import java.util.List;

/** Turns {@code nlist} entries into {@link Symbols}, with the sizes that Mach-O does not keep. */
final class SymbolColumns {
  private final boolean little;
  private final boolean is64;
  private final List<Section> sections;
  private final int[] sectionFlags;
  private final long base;

  /**
   * @param sections numbered from 1
   * @param sectionFlags by the same numbers
   */
  SymbolColumns(
      boolean little, boolean is64, List<Section> sections, int[] sectionFlags, long base) {
    this.little = little;
    this.is64 = is64;
    this.sections = sections;
    this.sectionFlags = sectionFlags;
    this.base = base;
  }

  Symbols read(SymbolTable table) throws MalformedException {
    byte[] entries = table.entries();
    byte[] strings = table.strings();
    // Names beyond the table are empty: they are taken to stand at its last NUL.
    int end = strings.length - 1;
    int size = table.entrySize();
    int all = entries.length / size;
    int n = 0;
    for (int i = 0; i < all; i++) {
      if ((entries[i * size + 4] & N_STAB) == 0) {
        n++;
      }
    }
    int[] name = new int[n];
    byte[] info = new byte[n];
    byte[] other = new byte[n];
    int[] section = new int[n];
    long[] value = new long[n];
    int k = 0;
    for (int i = 0; i < all; i++) {
      int at = i * size;
      int type = entries[at + 4] & 0xff;
      if ((type & N_STAB) != 0) {
        continue;
      }
      int from = Bytes.i32(entries, at, little);
      name[k] = from < 0 || from > end ? end : from;
      int description = Bytes.u16(entries, at + 6, little);
      long number = is64 ? Bytes.u64(entries, at + 8, little) : Bytes.u32(entries, at + 8, little);
      section[k] = section(type, entries[at + 5] & 0xff);
      value[k] =
          section[k] == Symbols.UNDEFINED || section[k] == Symbols.ABSOLUTE
              ? number
              : number - base;
      info[k] = (byte) (binding(type, description, section[k]) << 4 | type(section[k]));
      other[k] = (type & N_EXT) != 0 && (type & N_PEXT) != 0 ? Symbols.HIDDEN : Symbols.DEFAULT;
      k++;
    }
    return new Symbols(n, name, info, other, section, value, sizes(section, value), strings);
  }

  private int section(int type, int number) {
    return switch (type & N_TYPE) {
      case N_SECT -> number < sections.size() ? number : Symbols.ABSOLUTE;
      case N_ABS, N_INDR -> Symbols.ABSOLUTE;
      default -> Symbols.UNDEFINED;
    };
  }

  private static int binding(int type, int description, int section) {
    if ((type & N_EXT) == 0) {
      return Symbols.LOCAL;
    }
    int weak = section == Symbols.UNDEFINED ? N_WEAK_REF : N_WEAK_DEF;
    return (description & weak) != 0 ? Symbols.WEAK : Symbols.GLOBAL;
  }

  private int type(int section) {
    if (section == Symbols.UNDEFINED || section == Symbols.ABSOLUTE) {
      return Symbols.NOTYPE;
    }
    int flags = sectionFlags[section];
    if ((flags & (S_ATTR_PURE_INSTRUCTIONS | S_ATTR_SOME_INSTRUCTIONS)) != 0) {
      return Symbols.FUNCTION;
    }
    int type = flags & SECTION_TYPE;
    return type >= S_THREAD_LOCAL_REGULAR && type <= S_THREAD_LOCAL_VARIABLES
        ? Symbols.TLS
        : Symbols.OBJECT;
  }

  /** A symbol reaches to the next one of its section, or to the section's end. */
  private long[] sizes(int[] section, long[] value) {
    int n = value.length;
    long[] sorted = new long[n];
    int m = 0;
    for (int i = 0; i < n; i++) {
      if (placed(section[i])) {
        sorted[m++] = value[i];
      }
    }
    Arrays.sort(sorted, 0, m);
    long[] sizes = new long[n];
    for (int i = 0; i < n; i++) {
      if (!placed(section[i])) {
        continue;
      }
      Section own = sections.get(section[i]);
      long end = own.address() + own.size();
      int next = after(sorted, m, value[i]);
      if (next < m && sorted[next] < end) {
        end = sorted[next];
      }
      sizes[i] = Math.max(0, end - value[i]);
    }
    return sizes;
  }

  private static boolean placed(int section) {
    return section != Symbols.UNDEFINED && section != Symbols.ABSOLUTE;
  }

  /** {@return the index of the first value greater than {@code value}} */
  private static int after(long[] sorted, int count, long value) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
