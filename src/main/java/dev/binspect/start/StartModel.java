package dev.binspect.start;

import dev.binspect.image.ElfTables;
import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.Start.How;
import dev.binspect.start.Start.LibraryCost;
import dev.binspect.start.Start.Phase;
import java.util.ArrayList;
import java.util.List;

/**
 * Estimates a start from what the loader will do: so much per library, look-up, probe, relocation
 * and page.
 *
 * @param kernel nanoseconds of an execve
 * @param bootstrap nanoseconds until the loader begins with the libraries
 * @param libraries nanoseconds of mapping before the first
 * @param library nanoseconds of mapping one
 * @param mapped nanoseconds of one of its pages that comes with the first touch of a segment: the
 *     kernel maps up to {@value #AROUND} of them at once
 * @param relocation nanoseconds of relocating before the first look-up
 * @param lookup nanoseconds of one look-up
 * @param probe nanoseconds of one object asked
 * @param relative nanoseconds of one relocation that needs no look-up
 * @param page nanoseconds of the first write to a page
 * @param constructors nanoseconds of constructors, the C library's own
 * @param construct nanoseconds of calling one library's
 * @param constructed nanoseconds of constructors for each page written: who has much to relocate
 *     has much to construct
 * @param errorPercent median error on programs it was not fitted on
 * @param errorBasis which programs those were, and on which machine
 */
public record StartModel(
    double kernel,
    double bootstrap,
    double libraries,
    double library,
    double mapped,
    double relocation,
    double lookup,
    double probe,
    double relative,
    double page,
    double constructors,
    double construct,
    double constructed,
    long errorPercent,
    String errorBasis) {
  /** From __libc_start_main, which the program's entry point calls: a debugger shows it. */
  static final String CONSTRUCTED_LATER =
      "musl runs the libraries' constructors after the program's entry point: they are not in these"
          + " figures";

  /** Linux: fault_around_bytes is 64 KiB. */
  private static final int AROUND = 16;

  private static final int PAGE = 4096;
  private static final int PT_LOAD = 1;

  /** The mean of 700 libraries, for formats whose segments are not looked at. */
  private static final int USUAL_PAGES = 42;

  /**
   * Fitted (least squares of errors relative to the whole start) on 44 programs of a Debian 12
   * virtual machine with up to 107 libraries and 11 generated ones (tiny, middle and big
   * libraries); checked on 44 other programs of it and on 10 generated of another kind. At equal
   * speed the median error is 5 %; what is told is that against single measurements, while the
   * machine's speed moved.
   */
  public static final StartModel DEFAULT =
      new StartModel(
          87e3,
          143e3,
          32e3,
          22e3,
          240,
          55e3,
          140,
          4,
          2.5,
          2700,
          14e3,
          1100,
          700,
          17,
          "54 other programs of the machine it was fitted on, an Intel Xeon (Emerald Rapids) in a"
              + " virtual machine");

  /** {@return the same model with each phase so many times as long} */
  public StartModel scaled(Scale by, long error, String basis) {
    return new StartModel(
        kernel * by.kernel(),
        bootstrap * by.bootstrap(),
        libraries * by.map(),
        library * by.map(),
        mapped * by.map(),
        relocation * by.relocate(),
        lookup * by.relocate(),
        probe * by.relocate(),
        relative * by.relocate(),
        page * by.relocate(),
        constructors * by.constructors(),
        construct * by.constructors(),
        constructed * by.constructors(),
        error,
        basis);
  }

  /** Factors of the phases. */
  public record Scale(
      double kernel, double bootstrap, double map, double relocate, double constructors) {}

  /**
   * @param why it was not measured
   */
  public Start estimate(LoadPlan plan, String why) {
    // Nobody knows how far off a model of Linux is elsewhere: builds can be compared by it.
    boolean foreign =
        plan.loader() == LoadPlan.Loader.DYLD || plan.loader() == LoadPlan.Loader.WINDOWS;
    boolean later = plan.loader() == LoadPlan.Loader.MUSL;
    List<LibraryCost> costs = new ArrayList<>(plan.objects().size());
    double map = libraries;
    double relocate = relocation;
    double construction = later ? 0 : constructors;
    long pages = 0;
    for (LoadedObject object : plan.objects()) {
      boolean needed = object.depth() > 0;
      double mapping = needed ? library + mapped * mappedPages(object) : 0;
      double relocating = relocating(object);
      // The loader has none, and a program's run after its entry point.
      double constructing =
          needed && object.foundBy() != FoundBy.LOADER && !later
              ? construct + constructed * Math.max(0, object.pages())
              : 0;
      map += mapping;
      relocate += relocating;
      construction += constructing;
      pages += Math.max(0, object.pages());
      costs.add(
          new LibraryCost(
              object.path(), (long) mapping, (long) relocating, (long) constructing, true));
    }
    costs.sort(DearestFirst.ORDER);
    boolean loader = plan.loader() != LoadPlan.Loader.NONE;
    List<Phase> phases = new ArrayList<>(5);
    phases.add(new Phase("kernel", (long) kernel));
    if (loader) {
      phases.add(new Phase("bootstrap", (long) bootstrap));
      phases.add(new Phase("map", (long) map));
      phases.add(new Phase("relocate", (long) relocate));
      if (!later) {
        phases.add(new Phase("constructors", (long) construction));
      }
    }
    long whole = 0;
    for (Phase phase : phases) {
      whole += phase.medianNanos();
    }
    return new Start(
        How.ESTIMATED,
        foreign
            ? why + "; by what the same work costs on Linux: compare builds with it, no more"
            : why,
        0,
        whole,
        -1,
        new long[0],
        -1,
        -1,
        List.copyOf(phases),
        -1,
        -1,
        List.of(),
        loader ? List.copyOf(costs) : List.of(),
        null,
        List.of(),
        later ? List.of(CONSTRUCTED_LATER) : List.of(),
        "model",
        whole - (long) kernel,
        -1,
        -1,
        pages,
        -1,
        -1,
        foreign ? -1 : errorPercent,
        foreign ? null : errorBasis,
        null);
  }

  /** {@return how many of the object's pages its segments' first touches map} */
  private static int mappedPages(LoadedObject object) {
    if (object.image() == null || !(object.image().tables() instanceof ElfTables elf)) {
      return USUAL_PAGES;
    }
    int pages = 0;
    for (ElfTables.Segment segment : elf.segments()) {
      if (segment.type() == PT_LOAD) {
        pages += (int) Math.min(AROUND, Math.ceilDiv(Math.max(0, segment.fileSize()), PAGE));
      }
    }
    return pages;
  }

  /** {@return nanoseconds of relocating one object} */
  double relocating(LoadedObject object) {
    long lookups = Math.max(0, object.lookups());
    long probes = Math.max(0, object.probes());
    long total =
        object.image() == null || object.image().relocations() == null
            ? 0
            : object.image().relocations().total();
    long plain = Math.max(0, total - lookups - Math.max(0, object.deferred()));
    long pages = object.pages() == Counters.UNKNOWN ? 0 : object.pages();
    return lookup * lookups + probe * probes + relative * plain + page * pages;
  }
}
