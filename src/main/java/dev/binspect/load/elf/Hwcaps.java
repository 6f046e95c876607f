package dev.binspect.load.elf;

import dev.binspect.image.Door;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this machine's processor can do, as far as glibc chooses folders by it (dl-hwcaps.c,
 * sysdeps/x86/dl-hwcap.h). Read from /proc/cpuinfo when first asked.
 */
final class Hwcaps {
  private static final int LIMIT = 4 << 20;
  private static final String PROCESSOR = "/proc/cpuinfo";
  private static final List<String> V2 =
      List.of("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3");
  private static final List<String> V3 =
      List.of("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave");
  private static final List<String> V4 =
      List.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl");
  private static final List<String> HASWELL =
      List.of("avx2", "bmi1", "bmi2", "abm", "movbe", "popcnt", "fma");

  private final String machine;
  private final Door door;
  private @Nullable Features features;

  /** What the processor says of itself. */
  private record Features(Set<String> names, boolean intel) {}

  /**
   * @param machine of the objects; their processor is taken for this machine's own
   */
  Hwcaps(String machine, Door door) {
    this.machine = machine;
    this.door = door;
  }

  private Set<String> features() {
    return processor().names();
  }

  private Features processor() {
    Features known = features;
    if (known == null) {
      known = door.kept(PROCESSOR, Features.class);
      if (known == null) {
        known = read();
        if (!door.exhausted()) {
          door.keep(PROCESSOR, known);
        }
      }
      features = known;
    }
    return known;
  }

  private Features read() {
    Set<String> names = new HashSet<>();
    byte[] content = door.content(PROCESSOR, LIMIT);
    String text = content == null ? "" : new String(content, StandardCharsets.ISO_8859_1);
    int from = text.indexOf("\nflags");
    int colon = from < 0 ? -1 : text.indexOf(':', from);
    if (colon >= 0) {
      int end = text.indexOf('\n', colon);
      String flags = text.substring(colon + 1, end < 0 ? text.length() : end).trim();
      int at = 0;
      while (at < flags.length()) {
        int space = flags.indexOf(' ', at);
        names.add(flags.substring(at, space < 0 ? flags.length() : space));
        at = space < 0 ? flags.length() : space + 1;
      }
    }
    return new Features(names, text.contains("GenuineIntel"));
  }

  /** {@return the subfolders of glibc-hwcaps in glibc's order, the best first} */
  List<String> subfolders() {
    List<String> found = new ArrayList<>(3);
    if (machine.equals("x86-64") && features().containsAll(V2)) {
      found.addFirst("x86-64-v2");
      if (features().containsAll(V3)) {
        found.addFirst("x86-64-v3");
        if (features().containsAll(V4)) {
          found.addFirst("x86-64-v4");
        }
      }
    }
    return found;
  }

  /** {@return what {@code $PLATFORM} stands for, or null where that is not known} */
  @Nullable String platform() {
    return switch (machine) {
      case "x86-64" -> haswell() ? "haswell" : "x86_64";
      case "i386" -> "i686";
      case "aarch64" -> "aarch64";
      default -> null;
    };
  }

  private boolean haswell() {
    boolean all = features().containsAll(HASWELL);
    return all && processor().intel();
  }

  /** {@return the names that glibc up to 2.36 combines to further subfolders, in its order} */
  List<String> legacy() {
    List<String> names = new ArrayList<>();
    names.add("tls");
    switch (machine) {
      case "x86-64" -> {
        names.add(haswell() ? "haswell" : "x86_64");
        if (processor().intel() && features().containsAll(V4)) {
          names.add("avx512_1");
        }
        names.add("x86_64");
      }
      case "i386" -> {
        names.add("i686");
        names.add("sse2");
      }
      case "aarch64" -> {
        names.add("aarch64");
        names.add("atomics");
      }
      default -> {}
    }
    return names;
  }

  /** {@return FLAG_ELF_LIBC6 with the machine's bits, as ld.so.cache marks its entries} */
  static int cacheFlags(String machine, int bits) {
    return switch (machine) {
      case "x86-64" -> bits == 64 ? 0x303 : 0x803;
      case "sparc", "sparcv9" -> bits == 64 ? 0x103 : 3;
      case "s390x" -> 0x403;
      case "ppc64", "ppc64le" -> 0x503;
      case "arm" -> 0x903;
      case "aarch64" -> 0xa03;
      case "riscv64", "riscv" -> bits == 64 ? 0x1003 : 3;
      case "loongarch64", "loongarch" -> 0x1203;
      default -> 3;
    };
  }
}
