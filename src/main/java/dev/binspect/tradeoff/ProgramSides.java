package dev.binspect.tradeoff;

import dev.binspect.linkage.Linkage;
import dev.binspect.load.Counters;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the two programs as it is reported: sizes, relocations, look-ups, the start. */
final class ProgramSides {
  private ProgramSides() {}

  /**
   * {@return the program as it is reported}
   *
   * @param linkage where it was judged with more at hand than lies beside the program; or null
   * @param own folders whose libraries are the program's and not the system's
   */
  static Tradeoff.Side of(
      Path program,
      Examiner.Examined examined,
      @Nullable Linkage linkage,
      @Nullable Interval start,
      @Nullable Interval exit,
      String how,
      long faults,
      long dirty,
      List<Path> own) {
    LoadPlan plan = examined.plan();
    Counters counters =
        plan == null ? new Counters(-1, -1, -1, -1, -1, -1, -1, -1) : plan.counters();
    long libraries = 0;
    if (plan != null) {
      for (LoadedObject object : plan.objects()) {
        Path library = Path.of(object.path());
        if (object.depth() > 0 && own.stream().anyMatch(library::startsWith)) {
          libraries += library.toFile().length();
        }
      }
    }
    return new Tradeoff.Side(
        program.toString(),
        examined.bytes(),
        libraries,
        counters.relocations(),
        counters.relative(),
        counters.lookups(),
        counters.probes(),
        counters.pages(),
        linkage == null ? examined.linkage() : linkage,
        start,
        exit,
        how,
        faults,
        dirty);
  }
}
