package dev.binspect.report;

import dev.binspect.bytes.Bytes;
import dev.binspect.check.Check;
import dev.binspect.check.Rule;
import dev.binspect.image.Contents;
import dev.binspect.image.Format;
import dev.binspect.image.Hardening;
import dev.binspect.image.Image;
import dev.binspect.image.Imports;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import dev.binspect.image.SearchPaths;
import dev.binspect.image.Section;
import dev.binspect.image.Symbols;
import dev.binspect.image.WrittenPages;
import dev.binspect.linkage.Confidence;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.Verdict;
import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.Start;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reports with every field filled, made by hand. */
public final class SampleReports {
  private SampleReports() {}

  static final Contents NO_CONTENTS =
      new Contents() {
        @Override
        public List<Section> sections() {
          return List.of();
        }

        @Override
        public Symbols symbols() {
          return Symbols.NONE;
        }

        @Override
        public Bytes bytes(Section section) {
          throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable Bytes at(long address, long count) {
          return null;
        }
      };

  private static Map<String, Long> tally(Object... pairs) {
    Map<String, Long> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], ((Number) pairs[i + 1]).longValue());
    }
    return map;
  }

  public static Relocations relocations() {
    return new Relocations(
        12345,
        tally("rela", 12000, "plt", 345),
        tally("R_X86_64_RELATIVE", 11900, "R_X86_64_JUMP_SLOT", 345, "R_X86_64_GLOB_DAT", 100),
        tally("relative", 11900, "got", 100, "plt", 345),
        tally("got", 445, "relro", 11000, "data", 900),
        tally("self", 11900, "other", 445),
        new WrittenPages(12, LongStream.range(64, 64 + 98).toArray()));
  }

  public static Image image(UnaryOperator<String> name, @Nullable Relocations relocations) {
    return new Image(
        Format.ELF,
        Kind.EXECUTABLE,
        "x86-64",
        64,
        true,
        true,
        Linking.DYNAMIC,
        name.apply("/lib64/ld-linux-x86-64.so.2"),
        name.apply("app"),
        new SearchPaths(List.of(name.apply("/build/lib")), List.of(name.apply("$ORIGIN/../lib"))),
        List.of(name.apply("rustc version 1.95.0"), name.apply("LLD 22.1")),
        List.of(
            new Needed(name.apply("libserde_dylib.so"), Needed.How.LOAD),
            new Needed(name.apply("libc.so.6"), Needed.How.WEAK)),
        new Imports(123, Map.of(name.apply("libc.so.6"), 123L)),
        4,
        new Hardening(true, Hardening.Relro.FULL, false, Map.of("execStack", false)),
        relocations,
        "0123456789abcdef",
        0,
        null,
        NO_CONTENTS,
        List.of(new Note(Note.Level.INFO, "suspicion", name.apply("something is odd"), 4096)));
  }

  /** {@return a report of that verdict, each name from a file passed through {@code name}} */
  public static Report report(Verdict verdict, UnaryOperator<String> name) {
    Image image = image(name, relocations());
    String app = name.apply("target/debug/app");
    String dylib = name.apply("/home/user/project/target/debug/deps/libserde_dylib.so");
    String libc = name.apply("/lib/x86_64-linux-gnu/libc.so.6");
    LoadPlan load =
        new LoadPlan(
            LoadPlan.Loader.GLIBC,
            List.of(
                new LoadedObject(
                    name.apply("app"), app, null, FoundBy.PROGRAM, 0, image, 400, 20, 900, 45, 98),
                new LoadedObject(
                    name.apply("libserde_dylib.so"),
                    dylib,
                    app,
                    FoundBy.RUNPATH,
                    1,
                    image,
                    1200,
                    10,
                    3600,
                    0,
                    77),
                new LoadedObject(
                    name.apply("libc.so.6"),
                    libc,
                    dylib,
                    FoundBy.CACHE,
                    2,
                    null,
                    Counters.UNKNOWN,
                    Counters.UNKNOWN,
                    Counters.UNKNOWN,
                    Counters.UNKNOWN,
                    Counters.UNKNOWN)),
            List.of(
                new LoadPlan.Missing(
                    name.apply("libgone.so.1"),
                    dylib,
                    List.of(name.apply("/build/lib"), name.apply("/usr/lib: not for x86-64")))),
            List.of(new LoadPlan.Undefined(name.apply("frobnicate"), name.apply("V_1"), dylib)),
            new Counters(23800, 1600, 30, 12, 4500, 45, 24690, 175),
            List.of(
                new LoadPlan.Pair(app, dylib, 300, 600),
                new LoadPlan.Pair(app, libc, 100, 300),
                new LoadPlan.Pair(dylib, libc, 1200, 3600)),
            List.of(
                new LoadPlan.Advice(
                    "pack-relative-relocs",
                    app,
                    name.apply("packed relative relocations would be smaller"),
                    tally("bytes", 285_600),
                    "-Clink-arg=-Wl,-z,pack-relative-relocs",
                    name.apply("needs glibc 2.36"))),
            List.of(Note.info("cache", name.apply("ld.so.cache was read"))));
    Linkage linkage =
        new Linkage(
            verdict,
            Confidence.CERTAIN,
            List.of(
                new Linkage.Dylib(
                    name.apply("libserde_dylib.so"),
                    "cargo",
                    true,
                    dylib,
                    verdict,
                    Confidence.CERTAIN,
                    155,
                    1496,
                    0,
                    List.of(name.apply("serde"), name.apply("serde_json")),
                    List.of(
                        new Linkage.Evidence("needed", name.apply("the program names it")),
                        new Linkage.Evidence(
                            "imports", name.apply("155 of its 1,496 symbols are imported"))),
                    null,
                    null)),
            "missing",
            "ok",
            List.of(new Linkage.Evidence("profile", name.apply("built by profile dev"))),
            name.apply("write `use serde_dylib as _;` in src/main.rs"));
    Start start =
        new Start(
            Start.How.MEASURED,
            name.apply("stopped at the entry point"),
            60,
            5_130_000,
            90_000,
            new long[] {5_050_000, 5_220_000},
            6_100_000,
            5_900_000,
            List.of(
                new Start.Phase("kernel", 400_000),
                new Start.Phase("bootstrap", 230_000),
                new Start.Phase("map", 900_000),
                new Start.Phase("relocate", 3_100_000),
                new Start.Phase("constructors", 500_000)),
            321,
            1_234_567,
            List.of(app, dylib, libc),
            List.of(new Start.LibraryCost(dylib, 120_000, 2_100_000, 300_000, false)),
            new Start.LibraryScale(101, 97, 120),
            List.of(new Start.Sample(5_100_000, 5_800_000, 321, 610_000)),
            List.of(name.apply("the machine was busy")),
            "ptrace",
            4_730_000,
            450_000,
            2,
            180,
            -1,
            600_000,
            -1,
            null,
            new Start.AtReference(4_270_000, new long[] {4_200_000, 4_350_000}, 420_000, 350_000));
    return new Report(
        app,
        4_123_456,
        List.of(image),
        load,
        linkage,
        start,
        List.of(
            new Check(
                "BS001",
                verdict == Verdict.USED ? Check.Outcome.HOLDS : Check.Outcome.FAILS,
                name.apply("libserde_dylib.so"),
                name.apply("libserde_dylib.so was looked at"),
                name.apply("write `use serde_dylib as _;`"),
                new Linkage.SourceLine(name.apply("src/main.rs"), 3)),
            Check.holds(Rule.UNRESOLVABLE, "", name.apply("all libraries are found")),
            Check.fails(
                    Rule.LINKED_UNUSED,
                    name.apply("libz.so"),
                    name.apply("nothing binds to it"),
                    null)
                .accepted(),
            Check.notJudged(Rule.STALE, name.apply("libz.so"), name.apply("it is stripped"))),
        List.of(Note.warning("odd", name.apply("something to know"))));
  }

  public static Report report(Verdict verdict) {
    return report(verdict, UnaryOperator.identity());
  }

  /** {@return a report in which all that may be unknown is} */
  public static Report unknown() {
    Image image = image(UnaryOperator.identity(), null);
    Image hidden =
        new Image(
            Format.ELF,
            Kind.OTHER,
            "e_machine 4711",
            32,
            false,
            false,
            Linking.STATIC,
            null,
            null,
            SearchPaths.NONE,
            List.of(),
            List.of(),
            null,
            -1,
            image.hardening(),
            null,
            null,
            0,
            null,
            NO_CONTENTS,
            List.of(new Note(Note.Level.WARNING, "damaged", "the dynamic table ends early", 64)));
    return new Report(
        "broken",
        17,
        List.of(hidden),
        null,
        new Linkage(Verdict.UNKNOWN, Confidence.LOW, List.of(), null, null, List.of(), null),
        Start.notRun("not a program"),
        List.of(),
        List.of());
  }

  /** {@return a closure of so many libraries, each needing the next two} */
  public static Report wide(int libraries) {
    Report sample = report(Verdict.USED);
    List<LoadedObject> objects = new ArrayList<>();
    List<LoadPlan.Pair> pairs = new ArrayList<>();
    Image image = sample.images().getFirst();
    objects.add(
        new LoadedObject("app", "bin/app", null, FoundBy.PROGRAM, 0, image, 10, 1, 50, 0, 9));
    for (int i = 1; i < libraries; i++) {
      String parent = i < 3 ? "bin/app" : "/usr/lib/libnumber" + (i - 1) / 2 + ".so";
      String path = "/usr/lib/libnumber" + i + ".so";
      objects.add(
          new LoadedObject(
              "libnumber" + i + ".so",
              path,
              parent,
              FoundBy.CACHE,
              1,
              image,
              7L * i * i,
              i,
              30L * i,
              0,
              i % 17));
      pairs.add(new LoadPlan.Pair(parent, path, 7L * i, 30L * i));
    }
    LoadPlan plan = sample.load();
    assert plan != null;
    return new Report(
        "bin/app",
        sample.size(),
        sample.images(),
        new LoadPlan(
            plan.loader(),
            objects,
            List.of(),
            List.of(),
            plan.counters(),
            pairs,
            plan.advice(),
            List.of()),
        sample.linkage(),
        sample.start(),
        sample.checks(),
        List.of());
  }
}
