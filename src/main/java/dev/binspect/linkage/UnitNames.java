package dev.binspect.linkage;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Crates by the names of DWARF compilation units: rustc calls one {@code
 * <root>/src/lib.rs/@/<codegen unit>} (DWARF 5, 3.1.1, DW_AT_name), and says in which folder it ran
 * (DW_AT_comp_dir).
 *
 * <p>Only the first entry of each unit is read, and of it only what stands before the folder.
 */
final class UnitNames {
  private static final int MAX_UNITS = 200_000;
  private static final int HEAD = 96;
  private static final int DW_TAG_COMPILE_UNIT = 0x11;
  private static final int DW_TAG_SKELETON_UNIT = 0x4a;
  private static final int DW_AT_NAME = 0x03;
  private static final int DW_AT_COMP_DIR = 0x1b;

  /** Pairs of attribute and form that are kept of an entry. */
  private static final int MOST_PAIRS = 12;

  private static final int MOST_FOLDERS = 8;
  private static final int MOST_TEXT = 400;
  private static final int MAX_SECTION = 1 << 29;

  /** Units with a table of abbreviations each may read the whole section so often, and no more. */
  private static final int MOST_READINGS = 16;

  private final boolean little;
  private final Bytes info;
  private final byte[] abbreviations;
  private final @Nullable Bytes texts;
  private final Map<Long, int[]> forms = new HashMap<>();
  private final Set<String> crates = new TreeSet<>();
  private final Set<String> folders = new LinkedHashSet<>();
  private boolean any;
  private long bytesLeft;

  private UnitNames(Bytes info, byte[] abbreviations, @Nullable Bytes texts, boolean little) {
    this.info = info;
    this.abbreviations = abbreviations;
    this.bytesLeft = (long) MOST_READINGS * abbreviations.length + (1 << 20);
    this.texts = texts;
    this.little = little;
  }

  /** {@return what the units of an image name; nothing without DWARF} */
  static UnitNames of(Image image) {
    UnitNames none = new UnitNames(Bytes.of("", new byte[0]), new byte[0], null, true);
    try {
      Section info = section(image, ".debug_info", "__DWARF,__debug_info");
      Section abbreviations = section(image, ".debug_abbrev", "__DWARF,__debug_abbrev");
      Section texts = section(image, ".debug_str", "__DWARF,__debug_str");
      if (info == null || abbreviations == null || abbreviations.fileSize() > MAX_SECTION) {
        return none;
      }
      Bytes table = image.contents().bytes(abbreviations);
      UnitNames names =
          new UnitNames(
              image.contents().bytes(info),
              table.copy(0, table.length(), ".debug_abbrev"),
              texts == null ? null : image.contents().bytes(texts),
              image.littleEndian());
      names.read();
      return names;
    } catch (MalformedException e) {
      // Debug information that cannot be read is none.
      return none;
    }
  }

  /** {@return the crates that units name, the standard library's left out} */
  Set<String> crates() {
    return crates;
  }

  /** {@return whether there is any unit that is not the standard library's: its own at least} */
  boolean any() {
    return any;
  }

  /**
   * {@return the folders in which rustc ran for sources named from there: Cargo's workspaces, as
   * crates of a registry are named by whole paths}
   */
  Set<String> folders() {
    return folders;
  }

  private static @Nullable Section section(Image image, String elf, String macho)
      throws MalformedException {
    Section section = image.contents().section(elf);
    return section != null ? section : image.contents().section(macho);
  }

  private void read() throws MalformedException {
    long at = 0;
    byte[] head = new byte[HEAD];
    for (int unit = 0; unit < MAX_UNITS && at + 12 <= info.length(); unit++) {
      int have = info.copyInto(at, head, ".debug_info");
      long length = Bytes.u32(head, 0, little);
      if (length == 0xffffffffL || length < 8) {
        return;
      }
      unit(head, have);
      at += 4 + length;
    }
  }

  private void unit(byte[] head, int have) throws MalformedException {
    int version = Bytes.u16(head, 4, little);
    int at;
    long table;
    int type = 1;
    if (version == 5) {
      type = head[6];
      table = Bytes.u32(head, 8, little);
      at = 12;
      if (type == 4 || type == 5) {
        at += 8;
      }
    } else if (version >= 2 && version <= 4) {
      table = Bytes.u32(head, 6, little);
      at = 11;
    } else {
      return;
    }
    long code = 0;
    int shift = 0;
    while (at < have) {
      code |= (long) (head[at] & 0x7f) << shift;
      shift += 7;
      if (head[at++] >= 0 || shift > 35) {
        break;
      }
    }
    int[] form = form(table, code);
    if (form.length > 0) {
      name(head, have, at, form);
    }
  }

