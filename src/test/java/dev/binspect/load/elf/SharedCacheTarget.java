package dev.binspect.load.elf;

import dev.binspect.fuzz.OneFileDoor;
import dev.binspect.load.Root;
import java.util.List;

/** ld.so.cache in both byte orders, and ld.so.conf with the files it includes. */
public final class SharedCacheTarget {
  private SharedCacheTarget() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    for (boolean little : new boolean[] {true, false}) {
      SharedCache cache = SharedCache.read(data, little);
      if (cache != null) {
        cache.namesHwcaps();
        for (String name : List.of("libc.so.6", "liba10.so.1", "", "z")) {
          cache.find(name, 0x303, List.of("x86-64-v3", "x86-64-v2"), 0);
        }
      }
    }
    OneFileDoor door = new OneFileDoor(data, List.of("a.conf", "b.conf", "c.conf"));
    SharedCacheConfiguration.folders(new Root("/root", door), door);
  }
}
