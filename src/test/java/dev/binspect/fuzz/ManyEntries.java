package dev.binspect.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Valid files in which nearly every byte announces an entry: a library, an import, a folder. */
final class ManyEntries {
  private static final String DIGITS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private static final int PE_HEADERS = 0x200;
  private static final int PE_RVA = 0x1000;

  private ManyEntries() {}

  /** {@return a short name, another one for each number} */
  static String name(int i) {
    StringBuilder name = new StringBuilder();
    for (int left = i; name.isEmpty() || left > 0; left /= DIGITS.length()) {
      name.append(DIGITS.charAt(left % DIGITS.length()));
    }
    return name.toString();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.write(bytes, 0, bytes.length);
    out.write(0);
  }

  static byte[] elfLibraries(int count) {
    ElfBytes elf = new ElfBytes();
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    strings.write(0);
    for (int i = 0; i < count; i++) {
      elf.number(ElfBytes.NEEDED, strings.size());
      text(strings, name(i));
    }
    return elf.blob(ElfBytes.STRTAB, strings.toByteArray()).symbols(new int[0], 0).build();
  }

  static byte[] elfFolders(int count) {
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    text(strings, "");
    text(strings, "lib.so");
    int path = strings.size();
    text(strings, "$ORIGIN:".repeat(count));
    return new ElfBytes()
        .number(ElfBytes.NEEDED, 1)
        .number(ElfBytes.RUNPATH, path)
        .blob(ElfBytes.STRTAB, strings.toByteArray())
        .symbols(new int[0], 0)
        .build();
  }

  /** Symbols that are looked up, and that nobody defines. */
  static byte[] elfUndefined(int count) {
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    strings.write(0);
    int[] names = new int[count];
    for (int i = 0; i < count; i++) {
      names[i] = strings.size();
      text(strings, name(i));
    }
    ByteBuffer hash = ElfBytes.words(4 * (count + 4));
    hash.putInt(1).putInt(count + 1);
    return new ElfBytes()
        .blob(ElfBytes.STRTAB, strings.toByteArray())
        .symbols(names, 0)
        .lookUps(count)
        .blob(ElfBytes.HASH, hash.array())
        .build();
  }

  /** A PE32 program of one section. */
  private static byte[] pe(ByteBuffer section, int directory) {
    int size = section.capacity();
    ByteBuffer b = ElfBytes.words(PE_HEADERS + (size + 511 & -512));
    b.put(0, "MZ".getBytes(StandardCharsets.US_ASCII)).putInt(60, 64).putInt(64, 0x4550);
    b.putShort(68, (short) 0x14c).putShort(70, (short) 1);
    b.putShort(84, (short) 224).putShort(86, (short) 0x102);
    b.putShort(88, (short) 0x10b).putInt(88 + 28, 0x400000);
    b.putInt(88 + 32, 0x1000).putInt(88 + 36, 0x200);
    b.putInt(88 + 56, PE_RVA + (size + 4095 & -4096)).putInt(88 + 60, PE_HEADERS);
    b.putShort(88 + 68, (short) 3).putInt(88 + 92, 16);
    b.putInt(88 + 96 + 8 * directory, PE_RVA).putInt(88 + 96 + 8 * directory + 4, 40);
    b.putInt(312 + 8, size).putInt(312 + 12, PE_RVA);
    b.putInt(312 + 16, size + 511 & -512).putInt(312 + 20, PE_HEADERS).putInt(312 + 36, 0xe0000060);
    return b.put(PE_HEADERS, section.array()).array();
  }

