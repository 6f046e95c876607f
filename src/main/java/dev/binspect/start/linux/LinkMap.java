package dev.binspect.start.linux;

import dev.binspect.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the loader's list of objects ({@code struct link_map} in {@code <link.h>}) out of a stopped
 * process.
 */
final class LinkMap {
  private static final int DT_INIT = 12;
  private static final int DT_INIT_ARRAY = 25;
  private static final int DT_INIT_ARRAYSZ = 27;

  /** Of r_debug. */
  private static final int MAP_AT = 8;

  private static final int STATE_AT = 24;

  private static final int MOST_OBJECTS = 100_000;
  private static final int MOST_DYNAMIC = 16 << 10;
  private static final int LONGEST_NAME = 4096;

  private LinkMap() {}

  /**
   * One object, in the order of the list, which is that of loading.
   *
   * @param name the path as the loader knows it; empty for the program
   * @param base what the loader adds to the object's addresses
   * @param dynamic address of its dynamic section
   */
  record Entry(String name, long base, long dynamic) {}

  /** {@return the address of r_debug, 0 where there is none} */
  static long debug(Tracee tracee, int pid, long loaderBase, Rendezvous rendezvous) {
    if (rendezvous.debug() == 0) {
      return 0;
    }
    long address = loaderBase + rendezvous.debug();
    return rendezvous.pointer() ? tracee.peek(pid, address) : address;
  }

  /** {@return r_state: 0 consistent, 1 adding, 2 deleting} */
  static int state(Tracee tracee, int pid, long debug) {
    return (int) tracee.peek(pid, debug + STATE_AT);
  }

  /**
   * {@return the objects}
   *
   * @param memory descriptor of the process's memory
   */
  static List<Entry> entries(Tracee tracee, int memory, long debug) {
    List<Entry> all = new ArrayList<>();
    byte[] head = tracee.read(memory, debug, 32);
    long next = head.length < 32 ? 0 : Bytes.u64(head, MAP_AT, true);
    while (next != 0 && all.size() < MOST_OBJECTS) {
      byte[] entry = tracee.read(memory, next, 32);
      if (entry.length < 32) {
        break;
      }
      String name = string(tracee, memory, Bytes.u64(entry, 8, true));
      all.add(new Entry(name, Bytes.u64(entry, 0, true), Bytes.u64(entry, 16, true)));
      next = Bytes.u64(entry, 24, true);
    }
    return all;
  }

  /** {@return the address of the first constructor the loader will call, 0 where there is none} */
  static long firstConstructor(Tracee tracee, int memory, Entry entry) {
    long array = 0;
    long arraySize = 0;
    byte[] dynamic = tracee.read(memory, entry.dynamic(), MOST_DYNAMIC);
    for (int at = 0; at + 16 <= dynamic.length; at += 16) {
      long tag = Bytes.u64(dynamic, at, true);
      long value = Bytes.u64(dynamic, at + 8, true);
      if (tag == 0) {
        break;
      }
      if (tag == DT_INIT && value != 0) {
        return entry.base() + value;
      } else if (tag == DT_INIT_ARRAY) {
        array = entry.base() + value;
      } else if (tag == DT_INIT_ARRAYSZ) {
        arraySize = value;
      }
    }
    if (array == 0 || arraySize < 8) {
      return 0;
    }
    byte[] first = tracee.read(memory, array, 8);
    return first.length < 8 ? 0 : Bytes.u64(first, 0, true);
  }

  /** {@return the NUL-terminated text at the address} */
  static String string(Tracee tracee, int memory, long address) {
    int length = 256;
    while (true) {
      byte[] bytes = tracee.read(memory, address, length);
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == 0) {
          return new String(bytes, 0, i, StandardCharsets.UTF_8);
        }
      }
      if (bytes.length < length || length >= LONGEST_NAME) {
        return new String(bytes, StandardCharsets.UTF_8);
      }
      length = LONGEST_NAME;
    }
  }
}
