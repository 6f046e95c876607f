package dev.binspect.load.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.Needed;
import dev.binspect.load.Counters;
import dev.binspect.load.LoadPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the build would save at every start: the start is simulated again with the
 * change made. Only objects that are somebody's own are spoken of, not the system's.
 */
final class LoadAdvisor {
  /** Fewer look-ups than this are not worth a line. */
  private static final long LOOKUPS = 100;

  private static final long PACKED_BYTES = 16 << 10;
  private static final long LAZY = 500;
  private static final int PAGE = 4096;
  private static final String[] SYSTEM = {
    "/usr/", "/lib/", "/lib32/", "/lib64/", "/bin/", "/sbin/"
  };

  /** Probes that may be made to tell what a start would be without some library. */
  private static final long MOST_WORK = 100_000_000;

  private final List<ScopeMember> members;
  private final GlibcBinding binding;
  private final boolean rust;
  private final List<LoadPlan.Advice> advice = new ArrayList<>();

  private LoadAdvisor(GlibcBinding binding) {
    this.binding = binding;
    this.members = binding.members();
    this.rust = rust(members.getFirst().object);
  }

  /** Simulates the start again without some needed names. */
  interface Without {
    /** {@return the counters of that start, or null where it would fail} */
    @Nullable Counters counters(Set<String> ignored);
  }

  /**
   * {@return the advice for a start}
   *
   * @param without simulates the start without some of the libraries the program names; gives
   *     counters, or null where that start fails
   */
  static List<LoadPlan.Advice> advise(GlibcBinding binding, Counters counters, Without without) {
    LoadAdvisor advisor = new LoadAdvisor(binding);
    for (ScopeMember member : advisor.members) {
      if (own(member.object) && member.object.tables != null) {
        advisor.symbolic(member, counters);
        advisor.packed(member.object, member.object.tables);
        advisor.lazy(member, member.object.tables);
      }
    }
    if (own(advisor.members.getFirst().object)) {
      advisor.unused(counters, without);
    }
    return List.copyOf(advisor.advice);
  }

  private static boolean rust(LinkMap object) {
    for (String producer : object.image.producers()) {
      if (producer.contains("rustc")) {
        return true;
      }
    }
    return false;
  }

  private static boolean own(LinkMap object) {
    if (object.loaderItself) {
      return false;
    }
    if (object.guest.startsWith("/usr/local/")) {
      return true;
    }
    // The standard library comes as the toolchain built it, wherever it was copied to.
    if (object.guest.contains("/rustlib/")
        || object.guest.contains("/toolchains/")
        || GlibcLoader.fileName(object.guest).startsWith("libstd-")) {
      return false;
    }
    for (String folder : SYSTEM) {
      if (object.guest.startsWith(folder)) {
        return false;
      }
    }
    return true;
  }

  private String linkerFlag(String flag) {
    return rust ? "-C link-arg=-Wl," + flag : "-Wl," + flag;
  }

  private static String name(LinkMap object) {
    return GlibcLoader.fileName(object.path);
  }

  private void symbolic(ScopeMember member, Counters counters) {
    if (member.program || GlibcBinding.symbolic(member.object)) {
      return;
    }
    GlibcBinding.Trial trial = binding.trial(member, true, false);
    long saved = member.object.lookups - trial.lookups();
    long deferred = member.object.deferred - trial.deferred();
    if (saved < LOOKUPS || saved * 20 < counters.lookups()) {
      return;
    }
    Map<String, Long> saves = new LinkedHashMap<>();
    saves.put("lookups", saved);
    saves.put("probes", member.object.probes - trial.probes());
    if (trial.droppedSlots() > 0) {
      saves.put("relocations", trial.droppedSlots());
    }
    if (deferred > 0) {
      saves.put("deferred", deferred);
    }
    String risk =
        "Another object's function of the same name no longer takes this one's place"
            + (trial.interposed() > 0
                ? " ("
                    + trial.interposed()
                    + " of these look-ups are answered by another object"
                    + " today)"
                : "")
            + ", and the address of a function may differ between this library and a program that"
            + " was linked without -fPIE.";
    advice.add(
        new LoadPlan.Advice(
            "symbolic",
            member.object.path,
            name(member.object)
                + " looks "
                + saved
                + " of its own functions up at each start: linked with -Wl,-Bsymbolic-functions it"
                + " would make "
                + trial.lookups()
                + " look-ups instead of "
                + member.object.lookups
                + ".",
            saves,
            linkerFlag("-Bsymbolic-functions"),
            risk));
  }

