package dev.binspect.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.Segment;
import dev.binspect.image.Hardening;
import dev.binspect.image.Kind;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the headers say about protections that the loader and kernel put in place. */
final class ElfHardening {
  private ElfHardening() {}

  static Hardening of(
      ElfHeader header,
      Kind kind,
      Segments segments,
      Notes notes,
      int flags,
      int flags1,
      boolean writesText,
      boolean stackProtector,
      boolean fortified) {
    boolean now = (flags & ElfTables.DF_BIND_NOW) != 0 || (flags1 & ElfTables.DF_1_NOW) != 0;
    Hardening.Relro relro =
        segments.first(Segments.PT_GNU_RELRO) == null
            ? Hardening.Relro.NONE
            : now ? Hardening.Relro.FULL : Hardening.Relro.PARTIAL;
    Map<String, Boolean> more = new LinkedHashMap<>();
    if (kind == Kind.EXECUTABLE || kind == Kind.SHARED_LIBRARY) {
      Segment stack = segments.first(Segments.PT_GNU_STACK);
      more.put(
          "execStack",
          stack == null
              ? Machine.stackExecutableByDefault(header.machine())
              : (stack.flags() & Segments.PF_X) != 0);
      boolean both = false;
      for (Segment load : segments.loads()) {
        both |= (load.flags() & (Segments.PF_X | Segments.PF_W)) == (Segments.PF_X | Segments.PF_W);
      }
      more.put("writableCode", both);
      more.put("stackProtector", stackProtector);
      more.put("fortified", fortified);
      if (header.machine() == Machine.X86_64 || header.machine() == Machine.I386) {
        more.put("ibt", (notes.features() & 1) != 0);
        more.put("shadowStack", (notes.features() & 2) != 0);
      } else if (header.machine() == Machine.AARCH64) {
        more.put("bti", (notes.features() & 1) != 0);
        more.put("pac", (notes.features() & 2) != 0);
      }
    }
    return new Hardening(now, relro, (flags & ElfTables.DF_TEXTREL) != 0 || writesText, more);
  }
}
