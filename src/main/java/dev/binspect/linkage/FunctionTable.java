package dev.binspect.linkage;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.PeTables;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where an image's functions begin and how long they are, from its unwind tables: these survive
 * stripping (LSB "Exception Frames" for ELF and Mach-O, {@code .pdata} for PE).
 */
final class FunctionTable {
  private static final int MAX_FUNCTIONS = 1 << 20;
  private static final int MAX_CODE = 1 << 28;

  /** Code in the file, with the addresses it is loaded at. */
  record Code(long address, byte[] bytes) {}

  private final List<Code> code;
  private long[] address = new long[1024];
  private int[] size = new int[1024];
  private int count;

  private FunctionTable(List<Code> code) {
    this.code = code;
  }

  int count() {
    return count;
  }

  int size(int i) {
    return size[i];
  }

  /** {@return the section holding all of the function's bytes, or null} */
  @Nullable Code codeOf(int i) {
    for (Code one : code) {
      long at = address[i] - one.address;
      if (at >= 0 && at + size[i] <= one.bytes.length) {
        return one;
      }
    }
    return null;
  }

  /** {@return the index of the function's first byte in its code} */
  int offset(int i, Code in) {
    return (int) (address[i] - in.address);
  }

  /** {@return the functions; none where the tables are missing or damaged} */
  static FunctionTable of(Image image) {
    try {
      List<Code> code = new java.util.ArrayList<>();
      @Nullable Section frames = null;
      @Nullable Section pdata = null;
      for (Section section : image.contents().sections()) {
        if (section.executable() && section.fileSize() > 0 && section.fileSize() <= MAX_CODE) {
          Bytes bytes = image.contents().bytes(section);
          code.add(new Code(section.address(), bytes.copy(0, bytes.length(), section.name())));
        } else if (section.name().equals(".eh_frame")
            || section.name().equals("__TEXT,__eh_frame")) {
          frames = section;
        } else if (section.name().equals(".pdata")) {
          pdata = section;
        }
      }
      FunctionTable table = new FunctionTable(code);
      if (frames != null && frames.fileSize() <= MAX_CODE) {
        Bytes bytes = image.contents().bytes(frames);
        table.frames(
            bytes.copy(0, bytes.length(), frames.name()),
            frames.address(),
            image.littleEndian(),
            image.bits() == 64);
      } else if (pdata != null && pdata.fileSize() <= MAX_CODE) {
        Bytes bytes = image.contents().bytes(pdata);
        table.pdata(bytes.copy(0, bytes.length(), pdata.name()));
      }
      return table;
    } catch (MalformedException e) {
      // Evidence that cannot be had is no evidence; the reader's own notes tell of the damage.
      return new FunctionTable(List.of());
    }
  }

  /**
   * {@return those functions of a library that show where they come from: its exported ones,
   * without the standard library's}
   *
   * <p>Instances of generics and of the standard library's inline functions stand in every program;
   * an exported function stands in one place only, unless it was linked twice.
   */
  static FunctionTable own(Offered offered) {
    FunctionTable all = of(offered.image());
    if (offered.image().tables() instanceof PeTables pe) {
      return all.exportedOf(offered, pe);
    }
    if (!(offered.image().tables() instanceof ElfTables elf)) {
      return all;
    }
    FunctionTable own = new FunctionTable(all.code);
    own.addOwn(elf.symbols(), offered, true);
    if (own.count < 4 && RustOrigin.of(offered.image())) {
      // A cdylib exports next to nothing: what it has inside says more, if it was not stripped.
      own.addOwn(offered.symbols(), offered, false);
    }
    return own;
  }

  /**
   * {@return the functions that a DLL exports}
   *
   * <p>MinGW puts its start-up code into each file: only what is exported is the library's for
   * sure.
   */
  private FunctionTable exportedOf(Offered offered, PeTables tables) {
    Map<Long, Integer> sizes = new HashMap<>();
    for (int i = 0; i < count; i++) {
      sizes.put(address[i], size[i]);
    }
    FunctionTable exported = new FunctionTable(code);
    for (PeTables.Export one : tables.exports()) {
      Integer length = one.forwarder() == null ? sizes.get(one.address()) : null;
      if (length == null) {
        continue;
      }
      String name = one.name();
      byte[] bytes = name == null ? null : name.getBytes(StandardCharsets.UTF_8);
      if (bytes == null || offered.offers(bytes, 0, bytes.length)) {
        exported.add(one.address(), length);
      }
    }
    return exported;
  }

