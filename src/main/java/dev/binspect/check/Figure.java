package dev.binspect.check;

import dev.binspect.load.LoadPlan;
import dev.binspect.report.Report;

/**
 * Counts of a report that do not depend on the machine, hence can be compared between builds. The
 * key is where a report's JSON has it.
 */
public enum Figure {
  SIZE("file.size", "bytes of the file"),
  RELOCATIONS("images.relocations.total", "dynamic relocations"),
  PAGES("images.relocations.pages", "pages written"),
  IMPORTS("images.imports.count", "imports"),
  EXPORTS("images.exports.count", "exports"),
  NEEDED("images.needed", "libraries named"),
  CLOSURE_OBJECTS("load.objects", "objects loaded"),
  CLOSURE_RELOCATIONS("load.counters.relocations", "relocations of all objects"),
  CLOSURE_LOOKUPS("load.counters.lookups", "look-ups of all objects"),
  CLOSURE_PROBES("load.counters.probes", "probes of all objects"),
  CLOSURE_PAGES("load.counters.pages", "pages written of all objects");

  private final String key;
  private final String what;

  Figure(String key, String what) {
    this.key = key;
    this.what = what;
  }

  public String key() {
    return key;
  }

  public String what() {
    return what;
  }

  /** {@return the count, of the first architecture where there are several; -1 where unknown} */
  public long of(Report report) {
    LoadPlan load = report.load();
    return switch (this) {
      case SIZE -> report.size();
      case RELOCATIONS, PAGES, IMPORTS, EXPORTS, NEEDED -> ofImage(report);
      case CLOSURE_OBJECTS -> load == null ? -1 : load.objects().size();
      case CLOSURE_RELOCATIONS -> load == null ? -1 : load.counters().relocations();
      case CLOSURE_LOOKUPS -> load == null ? -1 : load.counters().lookups();
      case CLOSURE_PROBES -> load == null ? -1 : load.counters().probes();
      case CLOSURE_PAGES -> load == null ? -1 : load.counters().pages();
    };
  }

  private long ofImage(Report report) {
    if (report.images().isEmpty()) {
      return -1;
    }
    var image = report.images().getFirst();
    var relocations = image.relocations();
    var imports = image.imports();
    return switch (this) {
      case RELOCATIONS -> relocations == null ? -1 : relocations.total();
      case PAGES -> relocations == null ? -1 : relocations.pages();
      case IMPORTS -> imports == null ? -1 : imports.count();
      case EXPORTS -> image.exports();
      default -> image.needed().size();
    };
  }
}
