package dev.binspect.elf;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables.ElfVersions;
import dev.binspect.image.ElfTables.VersionNeed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DT_VERSYM, DT_VERNEED and DT_VERDEF (the GNU symbol versioning that the LSB core specification
 * describes).
 */
final class ElfVersionTables {
  private static final int MOST = 0x8000;

  private @Nullable String[] names = new String[8];
  private @Nullable String[] files = new String[8];
  private int[] hashes = new int[8];
  private boolean[] weak = new boolean[8];
  private boolean[] defined = new boolean[8];
  private @Nullable String base;
  private final List<VersionNeed> needs = new ArrayList<>();

  /** {@return the needs read so far, in order} */
  List<VersionNeed> needs() {
    return needs;
  }

  /** Reads DT_VERNEED from a view that begins there. */
  void needs(Bytes in, long count, byte[] strings) throws MalformedException {
    long at = 0;
    for (long i = 0; i < count && i < MOST; i++) {
      int versions = in.u16(at + 2, "version need");
      String file = ElfContents.text(strings, in.u32(at + 4, "version need"));
      long aux = at + in.u32(at + 8, "version need");
      List<String> list = new ArrayList<>();
      for (int k = 0; k < versions; k++) {
        int index = in.u16(aux + 6, "version need") & 0x7fff;
        String name = ElfContents.text(strings, in.u32(aux + 8, "version need"));
        list.add(name);
        room(index);
        names[index] = name;
        files[index] = file;
        hashes[index] = in.i32(aux, "version need");
        weak[index] = (in.u16(aux + 4, "version need") & 2) != 0;
        long next = in.u32(aux + 12, "version need");
        if (next == 0) {
          break;
        }
        aux += next;
      }
      needs.add(new VersionNeed(file, List.copyOf(list)));
      long next = in.u32(at + 12, "version need");
      if (next == 0) {
        return;
      }
      at += next;
    }
  }

  /** Reads DT_VERDEF from a view that begins there. */
  void definitions(Bytes in, long count, byte[] strings) throws MalformedException {
    long at = 0;
    for (long i = 0; i < count && i < MOST; i++) {
      int flags = in.u16(at + 2, "version definition");
      int index = in.u16(at + 4, "version definition") & 0x7fff;
      long aux = at + in.u32(at + 12, "version definition");
      String name = ElfContents.text(strings, in.u32(aux, "version definition"));
      room(index);
      names[index] = name;
      files[index] = null;
      hashes[index] = in.i32(at + 8, "version definition");
      defined[index] = true;
      if ((flags & 1) != 0) {
        base = name;
      }
      long next = in.u32(at + 16, "version definition");
      if (next == 0) {
        return;
      }
      at += next;
    }
  }

  private void room(int index) {
    if (index >= names.length) {
      int size = Math.max(index + 1, names.length * 2);
      names = Arrays.copyOf(names, size);
      files = Arrays.copyOf(files, size);
      hashes = Arrays.copyOf(hashes, size);
      weak = Arrays.copyOf(weak, size);
      defined = Arrays.copyOf(defined, size);
    }
  }

  ElfVersions versions(short @Nullable [] versym) {
    return new ElfVersions(versym, names, files, hashes, weak, defined, base);
  }
}