  /** {@return pairs of attribute and form of the first entry, if it has a name} */
  private int[] form(long table, long code) {
    int[] known = forms.get(table << 8 ^ code);
    if (known != null) {
      return known;
    }
    int[] found = new int[0];
    int[] at = {(int) Math.min(table, Integer.MAX_VALUE)};
    int start = at[0];
    while (bytesLeft > at[0] - start && at[0] >= 0 && at[0] < abbreviations.length) {
      long entry = leb(at);
      if (entry == 0) {
        break;
      }
      long tag = leb(at);
      at[0]++;
      int[] pairs = new int[2 * MOST_PAIRS];
      int count = 0;
      boolean named = false;
      while (at[0] < abbreviations.length) {
        int attribute = (int) leb(at);
        int form = (int) leb(at);
        if (form == 0x21) {
          leb(at);
        }
        if (attribute == 0 && form == 0) {
          break;
        }
        if (count + 2 <= pairs.length) {
          pairs[count++] = attribute;
          pairs[count++] = form;
          named |= attribute == DW_AT_NAME;
        }
      }
      if (entry == code) {
        if ((tag == DW_TAG_COMPILE_UNIT || tag == DW_TAG_SKELETON_UNIT) && named) {
          found = java.util.Arrays.copyOf(pairs, count);
        }
        break;
      }
    }
    bytesLeft -= at[0] - start;
    forms.put(table << 8 ^ code, found);
    return found;
  }

  private long leb(int[] at) {
    long value = 0;
    int shift = 0;
    while (at[0] < abbreviations.length) {
      byte b = abbreviations[at[0]++];
      if (shift < 63) {
        value |= (long) (b & 0x7f) << shift;
      }
      shift += 7;
      if (b >= 0) {
        break;
      }
    }
    return value;
  }

  private void name(byte[] head, int have, int start, int[] pairs) throws MalformedException {
    int at = start;
    @Nullable String name = null;
    for (int i = 0; i + 1 < pairs.length && at < have; i += 2) {
      int form = pairs[i + 1];
      if (pairs[i] == DW_AT_NAME) {
        name = text(head, have, at, form);
        if (name == null) {
          return;
        }
        take(name);
        if (name.startsWith("/") || !name.contains("/@/") || folders.size() >= MOST_FOLDERS) {
          return;
        }
      } else if (pairs[i] == DW_AT_COMP_DIR && name != null) {
        String folder = text(head, have, at, form);
        if (folder != null && folder.startsWith("/")) {
          folders.add(folder);
        }
        return;
      }
      at = behind(head, have, at, form);
      if (at < 0) {
        return;
      }
    }
  }

  private @Nullable String text(byte[] head, int have, int at, int form) throws MalformedException {
    byte[] text = head;
    int from = at;
    int to = have;
    if (form == 0x0e) {
      long offset = at + 4 <= have ? Bytes.u32(head, at, little) : Long.MAX_VALUE;
      if (texts == null || offset >= texts.length()) {
        return null;
      }
      text = new byte[MOST_TEXT];
      from = 0;
      to = texts.copyInto(offset, text, ".debug_str");
    } else if (form != 0x08) {
      return null;
    }
    int end = from;
    while (end < to && text[end] != 0) {
      end++;
    }
    return new String(text, from, end - from, StandardCharsets.UTF_8);
  }

  /** {@return where the value behind this one begins, or -1} */
  private static int behind(byte[] head, int have, int start, int form) {
    int at = start;
    switch (form) {
      case 0x0b, 0x11, 0x0c, 0x25, 0x29 -> at += 1;
      case 0x05, 0x12, 0x26, 0x2a -> at += 2;
      case 0x06, 0x0e, 0x17, 0x1f, 0x13, 0x28, 0x2c -> at += 4;
      case 0x07, 0x14, 0x01 -> at += 8;
      case 0x19, 0x21 -> at += 0;
      case 0x08 -> {
        while (at < have && head[at] != 0) {
          at++;
        }
        at++;
      }
      case 0x0f, 0x0d, 0x1a, 0x1b, 0x15 -> {
        while (at < have && head[at] < 0) {
          at++;
        }
        at++;
      }
      default -> at = -1;
    }
    return at;
  }

  /** {@code …/alpha/src/lib.rs/@/alpha.2c9558739ed8aee4-cgu.0}, or a bare hash behind the at. */
  private void take(String name) {
    int at = name.indexOf("/@/");
    if (at < 0 || name.startsWith("/rustc/") || name.contains("/rust/deps/")) {
      return;
    }
    any = true;
    byte[] unit = name.substring(at + 3).getBytes(StandardCharsets.UTF_8);
    int end = StaticCrates.codegenUnit(unit, 0, unit.length);
    String crate =
        end > 0
            ? new String(unit, 0, end, StandardCharsets.UTF_8)
            : crateOfPath(name.substring(0, at));
    if (crate != null && !RustSymbols.isStandard(crate)) {
      crates.add(crate);
    }
  }

  /** {@code …/regex-1.7.1/src/lib.rs} is regex; a program's own root is no library's. */
  private static @Nullable String crateOfPath(String path) {
    int src = path.lastIndexOf("/src/");
    if (src < 0 || path.endsWith("/main.rs") || path.contains("/src/bin/")) {
      return null;
    }
    return crateOfFolder(path.substring(0, src));
  }

  /** {@return the crate that a package's folder is called after, its version left out, or null} */
  static @Nullable String crateOfFolder(String path) {
    String folder = path.substring(path.lastIndexOf('/') + 1);
    int dash = folder.lastIndexOf('-');
    if (dash > 0
        && dash + 1 < folder.length()
        && folder.charAt(dash + 1) >= '0'
        && folder.charAt(dash + 1) <= '9') {
      folder = folder.substring(0, dash);
    }
    return folder.isEmpty() ? null : folder.replace('-', '_');
  }
}
