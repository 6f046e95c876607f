package dev.binspect.check;

import dev.binspect.load.Counters;
import dev.binspect.load.LoadPlan;
import dev.binspect.report.Report;
import org.jspecify.annotations.Nullable;

/** Counts that can be limited. Each is an option of the command line and a key of a policy. */
public enum Budget {
  RELOCATIONS(Rule.MAX_RELOCATIONS, "max-relocations", "dynamic relocations"),
  CLOSURE_RELOCATIONS(
      Rule.MAX_RELOCATIONS,
      "max-closure-relocations",
      "dynamic relocations of the file and all it needs"),
  LOOKUPS(Rule.MAX_LOOKUPS, "max-lookups", "look-ups"),
  CLOSURE_LOOKUPS(Rule.MAX_LOOKUPS, "max-closure-lookups", "look-ups of the file and all it needs"),
  PAGES(Rule.MAX_PAGES, "max-pages", "pages written"),
  CLOSURE_PAGES(Rule.MAX_PAGES, "max-closure-pages", "pages written of the file and all it needs"),
  NEEDED(Rule.MAX_NEEDED, "max-needed", "libraries named"),
  CLOSURE_NEEDED(Rule.MAX_NEEDED, "max-closure-needed", "libraries loaded"),
  EXPORTS(Rule.MAX_EXPORTS, "max-exports", "exports");

  private final Rule rule;
  private final String key;
  private final String what;

  Budget(Rule rule, String key, String what) {
    this.rule = rule;
    this.key = key;
    this.what = what;
  }

  public Rule rule() {
    return rule;
  }

  /** {@return the key in a policy, and the option without its dashes} */
  public String key() {
    return key;
  }

  /** {@return what is counted, in words} */
  public String what() {
    return what;
  }

  /**
   * {@return the count in that report, the largest of its architectures; -1 where it is unknown}
   */
  public long of(Report report) {
    LoadPlan load = report.load();
    @Nullable Counters counters = load == null ? null : load.counters();
    return switch (this) {
      case RELOCATIONS, PAGES, NEEDED, EXPORTS -> ofImages(report);
      case CLOSURE_RELOCATIONS -> counters == null ? -1 : counters.relocations();
      case CLOSURE_PAGES -> counters == null ? -1 : counters.pages();
      case CLOSURE_LOOKUPS -> counters == null ? -1 : counters.lookups();
      case LOOKUPS ->
          load == null || load.objects().isEmpty() ? -1 : load.objects().getFirst().lookups();
      case CLOSURE_NEEDED ->
          load == null || load.objects().isEmpty()
              ? -1
              : load.objects().size() - 1L + load.missing().size();
    };
  }

  private long ofImages(Report report) {
    long most = -1;
    for (var image : report.images()) {
      long count =
          switch (this) {
            case RELOCATIONS -> image.relocations() == null ? -1 : image.relocations().total();
            case PAGES -> image.relocations() == null ? -1 : image.relocations().pages();
            case NEEDED -> image.needed().size();
            case EXPORTS -> image.exports();
            default -> throw new IllegalStateException(key);
          };
      if (count < 0) {
        return -1;
      }
      most = Math.max(most, count);
    }
    return most;
  }
}
