package dev.binspect.start;

import dev.binspect.load.Counters;
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
 * @param relocation nanoseconds of relocating before the first look-up
 * @param lookup nanoseconds of one look-up
 * @param probe nanoseconds of one object asked
 * @param relative nanoseconds of one relocation that needs no look-up
 * @param page nanoseconds of the first write to a page
 * @param constructors nanoseconds of constructors for each such page: who has much to relocate has
 *     much to construct
 * @param errorPercent median error on programs it was not fitted on
 */
public record StartModel(
    double kernel,
    double bootstrap,
    double libraries,
    double library,
    double relocation,
    double lookup,
    double probe,
    double relative,
    double page,
    double constructors,
    long errorPercent) {
  /**
   * Fitted (least squares of relative errors) on 33 programs of a Debian 12 virtual machine with an
   * x86-64 server processor, from 1 to 57 libraries; on 32 others its median error was 10 %, its
   * largest 26 %.
   */
  public static final StartModel DEFAULT =
      new StartModel(102e3, 212e3, 16e3, 46e3, 22e3, 88, 9, 6.3, 2900, 1075, 10);

  /** {@return the same model with each phase so many times as long} */
  public StartModel scaled(Scale by, long error) {
    return new StartModel(
        kernel * by.kernel(),
        bootstrap * by.bootstrap(),
        libraries * by.map(),
        library * by.map(),
        relocation * by.relocate(),
        lookup * by.relocate(),
        probe * by.relocate(),
        relative * by.relocate(),
        page * by.relocate(),
        constructors * by.constructors(),
        error);
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
    List<LibraryCost> costs = new ArrayList<>(plan.objects().size());
    double map = libraries;
    double relocate = relocation;
    double construct = 0;
    long pages = 0;
    for (LoadedObject object : plan.objects()) {
      boolean needed = object.depth() > 0;
      double mapping = needed ? library : 0;
      double relocating = relocating(object);
      double constructing = constructors * Math.max(0, object.pages());
      map += mapping;
      relocate += relocating;
      construct += constructing;
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
      phases.add(new Phase("constructors", (long) construct));
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
        List.of(),
        List.of(),
        "model",
        whole - (long) kernel,
        -1,
        -1,
        pages,
        -1,
        foreign ? -1 : errorPercent);
  }

  private double relocating(LoadedObject object) {
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
