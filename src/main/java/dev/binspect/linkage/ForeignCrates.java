package dev.binspect.linkage;

import dev.binspect.bytes.Bytes;
import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import dev.binspect.rust.RustSymbols;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * Crates other than the program's own and the standard library's of which anything stands in the
 * program, by the best source that is left: a suspicion where the expected library is not at hand.
 *
 * @param source what shows them
 */
record ForeignCrates(Set<String> crates, String source, Confidence confidence) {
  private static final long MAX_SECTION = 1 << 28;

  static ForeignCrates of(Program program) {
    String root = program.rootCrate();
    Set<String> crates = StaticCrates.of(program);
    crates.addAll(program.unitNames().crates());
    crates.remove(String.valueOf(root));
    if (!crates.isEmpty()) {
      return new ForeignCrates(crates, "compilation units", Confidence.MEDIUM);
    }
    for (boolean global : new boolean[] {true, false}) {
      crates = named(program.definitions(), global);
      crates.remove(String.valueOf(root));
      if (!crates.isEmpty()) {
        return new ForeignCrates(
            crates,
            global ? "global symbols" : "local symbols",
            global ? Confidence.MEDIUM : Confidence.LOW);
      }
    }
    return program.stripped()
        ? new ForeignCrates(inPaths(program), "paths of sources in panic messages", Confidence.LOW)
        : new ForeignCrates(crates, "no symbols", Confidence.LOW);
  }

  private static Set<String> named(Symbols symbols, boolean global) {
    Set<String> crates = new TreeSet<>();
    byte[] strings = symbols.strings();
    NameSet found = new NameSet(strings, 16);
    for (int i = 0; i < symbols.count(); i++) {
      if (!symbols.defined(i) || (symbols.binding(i) == Symbols.GLOBAL) != global) {
        continue;
      }
      int from = symbols.nameOffset(i);
      long crate = RustSymbols.crate(strings, from, from + symbols.nameLength(i));
      if (crate != RustSymbols.NONE) {
        found.add((int) (crate >>> 32), (int) crate);
      }
    }
    for (int i = 0; i < found.size(); i++) {
      if (!RustSymbols.isStandard(strings, found.from(i), found.to(i))) {
        crates.add(
            String.valueOf(RustSymbols.text(strings, (long) found.from(i) << 32 | found.to(i))));
      }
    }
    return crates;
  }

  /**
   * Panics name the source they stand in. A crate from a registry is the folder before {@code src}
   * with its version; of path dependencies only those are taken that are not the program's folder.
   */
  private static Set<String> inPaths(Program program) {
    Set<String> crates = new TreeSet<>();
    Set<String> roots = new TreeSet<>();
    try {
      for (Section section : program.image().contents().sections()) {
        String name = section.name();
        boolean holds =
            name.startsWith(".rodata") || name.equals(".rdata") || name.startsWith("__TEXT,__c");
        if (!holds || section.fileSize() <= 0 || section.fileSize() > MAX_SECTION) {
          continue;
        }
        Bytes bytes = program.image().contents().bytes(section);
        byte[] content = bytes.copy(0, bytes.length(), name);
        for (int i = 0; i + 5 < content.length; i++) {
          if (content[i] == '/'
              && content[i + 1] == 's'
              && content[i + 2] == 'r'
              && content[i + 3] == 'c'
              && content[i + 4] == '/') {
            path(content, i, crates, roots);
          }
        }
      }
    } catch (MalformedException e) {
      return Set.of();
    }
    crates.removeAll(roots);
    return crates;
  }

  private static void path(byte[] content, int src, Set<String> crates, Set<String> roots) {
    int from = src;
    while (from > 0 && src - from < 200 && CommonStrings.pathByte(content[from - 1])) {
      from--;
    }
    int to = src + 5;
    while (to < content.length && to - src < 200 && CommonStrings.pathByte(content[to])) {
      to++;
    }
    String path = new String(content, from, to - from, StandardCharsets.US_ASCII);
    int rs = path.indexOf(".rs", src - from);
    if (rs < 0
        || path.contains("/rustc/")
        || path.contains("/rust/deps/")
        || path.contains("library/")) {
      return;
    }
    int next = path.indexOf("/src/", src - from + 1);
    String crate = UnitNames.crateOfFolder(path.substring(0, src - from));
    if (crate == null || (next >= 0 && next < rs) || RustSymbols.isStandard(crate)) {
      return;
    }
    if (path.startsWith("/src/main.rs", src - from) || path.startsWith("/src/bin/", src - from)) {
      roots.add(crate);
    } else {
      crates.add(crate);
    }
  }
}