  /** Imports of one library, by number or each by a name of its own. */
  static byte[] peImports(int count, boolean named) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    text(names, "a.dll");
    int thunks = 40;
    int pool = thunks + 4 * (count + 1);
    int[] at = new int[count];
    for (int i = 0; i < count; i++) {
      at[i] = named ? PE_RVA + pool + names.size() : 0x80000000 | i & 0xffff;
      if (named) {
        names.write(0);
        names.write(0);
        text(names, name(i));
      }
    }
    ByteBuffer b = ElfBytes.words(pool + names.size());
    b.putInt(PE_RVA + thunks).putInt(0).putInt(0).putInt(PE_RVA + pool).putInt(PE_RVA + thunks);
    for (int i = 0; i < count; i++) {
      b.putInt(thunks + 4 * i, at[i]);
    }
    return pe(b.put(pool, names.toByteArray()), 1);
  }

  /** Libraries that all share one table of some imports by number. */
  static byte[] peLibraries(int count, int imports, boolean delayed) {
    int row = delayed ? 32 : 20;
    int thunks = row * (count + 1);
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    int[] at = new int[count];
    int pool = thunks + 4 * (imports + 1);
    for (int i = 0; i < count; i++) {
      at[i] = PE_RVA + pool + names.size();
      text(names, name(i) + ".x");
    }
    ByteBuffer b = ElfBytes.words(pool + names.size());
    for (int i = 0; i < count; i++) {
      if (delayed) {
        b.putInt(row * i, 1).putInt(row * i + 4, at[i]);
        b.putInt(row * i + 12, PE_RVA + thunks).putInt(row * i + 16, PE_RVA + thunks);
      } else {
        b.putInt(row * i, PE_RVA + thunks).putInt(row * i + 12, at[i]);
        b.putInt(row * i + 16, PE_RVA + thunks);
      }
    }
    for (int i = 0; i < imports; i++) {
      b.putInt(thunks + 4 * i, 0x80000001 + i);
    }
    return pe(b.put(pool, names.toByteArray()), delayed ? 13 : 1);
  }

  /** A program of one library, whose table binds each name at the same place, and each twice. */
  static byte[] machoBinds(int count) {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    table.write(0x51);
    table.write(0x11);
    for (int i = 0; i < count; i++) {
      table.write(0x40);
      text(table, name(i));
      table.writeBytes(new byte[] {0x71, 0, (byte) 0x90, (byte) 0x90});
    }
    table.write(0);
    return macho(dylib("a"), 1, table.toByteArray(), new byte[0]);
  }

  /**
   * A program that exports the names from 0 to {@code exports}, and looks for those from 0 to
   * {@code binds} in all its images: dyld does so for each by itself.
   */
  static byte[] machoTrie(int exports, int binds) {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    table.write(0x51);
    table.write(0x3e);
    for (int i = 0; i < binds; i++) {
      table.write(0x40);
      text(table, name(i));
      table.writeBytes(new byte[] {0x71, 0, (byte) 0x90});
    }
    table.write(0);
    ByteArrayOutputStream trie = new ByteArrayOutputStream();
    String[] names = new String[exports];
    Arrays.setAll(names, ManyEntries::name);
    Arrays.sort(names);
    trieNode(trie, names, 0, exports, 0, 0);
    return macho(new byte[0], 0, table.toByteArray(), trie.toByteArray());
  }

  /**
   * Writes a node and all below it.
   *
   * @param from the first of the sorted names that begin with the node's
   * @param to behind the last of them
   * @param depth length of the node's own name
   * @param at where it stands
   */
  private static void trieNode(
      ByteArrayOutputStream out, String[] names, int from, int to, int depth, int at) {
    boolean export = names[from].length() == depth;
    List<Integer> starts = new ArrayList<>();
    for (int i = export ? from + 1 : from; i < to; i++) {
      if (starts.isEmpty() || names[i - 1].charAt(depth) != names[i].charAt(depth)) {
        starts.add(i);
      }
    }
    out.writeBytes(export ? new byte[] {2, 0, 0} : new byte[] {0});
    out.write(starts.size());
    // Each edge takes its letter, a NUL and four bytes.
    int size = (export ? 4 : 2) + 6 * starts.size();
    ByteArrayOutputStream below = new ByteArrayOutputStream();
    for (int i = 0; i < starts.size(); i++) {
      int first = starts.get(i);
      int child = at + size + below.size();
      out.write(names[first].charAt(depth));
      out.write(0);
      for (int k = 0; k < 4; k++) {
        out.write(child >>> 7 * k & 0x7f | (k < 3 ? 0x80 : 0));
      }
      int end = i + 1 < starts.size() ? starts.get(i + 1) : to;
      trieNode(below, names, first, end, depth + 1, child);
    }
    out.writeBytes(below.toByteArray());
  }

  /** A library that takes its only symbol from another one, under another name. */
  static byte[] machoReexport(String symbol, String library, String thereAs) {
    ByteArrayOutputStream trie = new ByteArrayOutputStream();
    trie.write(0);
    trie.write(1);
    text(trie, symbol);
    int node = trie.size() + 1;
    trie.write(node);
    trie.write(3 + thereAs.length());
    trie.write(8);
    trie.write(1);
    text(trie, thereAs);
    trie.write(0);
    byte[] binds = {0x51, 0x11, 0x40, (byte) thereAs.charAt(0), 0, 0x71, 0, (byte) 0x90, 0};
    return macho(dylib(library), 1, binds, trie.toByteArray());
  }

  /** A library with a name longer than any path, and folders in which to look for it. */
  static byte[] machoLongName(int length, int folders) {
    ByteArrayOutputStream commands = new ByteArrayOutputStream();
    commands.writeBytes(dylib("@rpath/" + "x".repeat(length)));
    for (int i = 0; i < folders; i++) {
      String folder = "@loader_path/" + name(i);
      int size = 12 + folder.length() + 8 & -8;
      ByteBuffer b = ElfBytes.words(size).putInt(0x8000001c).putInt(size).putInt(12);
      commands.writeBytes(b.put(folder.getBytes(StandardCharsets.US_ASCII)).array());
    }
    return macho(commands.toByteArray(), 1 + folders, new byte[1], new byte[0]);
  }

  /** A program that needs one library, which has a name longer than any path. */
  static byte[] elfLongName(int length) {
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    text(strings, "");
    text(strings, "y".repeat(length));
    return new ElfBytes()
        .number(ElfBytes.NEEDED, 1)
        .blob(ElfBytes.STRTAB, strings.toByteArray())
        .symbols(new int[0], 0)
        .build();
  }

  static byte[] machoLibraries(int count) {
    ByteArrayOutputStream commands = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      commands.writeBytes(dylib("x".repeat(200) + name(i)));
    }
    return macho(commands.toByteArray(), count, new byte[1], new byte[0]);
  }

  private static byte[] dylib(String name) {
    int size = 24 + name.length() + 8 & -8;
    ByteBuffer b = ElfBytes.words(size);
    b.putInt(0xc).putInt(size).putInt(24).putInt(0).putInt(0x10000).putInt(0x10000);
    return b.put(name.getBytes(StandardCharsets.US_ASCII)).array();
  }

  /**
   * An x86-64 program: __TEXT with the commands, a page of __DATA, bind opcodes, an export trie.
   */
  private static byte[] macho(byte[] commands, int count, byte[] binds, byte[] trie) {
    int size = 3 * 72 + commands.length + 48;
    int data = 32 + size + 4095 & -4096;
    int end = data + 4096;
    ByteBuffer b = ElfBytes.words(end + binds.length + trie.length);
    b.putInt(0xfeedfacf).putInt(0x1000007).putInt(3).putInt(2).putInt(4 + count).putInt(size);
    b.putInt(0x85).putInt(0);
    segment(b, "__TEXT", 0, data, 5);
    segment(b, "__DATA", data, 4096, 3);
    segment(b, "__LINKEDIT", end, binds.length + trie.length, 1);
    b.putInt(0x80000022).putInt(48).putLong(0).putInt(end).putInt(binds.length);
    b.position(b.position() + 16);
    b.putInt(trie.length == 0 ? 0 : end + binds.length).putInt(trie.length);
    b.put(commands).put(end, binds).put(end + binds.length, trie);
    return b.array();
  }

  private static void segment(ByteBuffer b, String name, int at, int size, int protection) {
    b.putInt(0x19).putInt(72).put(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 16));
    b.putLong(0x100000000L + at).putLong(size).putLong(at).putLong(size);
    b.putInt(protection).putInt(protection).putLong(0);
  }
}
