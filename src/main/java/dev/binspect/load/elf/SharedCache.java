package dev.binspect.load.elf;

import dev.binspect.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file /etc/ld.so.cache (glibc's dl-cache.h): names and paths that ldconfig found, sorted. The
 * old format ("ld.so-1.7.0") is read as far as it holds the new one ("glibc-ld.so.cache1.1") behind
 * its own table, as every ldconfig since glibc 2.2 writes it.
 */
final class SharedCache {
  private static final byte[] OLD =
      "ld.so-1.7.0\0".getBytes(StandardCharsets.ISO_8859_1); // struct cache_file
  private static final byte[] NEW = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.ISO_8859_1);
  private static final int OLD_ENTRY = 12;
  private static final int OLD_HEADER = 16;
  private static final int HEADER = 48;
  private static final int ENTRY = 24;
  private static final int EXTENSION_MAGIC = 0xeaa42174; // (uint32_t) -358342284
  private static final int HWCAPS_TAG = 1;

  /** Bit 62 of an entry's hwcap: the low half is an index of the table of glibc-hwcaps names. */
  private static final int EXTENSION_HWCAP = 1 << 30;

  private static final long TLS_HWCAP = 1L << 63;

  private final byte[] content;
  private final int base;
  private final int count;
  private final boolean little;

  private SharedCache(byte[] content, int base, int count, boolean little) {
    this.content = content;
    this.base = base;
    this.count = count;
    this.little = little;
  }

  /**
   * {@return the cache in a file's bytes, or null where they are none (ld.so then goes on as if the
   * file were not there)}
   *
   * @param little the byte order of the machine it was written for
   */
  static @Nullable SharedCache read(byte[] content, boolean little) {
    int base = 0;
    if (startsWith(content, 0, OLD) && content.length > OLD_HEADER) {
      long entries = Bytes.u32(content, 12, little);
      long end = OLD_HEADER + entries * OLD_ENTRY;
      // ALIGN_CACHE: the new header is aligned as its 64-bit member wants it.
      long aligned = (end + 7) & ~7L;
      if (aligned > content.length - HEADER) {
        return null;
      }
      base = (int) aligned;
    }
    if (content.length - base < HEADER || !startsWith(content, base, NEW)) {
      return null;
    }
    int order = content[base + 28] & 3;
    // 0 was written before the byte order was noted, 2 little, 3 big.
    if (order == 1 || (order != 0 && (order == 2) != little)) {
      return null;
    }
    long count = Bytes.u32(content, base + 20, little);
    if (count > (content.length - base - HEADER) / ENTRY) {
      return null;
    }
    return new SharedCache(content, base, (int) count, little);
  }

  /**
   * {@return the path kept for a name, or null}
   *
   * @param flags an entry's flags for this class of objects (FLAG_ELF_LIBC6 and the machine's bits)
   * @param hwcaps glibc-hwcaps folders this machine can use, the best first
   * @param legacyHwcaps bits of the old kind that this machine has
   */
  @Nullable String find(String name, int flags, List<String> hwcaps, long legacyHwcaps) {
    byte[] wanted = (name + "\0").getBytes(StandardCharsets.UTF_8);
    int left = 0;
    int right = count - 1;
    while (left <= right) {
      int middle = (left + right) >>> 1;
      int key = text(middle, 4);
      if (key < 0) {
        return null;
      }
      int order = compare(wanted, key);
      if (order == 0) {
        return best(wanted, middle, right, flags, hwcaps, legacyHwcaps);
      }
      if (order < 0) {
        left = middle + 1;
      } else {
        right = middle - 1;
      }
    }
    return null;
  }

  /** {@return whether entries may name glibc-hwcaps folders} */
  boolean namesHwcaps() {
    return !hwcapName(0).isEmpty();
  }

  private @Nullable String best(
      byte[] wanted, int middle, int right, int flags, List<String> hwcaps, long legacyHwcaps) {
    int at = middle;
    while (at > 0 && same(wanted, at - 1)) {
      at--;
    }
    int found = -1;
    int foundRank = Integer.MAX_VALUE;
    for (; at <= right && (at <= middle || same(wanted, at)); at++) {
      int entry = base + HEADER + at * ENTRY;
      int kind = Bytes.i32(content, entry, little);
      int value = text(at, 8);
      if ((kind != 1 && kind != flags) || value < 0) {
        continue;
      }
      long hwcap = Bytes.u64(content, entry + 16, little);
      if ((int) (hwcap >>> 32) == EXTENSION_HWCAP) {
        int rank = hwcaps.indexOf(hwcapName((int) hwcap));
        if (rank >= 0 && rank < foundRank) {
          found = value;
          foundRank = rank;
        }
        continue;
      }
      if ((hwcap & ~(legacyHwcaps | TLS_HWCAP)) != 0) {
        continue;
      }
      if (foundRank == Integer.MAX_VALUE) {
        found = value;
      }
      if (kind == flags) {
        break;
      }
    }
    return found < 0 ? null : string(found);
  }

  private String hwcapName(int index) {
    long extension = Bytes.u32(content, base + 32, little);
    long at = extension;
    if (at <= 0 || (at & 3) != 0 || at > content.length - 8) {
      return "";
    }
    if (Bytes.i32(content, (int) at, little) != EXTENSION_MAGIC) {
      return "";
    }
    long sections = Bytes.u32(content, (int) at + 4, little);
    at += 8;
    for (long i = 0; i < sections && at <= content.length - 16; i++, at += 16) {
      if (Bytes.i32(content, (int) at, little) == HWCAPS_TAG) {
        long offset = Bytes.u32(content, (int) at + 8, little);
        long size = Bytes.u32(content, (int) at + 12, little);
        long slot = offset + 4 * Integer.toUnsignedLong(index);
        if (slot + 4 > offset + size || slot > content.length - 4) {
          return "";
        }
        long name = base + Bytes.u32(content, (int) slot, little);
        return name < content.length ? string((int) name) : "";
      }
    }
    return "";
  }

  /** {@return the place of an entry's string, or -1 where it lies outside of the file} */
  private int text(int index, int field) {
    long at = base + Bytes.u32(content, base + HEADER + index * ENTRY + field, little);
    return at < content.length ? (int) at : -1;
  }

  private boolean same(byte[] wanted, int index) {
    int key = text(index, 4);
    return key >= 0 && compare(wanted, key) == 0;
  }

  private String string(int at) {
    int end = at;
    while (end < content.length && content[end] != 0) {
      end++;
    }
    return new String(content, at, end - at, StandardCharsets.UTF_8);
  }

  private int byteAt(int at) {
    return at < content.length ? content[at] : 0;
  }

  /** The order ldconfig sorts by: digits count as numbers. */
  private int compare(byte[] wanted, int key) {
    int i = 0;
    int k = key;
    while (wanted[i] != 0) {
      boolean digit = isDigit(wanted[i]);
      if (digit && isDigit(byteAt(k))) {
        int a = 0;
        int b = 0;
        while (isDigit(wanted[i])) {
          a = a * 10 + wanted[i++] - '0';
        }
        while (isDigit(byteAt(k))) {
          b = b * 10 + byteAt(k++) - '0';
        }
        if (a != b) {
          return Integer.compare(a, b);
        }
      } else if (digit) {
        return 1;
      } else if (isDigit(byteAt(k))) {
        return -1;
      } else if (wanted[i] != byteAt(k)) {
        return wanted[i] - byteAt(k);
      } else {
        i++;
        k++;
      }
    }
    return -byteAt(k);
  }

  private static boolean isDigit(int b) {
    return b >= '0' && b <= '9';
  }

  private static boolean startsWith(byte[] content, int at, byte[] prefix) {
    if (content.length - at < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (content[at + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