  private void packed(LinkMap object, ElfTables tables) {
    if (tables.relr() > 0 || tables.relative() * 16 < PACKED_BYTES) {
      return;
    }
    RelativeTable.Packing packing = RelativeTable.packing(object.image, tables);
    if (packing == null || packing.now() - packing.packed() < PACKED_BYTES) {
      return;
    }
    long bytes = packing.now() - packing.packed();
    Map<String, Long> saves = new LinkedHashMap<>();
    saves.put("bytes", bytes);
    saves.put("pages", bytes / PAGE);
    advice.add(
        new LoadPlan.Advice(
            "pack-relative-relocs",
            object.path,
            name(object)
                + " lists "
                + packing.entries()
                + " relative relocations in "
                + packing.now()
                + " bytes: packed they take "
                + packing.packed()
                + ", and "
                + bytes / PAGE
                + " pages fewer are read at each start.",
            saves,
            linkerFlag("-z,pack-relative-relocs"),
            "Needs glibc 2.36 or later where it runs, and a linker that knows the flag (GNU ld 2.38,"
                + " LLD 15)."));
  }

  private void lazy(ScopeMember member, ElfTables tables) {
    if (!tables.bindNow() || binding.now()) {
      return;
    }
    GlibcBinding.Trial trial = binding.trial(member, false, true);
    long saved = member.object.lookups - trial.lookups();
    if (saved < LAZY) {
      return;
    }
    Map<String, Long> saves = new LinkedHashMap<>();
    saves.put("lookups", saved);
    saves.put("probes", member.object.probes - trial.probes());
    advice.add(
        new LoadPlan.Advice(
            "lazy",
            member.object.path,
            name(member.object)
                + " resolves "
                + trial.deferred()
                + " calls at each start that could wait for the first call: "
                + saved
                + " look-ups fewer.",
            saves,
            rust ? "-C relro-level=partial -C link-arg=-Wl,-z,lazy" : "-Wl,-z,lazy",
            "Full RELRO is lost: the slots of calls stay writable, and a missing function is noticed"
                + " at its first call only."));
  }

  private void unused(Counters counters, Without without) {
    LinkMap program = members.getFirst().object;
    long work = 0;
    for (Needed needed : program.image.needed()) {
      LinkMap library = null;
      for (LinkMap candidate : program.needs) {
        if (candidate.answersTo(needed.name())) {
          library = candidate;
          break;
        }
      }
      if (library == null || library.loaderItself || asked(library)) {
        continue;
      }
      // Each of them simulates the whole start once more.
      work += counters.probes() + counters.lookups();
      if (work > MOST_WORK) {
        return;
      }
      Counters less = without.counters(Set.of(needed.name()));
      if (less == null) {
        continue;
      }
      Map<String, Long> saves = new LinkedHashMap<>();
      put(saves, "lookups", counters.lookups() - less.lookups());
      put(saves, "probes", counters.probes() - less.probes());
      put(saves, "relocations", counters.relocations() - less.relocations());
      put(saves, "pages", counters.pages() - less.pages());
      if (saves.isEmpty()) {
        continue;
      }
      advice.add(
          new LoadPlan.Advice(
              "drop-library",
              library.path,
              name(program)
                  + " names "
                  + needed.name()
                  + ", and no object asks it for anything: left out, a start makes "
                  + (counters.lookups() - less.lookups())
                  + " look-ups and writes "
                  + (counters.pages() - less.pages())
                  + " pages fewer.",
              saves,
              linkerFlag("--as-needed"),
              "The flag must stand before the library. Its constructors no longer run, and what a"
                  + " program opens at run time may count on it."));
    }
  }

  private static void put(Map<String, Long> saves, String what, long count) {
    if (count > 0) {
      saves.put(what, count);
    }
  }

  /** {@return whether another object asks a library for a symbol, at start or at a first call} */
  private boolean asked(LinkMap library) {
    for (ScopeMember member : members) {
      if (member.object != library
          && (member.answeredLookups[library.index] > 0 || member.answeredLater[library.index])) {
        return true;
      }
    }
    return false;
  }
}
