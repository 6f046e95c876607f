package dev.binspect.pe;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells a PE image from what looks like one or is often taken for one: programs of DOS, 16-bit
 * Windows and OS/2, COFF objects, import libraries.
 */
public final class PeLookalikes {
  private static final int MZ = 0x5a4d;
  private static final int ZM = 0x4d5a;
  private static final int MEMBERS = 8;

  private PeLookalikes() {}

  /**
   * {@return the file offset of "PE\0\0"}
   *
   * @throws MalformedException that says what the file is instead
   */
  static long peSignature(Bytes file) throws MalformedException {
    int magic = file.u16(0, "DOS header");
    if (magic != MZ) {
      throw file.malformed(
          0,
          "DOS header",
          magic == ZM ? "is a DOS program (ZM), not a PE file" : "is not a PE file");
    }
    if (!file.contains(0x3c, 4)) {
      throw file.malformed(0, "DOS header", "is a DOS program (MZ), not a PE file");
    }
    long at = file.u32(0x3c, "DOS header");
    if (!file.contains(at, 4)) {
      throw file.malformed(
          0x3c,
          "DOS header",
          "is a DOS program, or a PE file cut off: no header is at 0x" + Long.toHexString(at));
    }
    long signature = file.u32(at, "PE signature");
    if (signature == 0x4550) {
      return at;
    }
    String other =
        switch ((int) signature & 0xffff) {
          case 0x454e -> "is a program for 16-bit Windows or OS/2 (NE), not a PE file";
          case 0x454c -> "is a linear executable or virtual device driver (LE), not a PE file";
          case 0x584c -> "is a linear executable of OS/2 (LX), not a PE file";
          default -> "is a DOS program (MZ), not a PE file";
        };
    throw file.malformed(at, "PE signature", other);
  }

  /**
   * {@return what a file without an image's magic number is, as the end of "FILE: …", or null where
   * it is nothing known here}
   */
  public static @Nullable String describe(Bytes file) throws MalformedException {
    if (file.length() < 8) {
      return null;
    }
    byte[] start = file.copy(0, Math.min(file.length(), 32), "file");
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("!<arch>\n")) {
      return archive(file);
    }
    if (text.startsWith("!<thin>\n")) {
      return "is a thin archive: its members are files of their own, inspect what was linked from"
          + " them";
    }
    if (text.startsWith("Microsoft C/C++ MSF 7.00")) {
      return "is a program database (PDB): inspect the program it belongs to";
    }
    if (text.startsWith("VZ") && start.length >= 4 && known(Bytes.u16(start, 2, true))) {
      return "is a terse executable of EFI (TE), which no loader of Windows takes";
    }
    return object(file, 0, file.length());
  }

  private static boolean known(int machine) {
    return machine != 0 && PeConstants.knownMachine(machine);
  }

  /** {@return what a COFF object is, or null where it is none} */
  private static @Nullable String object(Bytes file, long at, long length)
      throws MalformedException {
    if (length < 20) {
      return null;
    }
    int machine = file.u16(at, "IMAGE_FILE_HEADER");
    int second = file.u16(at + 2, "IMAGE_FILE_HEADER");
    if (machine == 0 && second == 0xffff) {
      int version = file.u16(at + 4, "IMPORT_OBJECT_HEADER");
      int target = file.u16(at + 6, "IMPORT_OBJECT_HEADER");
      if (!known(target) && target != 0) {
        return null;
      }
      return version == 0
          ? "is a member of an import library (" + PeConstants.machine(target) + ")"
          : "is a COFF object file ("
              + PeConstants.machine(target)
              + "): inspect what was linked"
              + " from it";
    }
    int optional = file.u16(at + 16, "IMAGE_FILE_HEADER");
    long table = file.u32(at + 8, "IMAGE_FILE_HEADER");
    long symbols = file.u32(at + 12, "IMAGE_FILE_HEADER");
    if (!known(machine)
        || optional != 0
        || second > 0xfeff
        || 20L + 40L * second > length
        || table > length
        || table + 18 * symbols > length) {
      return null;
    }
    return "is a COFF object file ("
        + PeConstants.machine(machine)
        + "): inspect what was linked from it";
  }

  /** An archive is told by its first members; names longer than a header's field do not matter. */
  private static String archive(Bytes file) throws MalformedException {
    long at = 8;
    boolean coff = false;
    for (int i = 0; i < MEMBERS && file.contains(at, 60); i++) {
      String header = new String(file.copy(at, 60, "archive member"), StandardCharsets.ISO_8859_1);
      long size = decimal(header, 48, 58);
      long body = at + 60;
      if (size < 0 || !file.contains(body, size)) {
        break;
      }
      if (header.startsWith("lib.rmeta") || header.startsWith("rust.metadata")) {
        return "is a Rust library (rlib): inspect what was linked from it";
      }
      boolean index = header.startsWith("/ ") || header.startsWith("// ");
      if (!index && size >= 20) {
        if (file.u32(body, "archive member") == 0xffff0000L
            && file.u16(body + 4, "archive member") == 0) {
          return "is an import library: inspect the DLL it stands for";
        }
        String what = object(file, body, size);
        if (what != null) {
          coff = true;
          if (importSection(file, body)) {
            return "is an import library: inspect the DLL it stands for";
          }
        }
      }
      at = body + size + (size & 1);
    }
    return coff
        ? "is a static library (archive of COFF objects): inspect what was linked from it"
        : "is a static library (archive): inspect what was linked from it";
  }

  /** GNU's import libraries are objects with pieces of the import table. */
  private static boolean importSection(Bytes file, long object) throws MalformedException {
    int count = Math.min(file.u16(object + 2, "IMAGE_FILE_HEADER"), 16);
    for (int i = 0; i < count && file.contains(object + 20 + 40L * i, 8); i++) {
      byte[] name = file.copy(object + 20 + 40L * i, 8, "section table");
      String text = new String(name, StandardCharsets.ISO_8859_1);
      if (text.startsWith(".idata$") || text.startsWith(".didat$")) {
        return true;
      }
    }
    return false;
  }

  private static long decimal(String text, int from, int to) {
    long value = 0;
    int i = from;
    while (i < to && Character.isDigit(text.charAt(i))) {
      value = value * 10 + text.charAt(i++) - '0';
    }
    return i == from ? -1 : value;
  }
}
