package dev.binspect.load.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.ElfTables.Entries;
import dev.binspect.image.Symbols;
import dev.binspect.load.Binding;
import dev.binspect.load.Counters;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Look-ups that glibc's ld.so makes for itself: the vDSO's functions (dl-vdso-setup.h), malloc and
 * its kin once they may be another library's (dl-minimal.c), and those of its second relocation.
 * Known for glibc 2.36; other versions have other constants.
 */
final class OwnLookups {
  /** The vDSO's names in ld.so's messages and reports. */
  static final List<String> VDSO = List.of("linux-vdso.so.1", "linux-gate.so.1");

  private static final byte[] TUNABLE = "__tunable_get_val".getBytes(StandardCharsets.ISO_8859_1);

  private static final String[] MALLOC = {"calloc", "free", "malloc", "realloc"};

  private final boolean known;
  private final int machine;
  private final int bits;
  private final boolean vdso;
  private long count;
  private long cached;

  /**
   * @param vdso whether the kernel gives the program one; user-mode emulators do not
   */
  OwnLookups(@Nullable String version, int machine, int bits, boolean vdso) {
    this.machine = machine;
    this.bits = bits;
    this.vdso = vdso;
    this.known = "2.36".equals(version) && (machine == 62 || machine == 3 || machine == 183);
  }

  /** {@return how many, or {@link Counters#UNKNOWN}} */
  long count() {
    return known ? count : Counters.UNKNOWN;
  }

  private List<String> vdsoFunctions() {
    return switch (machine) {
      case 62 ->
          bits == 64
              ? List.of(
                  "__vdso_clock_gettime",
                  "__vdso_gettimeofday",
                  "__vdso_time",
                  "__vdso_getcpu",
                  "__vdso_clock_getres")
              : List.of();
      case 3 ->
          List.of(
              "__vdso_clock_gettime",
              "__vdso_clock_gettime64",
              "__vdso_gettimeofday",
              "__vdso_time",
              "__vdso_clock_getres");
      case 183 ->
          List.of("__kernel_clock_gettime", "__kernel_gettimeofday", "__kernel_clock_getres");
      default -> List.of();
    };
  }

  private String vdsoVersion() {
    return machine == 183 ? "LINUX_2.6.39" : "LINUX_2.6";
  }

  void vdso(Binding.@Nullable Sink sink) {
    if (known && vdso) {
      for (String function : vdsoFunctions()) {
        ask(function, sink);
      }
    }
  }

  private void ask(String function, Binding.@Nullable Sink sink) {
    count++;
    if (sink != null) {
      String object = VDSO.get(machine == 3 ? 1 : 0);
      sink.accept(new Binding(object, object, function, vdsoVersion(), "normal", 1, false));
    }
  }

  /** An IFUNC's resolver runs: those of libc's time and gettimeofday ask the vDSO. */
  void resolve(ScopeMember answer, int symbol, Binding.@Nullable Sink sink) {
    if (known && vdso && machine != 183 && asks(answer, symbol)) {
      ask("__vdso_" + answer.symbols.name(symbol), sink);
    }
  }

  /** {@return whether a symbol's resolver is one that may ask the vDSO} */
  static boolean asks(ScopeMember answer, int symbol) {
    if (answer.symbols.type(symbol) != Symbols.IFUNC
        || !"libc.so.6".equals(answer.object.image.name())) {
      return false;
    }
    String name = answer.symbols.name(symbol);
    return name.equals("time") || name.equals("gettimeofday");
  }

  /** ld.so is a library that some object needs: it relocates itself again. */
  void again(
      ScopeMember loader, ScopeMember program, SymbolLookup lookup, Binding.@Nullable Sink sink) {
    ElfTables tables = loader.object.tables;
    if (!known || tables == null) {
      return;
    }
    String version = machine == 62 ? "GLIBC_2.2.5" : machine == 3 ? "GLIBC_2.0" : "GLIBC_2.17";
    ScopeMember asking = names(MALLOC, program.object);
    for (int i = 1; i <= MALLOC.length; i++) {
      lookup.find(asking, i, sysvHash(version), version, LookupClass.NORMAL, false);
      answered(program, asking.symbols.name(i), lookup, sink);
    }
    Entries entries = tables.entries();
    int last = -1;
    int lastClass = -1;
    for (int i = 0; i < entries.count(); i++) {
      int symbol = entries.symbol()[i];
      int lookupClass = LookupClass.of(machine, entries.type()[i]);
      if (lookupClass < 0 || GlibcBinding.bindsLocally(loader.symbols, symbol)) {
        continue;
      }
      if (symbol == last && lookupClass == lastClass) {
        cached++;
        continue;
      }
      last = symbol;
      lastClass = lookupClass;
      lookup.find(loader, symbol, lookupClass, false);
      answered(loader, loader.symbols.name(symbol), lookup, sink);
    }
  }

  /**
   * libc's early initialisation runs before the counters are printed, and calls one function of
   * ld.so: through a deferred slot if it has one.
   */
  void earlyInit(ScopeMember libc, SymbolLookup lookup, Binding.@Nullable Sink sink) {
    ElfTables tables = libc.object.tables;
    if (!known || tables == null || libc.object.deferred == 0) {
      return;
    }
    Entries entries = tables.entries();
    for (int i = entries.pltFrom(); i < entries.count(); i++) {
      int symbol = entries.symbol()[i];
      if (LookupClass.deferrable(machine, entries.type()[i])
          && !GlibcBinding.bindsLocally(libc.symbols, symbol)
          && libc.symbols.named(symbol, TUNABLE)) {
        lookup.find(libc, symbol, LookupClass.PLT, false);
        answered(libc, libc.symbols.name(symbol), lookup, sink);
        return;
      }
    }
  }

  /** {@return what the one-entry cache answered for ld.so itself: glibc counts it with the rest} */
  long cached() {
    return cached;
  }

  private void answered(
      ScopeMember from, String name, SymbolLookup lookup, Binding.@Nullable Sink sink) {
    count++;
    if (sink != null) {
      ScopeMember answer = lookup.answer;
      sink.accept(
          new Binding(
              from.object.path,
              answer == null ? null : answer.object.path,
              name,
              lookup.version(),
              "normal",
              lookup.probes,
              false));
    }
  }

  /** A member that asks for names of no table: ld.so's own code does. */
  static ScopeMember names(String[] names, LinkMap program) {
    StringBuilder text = new StringBuilder("\0");
    int n = names.length + 1;
    int[] offsets = new int[n];
    byte[] info = new byte[n];
    for (int i = 1; i < n; i++) {
      offsets[i] = text.length();
      text.append(names[i - 1]).append('\0');
      info[i] = Symbols.GLOBAL << 4;
    }
    return new ScopeMember(
        program,
        new Symbols(
            n,
            offsets,
            info,
            new byte[n],
            new int[n],
            new long[n],
            new long[n],
            text.toString().getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static int sysvHash(String text) {
    int h = 0;
    for (int i = 0; i < text.length(); i++) {
      h = (h << 4) + text.charAt(i);
      int high = h & 0xf0000000;
      h = (h ^ high >>> 24) & ~high;
    }
    return h;
  }
}
