package dev.binspect.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All that a gate can ask for. Numbers are never given to another rule. */
public enum Rule {
  STATIC_FALLBACK(
      "BS001",
      "A dylib was meant to be used, and its code stands in the program",
      "Always judged.",
      """
      The program does not need a dylib that was built for it (verdict "ignored"), or needs it and holds code of it as
      well (verdict "partial"). Cargo builds a dylib dependency, but rustc links it only if the program refers to it: a
      crate that nothing names is not linked, and the crates inside of it are taken from their rlibs instead. Then every
      start and every build pays for code that the dylib was to hold, and statics exist twice.

      Usual causes: nothing says `use the_dylib as _;`; the line stands behind a feature or a cfg that is off; a
      dependency asks for the crates directly with other features, so that Cargo builds a second copy; the program is
      built with `-C prefer-dynamic=no` or links an archive (`libz.a`) where a shared library was meant.\
      """),
  LINKED_UNUSED(
      "BS002",
      "A library is linked, and nothing binds to it",
      "Always judged.",
      """
      The file names a library and asks for none of its symbols. The loader finds, maps and relocates it at every start
      for nothing. Link with `-Wl,--as-needed` before it (rustc: `-C link-arg=-Wl,--as-needed`), or drop the dependency. A
      library that is wanted for its constructors alone is the exception: accept it with `ignore = ["BS002"]`.\
      """),
  UNRESOLVABLE(
      "BS003",
      "A dylib is needed, and found nowhere",
      "Always judged.",
      """
      Neither a plain shell nor the library path that `cargo run` sets leads the loader to the dylib. The program cannot
      start. Give it a RUNPATH (`-C link-arg=-Wl,-rpath,$ORIGIN`), install the dylib where the loader looks, or ship it
      under the name that the program asks for: Cargo's copies without a hash do not answer to the name with it.\
      """),
  STALE(
      "BS004",
      "A dylib is found, and what the program needs of it is missing",
      "Always judged.",
      """
      The dylib that the loader finds is not the one that the program was linked to: symbols that the program asks for
      are not there. Build both again, and look for an older copy earlier in the search path.\
      """),
  UNDEFINED_SYMBOLS(
      "BS005",
      "No library defines a symbol that is needed",
      "Always judged.",
      """
      With everything found that the file and its libraries name, some symbols are defined by none of them. With
      immediate binding the program does not start; with lazy binding it stops at the first call. Weak symbols do not
      count, nor does what a library by itself asks for without naming a version: a plug-in's host defines it. Versions
      that a library does not define, and what else the loader refuses a file for (packed relocations without the version
      that asks for a loader that knows them), end the start as well, and count.\
      """),
  MISSING_LIBRARY(
      "BS006",
      "A library is not found",
      "Always judged; --plain-shell also refuses what only `cargo run` finds.",
      """
      The loader searches the places listed and does not find the library. Libraries that are found with the library
      path that `cargo run` sets (the toolchain's and the target folder) hold, unless `--plain-shell` or
      `plain-shell = true` asks for a program that starts without it.\
      """),
  BUILD_PATHS(
      "BS007",
      "RPATH or RUNPATH names a folder of the build machine",
      "--forbid-build-paths, `forbid-build-paths = true`; `allow-paths` lists exceptions.",
      """
      An absolute search path outside of the system's folders works on one machine only, tells strangers how it is laid
      out, and lets whoever may write to that folder elsewhere run code in the program. A relative one depends on the
      current folder. Use `$ORIGIN` (Mach-O: `@loader_path`, `@executable_path`).\
      """),
  DROPPED(
      "BS008",
      "An expected dylib is neither needed nor copied",
      "--expect NAME, `expect = [\"NAME\"]`.",
      """
      The dylib was asked for by name; the program does not need it, and no code of it stands in the program: nothing of
      it is called, or the linker dropped it (`--as-needed`).\
      """),
  NOT_JUDGED(
      "BS009",
      "An expectation cannot be judged",
      "--expect NAME, `expect = [\"NAME\"]`.",
      """
      A dylib was asked for by name, and what is left in the file does not tell what became of it: it is stripped, and
      the dylib is not at hand. Check before stripping, or point `--cargo-dir` to Cargo's target folder.\
      """),
  MAX_RELOCATIONS(
      "BS010",
      "More dynamic relocations than allowed",
      "--max-relocations N (the file), --max-closure-relocations N (with all it needs).",
      """
      Each is a place that the loader may write to at every start. The counts are those of the file, and do not depend
      on the machine: a budget on them never fails by noise.\
      """),
  MAX_LOOKUPS(
      "BS011",
      "More symbol look-ups than allowed",
      "--max-lookups N (the file), --max-closure-lookups N (with all it needs).",
      """
      Searches for a symbol's definition that the loader makes at every start. They cost most with many libraries and
      long names, as Rust's and C++'s are.\
      """),
  MAX_PAGES(
      "BS012",
      "More pages written at start than allowed",
      "--max-pages N (the file), --max-closure-pages N (with all it needs).",
      """
      A page that the loader writes to is private memory of each process, and a page fault at each start.\
      """),
  MAX_NEEDED(
      "BS013",
      "More libraries than allowed",
      "--max-needed N (named by the file), --max-closure-needed N (loaded at start).",
      """
      Each library costs a search, several system calls and mappings at every start.\
      """),
  MAX_START(
      "BS014",
      "The start takes longer than allowed",
      "--max-start TIME (5ms, 800us): measures, hence runs the loader and the libraries' constructors.",
      """
      The lower end of the median's 95 % interval is compared, so that noise does not fail a build. A policy's
      `max-start` is judged only where the command line says `--measure`: a policy file never makes binspect execute
      anything.\
      """),
  FORBIDDEN_STATIC(
      "BS015",
      "A crate stands in the program that must come from a dylib",
      "--forbid-static CRATE, `forbid-static = [\"CRATE\"]`.",
      """
      The crate's code stands in the program, though no library that it loads holds the crate, or one holds it as well.
      Then its statics exist twice, and types of one copy are not those of the other.\
      """),
  TEXT_RELOCATIONS(
      "BS016",
      "The loader writes to code",
      "--forbid-text-relocations, `forbid-text-relocations = true`.",
      """
      The file was linked from code that is not position-independent. The loader must make code writable, hardened
      systems refuse that, and nothing of those pages is shared. Compile with `-fPIC`.\
      """),
  MAX_EXPORTS(
      "BS017",
      "More exports than allowed",
      "--max-exports N, `max-exports = N`.",
      """
      Windows' linkers and loaders number exports with 16 bits: a DLL cannot have more than 65,535, and a Rust dylib of
      many crates comes near. A limit of 60,000 leaves time to split it.\
      """),
  GLIBC_FLOOR(
      "BS018",
      "The file needs a newer glibc than allowed",
      "--max-glibc VERSION, `max-glibc = \"2.31\"`.",
      """
      A symbol version such as GLIBC_2.34 makes older systems refuse the program at start. Build on the oldest system
      that must be served, or in a container of it.\
      """),
  REGRESSION(
      "BS019",
      "A count grew since the baseline",
      "--max-regress 5% with --baseline FILE, `max-regress = \"5%\"`.",
      """
      Counts that do not depend on the machine (size, relocations, look-ups, probes, pages, libraries) are compared with
      those of the baseline's report of the same file. Times are not: they are noise across machines.\
      """),
  DAMAGED(
      "BS020",
      "The file is damaged",
      "always.",
      """
      A part of the file could not be read: it was cut off, or a table of it makes no sense. Counts taken from what is left may
      be less than the file held, or the other rules have nothing to look at, and their silence must not pass for a good
      answer. The report's notes say what is wrong and where.\
      """);