  private void addOwn(Symbols symbols, Offered offered, boolean exported) {
    byte[] strings = symbols.strings();
    for (int i = 0; i < symbols.count(); i++) {
      if (symbols.type(i) != Symbols.FUNCTION || !symbols.defined(i) || symbols.size(i) <= 0) {
        continue;
      }
      if (symbols.binding(i) == Symbols.WEAK) {
        // A template or an inline function of C++: every user has a copy.
        continue;
      }
      int from = symbols.nameOffset(i);
      int to = from + symbols.nameLength(i);
      if (exported ? offered.offers(strings, from, to) : ownCrate(strings, from, to)) {
        add(symbols.value(i) - base(offered), symbols.size(i));
      }
    }
  }

  private static long base(Offered offered) {
    return offered.image().preferredBase();
  }

  private static boolean ownCrate(byte[] strings, int from, int to) {
    long crate = RustSymbols.crate(strings, from, to);
    return crate != RustSymbols.NONE
        && !RustSymbols.isStandard(strings, (int) (crate >>> 32), (int) crate);
  }

  private void add(long start, long length) {
    if (length <= 0 || length > Integer.MAX_VALUE || count >= MAX_FUNCTIONS) {
      return;
    }
    if (count == address.length) {
      address = Arrays.copyOf(address, count * 2);
      size = Arrays.copyOf(size, count * 2);
    }
    address[count] = start;
    size[count++] = (int) length;
  }

  private void pdata(byte[] table) {
    for (int at = 0; at + 12 <= table.length; at += 12) {
      long begin = Bytes.u32(table, at, true);
      long end = Bytes.u32(table, at + 4, true);
      add(begin, end - begin);
    }
  }

  private void frames(byte[] table, long base, boolean little, boolean wide) {
    int at = 0;
    int cie = -1;
    int encoding = 0;
    while (at + 8 <= table.length) {
      long length = Bytes.u32(table, at, little);
      int head = 4;
      if (length == 0xffffffffL && at + 20 <= table.length) {
        length = Bytes.u64(table, at + 4, little);
        head = 12;
      }
      if (length < 4) {
        // A terminator: the tables of several linkers' inputs may follow one another.
        at += 4;
        continue;
      }
      if (length > table.length - at - head) {
        return;
      }
      int body = at + head;
      int end = body + (int) length;
      long id = Bytes.u32(table, body, little);
      if (id != 0) {
        int parent = (int) (body - id);
        if (parent != cie) {
          cie = parent;
          encoding = parent >= 0 && parent + 12 <= table.length ? encoding(table, parent) : -1;
        }
        frame(table, body + 4, end, base, encoding, little, wide);
      }
      at = end;
    }
  }

  private void frame(
      byte[] table, int at, int end, long base, int encoding, boolean little, boolean wide) {
    int format = encoding & 0xf;
    int width =
        format == 0 ? (wide ? 8 : 4) : format == 3 || format == 0xb ? 4 : format == 2 ? 2 : 8;
    if (encoding < 0 || format == 1 || format == 9 || end - at < 2 * width || width == 2) {
      return;
    }
    long start = width == 4 ? Bytes.i32(table, at, little) : Bytes.u64(table, at, little);
    if ((encoding & 0x70) == 0x10) {
      start += base + at;
    } else if ((encoding & 0x70) != 0) {
      return;
    }
    long length = width == 4 ? Bytes.u32(table, at + 4, little) : Bytes.u64(table, at + 8, little);
    add(start, length);
  }

  /** {@return the pointer encoding that a CIE's augmentation names, or -1} */
  private static int encoding(byte[] table, int cie) {
    int at = cie + 8;
    if (at >= table.length || (table[at] != 1 && table[at] != 3)) {
      // The length of this entry was 64 bits long, or it is no CIE.
      return -1;
    }
    boolean third = table[at] == 3;
    at++;
    int augmentation = at;
    while (at < table.length && table[at] != 0) {
      at++;
    }
    int end = at;
    if (end >= table.length || end == augmentation || table[augmentation] != 'z') {
      return end == augmentation ? 0 : -1;
    }
    at++;
    at = skipLeb(table, at);
    at = skipLeb(table, at);
    at = third ? skipLeb(table, at) : at + 1;
    at = skipLeb(table, at);
    for (int i = augmentation + 1; i < end && at < table.length; i++) {
      switch (table[i]) {
        case 'R':
          return table[at] & 0xff;
        case 'L':
          at++;
          break;
        case 'P':
          int format = table[at] & 0xf;
          at += 1 + (format == 3 || format == 0xb ? 4 : format == 2 || format == 0xa ? 2 : 8);
          break;
        case 'S', 'B':
          break;
        default:
          return -1;
      }
    }
    return 0;
  }

  private static int skipLeb(byte[] table, int at) {
    int i = at;
    while (i < table.length && (table[i] & 0x80) != 0) {
      i++;
    }
    return i + 1;
  }
}
