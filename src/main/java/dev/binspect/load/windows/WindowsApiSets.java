package dev.binspect.load.windows;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which file implements an API set: the map in the section {@code .apiset} of apisetschema.dll, in
 * its three layouts (Windows 7, 8.1, 10 and later).
 */
final class WindowsApiSets {
  private static final String STRUCTURE = "API set map";
  private static final int LIMIT = 1 << 16;

  /** Entries of all contracts together; Windows 11 has some four thousand. */
  private static final int HOSTS = 1 << 16;

  /** Host by contract, and by {@code contract + '\0' + importing module} where that differs. */
  private final Map<String, String> hosts;

  private final boolean versioned;

  private WindowsApiSets(Map<String, String> hosts, boolean versioned) {
    this.hosts = hosts;
    this.versioned = versioned;
  }

  /** {@return the map of a schema's image} */
  static WindowsApiSets read(Image schema) throws MalformedException {
    Section section = schema.contents().section(".apiset");
    if (section == null) {
      return new WindowsApiSets(Map.of(), true);
    }
    return read(schema.contents().bytes(section));
  }

  /** {@return the map in the bytes of the section} */
  static WindowsApiSets read(Bytes map) throws MalformedException {
    long version = map.u32(0, STRUCTURE);
    Map<String, String> hosts = new HashMap<>();
    switch ((int) version) {
      case 2 -> read(map, hosts, map.u32(4, STRUCTURE), 8, 12, 8, 0, 16);
      case 3, 4 -> read(map, hosts, map.u32(12, STRUCTURE), 16, 24, 20, 4, 20);
      case 5, 6, 7 -> readHashed(map, hosts);
      default ->
          throw map.malformed(0, STRUCTURE, "has the unknown version " + Long.toString(version));
    }
    return new WindowsApiSets(hosts, version >= 5);
  }

  /** Version 2 and 4: names without "api-" or "ext-", values in a list of their own. */
  private static void read(
      Bytes map,
      Map<String, String> hosts,
      long count,
      long first,
      int row,
      int listAt,
      int countAt,
      int valueRow)
      throws MalformedException {
    int fields = valueRow - 16; // version 4 has a word of flags before the names
    for (long i = 0; i < Math.min(count, LIMIT); i++) {
      long at = first + row * i;
      int flags = row == 24 ? 4 : 0;
      String name = text(map, map.u32(at + flags, STRUCTURE), map.u32(at + flags + 4, STRUCTURE));
      long list = map.u32(at + (row == 24 ? 20 : listAt), STRUCTURE);
      long values = map.u32(list + countAt, STRUCTURE);
      long value = list + countAt + 4;
      for (long v = 0; v < Math.min(values, 64); v++, value += valueRow) {
        put(
            hosts,
            name,
            text(map, map.u32(value + fields, STRUCTURE), map.u32(value + fields + 4, STRUCTURE)),
            text(
                map,
                map.u32(value + fields + 8, STRUCTURE),
                map.u32(value + fields + 12, STRUCTURE)));
      }
    }
  }

  /** Since Windows 10: whole names, of which the part before the last hyphen counts. */
  private static void readHashed(Bytes map, Map<String, String> hosts) throws MalformedException {
    long count = map.u32(12, STRUCTURE);
    long first = map.u32(16, STRUCTURE);
    for (long i = 0; i < Math.min(count, LIMIT); i++) {
      long at = first + 24 * i;
      String name = text(map, map.u32(at + 4, STRUCTURE), map.u32(at + 12, STRUCTURE));
      long value = map.u32(at + 16, STRUCTURE);
      long values = map.u32(at + 20, STRUCTURE);
      for (long v = 0; v < Math.min(values, 64); v++, value += 20) {
        put(
            hosts,
            name,
            text(map, map.u32(value + 4, STRUCTURE), map.u32(value + 8, STRUCTURE)),
            text(map, map.u32(value + 12, STRUCTURE), map.u32(value + 16, STRUCTURE)));
      }
    }
  }

  private static void put(Map<String, String> hosts, String name, String importer, String host) {
    if (hosts.size() >= HOSTS) {
      return;
    }
    String key = WindowsNames.key(name);
    hosts.put(importer.isEmpty() ? key : key + '\0' + WindowsNames.key(importer), host);
  }

  private static String text(Bytes map, long at, long bytes) throws MalformedException {
    if (bytes > 1024) {
      throw map.malformed(at, STRUCTURE, "has a name of " + bytes + " bytes");
    }
    return new String(map.copy(at, bytes, STRUCTURE), StandardCharsets.UTF_16LE);
  }

  /**
   * {@return the file that implements a contract; empty where Windows knows the contract and has
   * nothing for it; null where it does not know it}
   *
   * @param key the contract's name in lower case
   * @param importer the asking module's file name in lower case
   */
  @Nullable String host(String key, String importer) {
    String name = key.endsWith(".dll") ? key.substring(0, key.length() - 4) : key;
    if (versioned) {
      int hyphen = name.lastIndexOf('-');
      name = hyphen < 0 ? name : name.substring(0, hyphen);
    } else {
      name = name.substring(4);
    }
    String special = hosts.get(name + '\0' + importer);
    return special != null ? special : hosts.get(name);
  }
}