  private final String id;
  private final String title;
  private final String when;
  private final String help;

  Rule(String id, String title, String when, String help) {
    this.id = id;
    this.title = title;
    this.when = when;
    this.help = help;
  }

  /** {@return "BS001"} */
  public String id() {
    return id;
  }

  /** {@return "static-fallback"} */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return what is wrong when it does not hold, on one line} */
  public String title() {
    return title;
  }

  /** {@return what makes it judged} */
  public String when() {
    return when;
  }

  /** {@return paragraphs: why it matters, usual causes, what to do} */
  public String help() {
    return help;
  }

  /** {@return the rule with that id or key, or null} */
  public static @Nullable Rule named(String name) {
    for (Rule rule : values()) {
      if (rule.id.equalsIgnoreCase(name) || rule.key().equals(name)) {
        return rule;
      }
    }
    return null;
  }

  /** {@return what to say of a name that no rule has: which one was meant, if that can be told} */
  public static String unknown(String name) {
    List<String> names = new ArrayList<>();
    for (Rule rule : values()) {
      names.add(rule.id);
      names.add(rule.key());
    }
    String near = Spelling.nearest(name, names);
    return "no rule is called '"
        + name
        + "'"
        + (near == null ? " (see binspect rules)" : ": did you mean '" + near + "'?");
  }
}
