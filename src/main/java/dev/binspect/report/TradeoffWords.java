package dev.binspect.report;

import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff;
import dev.binspect.tradeoff.Tradeoff.BreakEven;

/** The sentences of a tradeoff, the same in every format. */
final class TradeoffWords {
  private TradeoffWords() {}

  /** {@return the answer in one sentence} */
  static String answer(Tradeoff t) {
    return switch (t.outcome()) {
      case PAYS_UNTIL -> {
        BreakEven at = t.breakEven();
        yield gain(t)
            + ", "
            + price(t)
            + (at == null
                ? ""
                : ": worth it as long as one rebuild is followed by fewer than "
                    + Figures.count(at.value())
                    + " starts");
      }
      case PAYS -> gain(t) + ", " + price(t) + ": worth it";
      case LOSES -> "loses " + signless(t.saved()) + " per rebuild, " + price(t) + ": not worth it";
      case UNDECIDED -> undecided(t);
    };
  }

  private static String undecided(Tradeoff t) {
    Interval saved = t.saved();
    if (saved == null) {
      return price(t) + "; what a rebuild saves was neither measured nor given (--link-saved)";
    }
    String gain =
        saved.positive()
            ? gain(t)
            : saved.negative()
                ? "loses " + signless(saved) + " per rebuild"
                : "makes no difference that could be measured at a rebuild (" + range(saved) + ")";
    Interval costs = t.costs();
    String verdict = ": no verdict";
    if (saved.negative()) {
      verdict += ", it depends on how often it is started";
    } else if (costs != null) {
      verdict += ", the interval holds zero";
    }
    return gain + ", " + price(t) + verdict;
  }

  private static String gain(Tradeoff t) {
    Interval saved = t.saved();
    if (saved == null) {
      return "saves an unknown time per rebuild";
    }
    String percent =
        t.rebuilds().isEmpty()
            ? ""
            : " ("
                + wholePercent(saved.value(), t.rebuilds().getFirst().statically().value())
                + ")";
    return "saves " + Figures.nanos(saved.value()) + " per rebuild" + percent;
  }

  private static String price(Tradeoff t) {
    Interval costs = t.costs();
    if (costs == null) {
      return "what a start costs is unknown";
    }
    String estimated = t.dynamically().startHow().equals("estimated") ? " (estimated)" : "";
    if (costs.negative()) {
      boolean both = t.saved() != null && t.saved().positive();
      return "saves " + signless(costs) + " per start" + (both ? " as well" : "") + estimated;
    }
    return costs.positive()
        ? "costs " + Figures.nanos(costs.value()) + " per start" + estimated
        : "costs nothing that could be measured per start (" + range(costs) + ")";
  }

  /** {@return what the answer means for the user's own number of starts, or an empty text} */
  static String forStarts(Tradeoff t) {
    BreakEven at = t.breakEven();
    if (at == null || t.outcome() != Tradeoff.Outcome.PAYS_UNTIL) {
      return "";
    }
    long starts = t.startsPerRebuild() >= 0 ? t.startsPerRebuild() : t.testPrograms();
    if (starts < 0) {
      return "";
    }
    String whose =
        t.startsPerRebuild() >= 0
            ? "you start it " + Figures.counted(starts, "time", "times")
            : "a cargo test of the package starts "
                + Figures.counted(starts, "program", "programs");
    if (starts < at.low()) {
      return whose + ": worth it";
    }
    return at.high() >= 0 && starts > at.high()
        ? whose + ": not worth it"
        : whose + ": within the interval, no verdict";
  }

  /** {@return "305 starts (95 %: 280 to 331)", or an empty text} */
  static String breakEven(Tradeoff t) {
    BreakEven at = t.breakEven();
    if (at == null) {
      return "";
    }
    if (at.low() == at.high()) {
      return Figures.counted(at.value(), "start", "starts");
    }
    return Figures.counted(at.value(), "start", "starts")
        + " (95 %: "
        + Figures.count(at.low())
        + (at.high() < 0 ? " and more" : " to " + Figures.count(at.high()))
        + ")";
  }

  /** {@return "1.9 ms [1.8 ms, 2.0 ms]", or the figure alone where it is given or estimated} */
  static String figure(Interval i) {
    return signed(i.value()) + (i.isKnown() ? " " + range(i) : "");
  }

  /** {@return "1.8 ms to 2.0 ms", or an empty text where they are not known} */
  static String ends(Interval i) {
    return i.isKnown() ? signed(i.low()) + " to " + signed(i.high()) : "";
  }

  static String range(Interval i) {
    return "[" + signed(i.low()) + ", " + signed(i.high()) + "]";
  }

  private static String signless(@org.jspecify.annotations.Nullable Interval i) {
    return i == null ? Figures.UNKNOWN : Figures.nanos(Math.abs(i.value()));
  }

  static String signed(long nanos) {
    return nanos < 0 ? "-" + Figures.nanos(-nanos) : Figures.nanos(nanos);
  }

  static String wholePercent(long part, long whole) {
    return whole <= 0 ? Figures.UNKNOWN : Math.round(100.0 * part / whole) + " %";
  }

  /** {@return where a rebuild's time goes, or an empty text} */
  static String shares(Tradeoff t) {
    if (t.rebuilds().isEmpty()) {
      return "";
    }
    Tradeoff.Rebuild first = t.rebuilds().getFirst();
    Interval link = first.staticLink();
    Interval noop = t.noop();
    if (link == null || noop == null) {
      return "";
    }
    long whole = first.statically().value();
    long rustc = Math.max(0, whole - link.value() - noop.value());
    Interval front = t.frontEnd();
    String compiler =
        front == null || front.value() > rustc
            ? "rustc " + Figures.nanos(rustc)
            : "rustc's front end "
                + Figures.nanos(front.value())
                + ", code generation "
                + Figures.nanos(rustc - front.value());
    return "of "
        + Figures.nanos(whole)
        + " statically: Cargo "
        + Figures.nanos(noop.value())
        + ", "
        + compiler
        + ", linker "
        + Figures.nanos(link.value())
        + " ("
        + wholePercent(link.value(), whole)
        + ")";
  }

  /** {@return what a changed dependency costs both ways, or an empty text} */
  static String changedDependency(Tradeoff t) {
    Tradeoff.Rebuild r = t.dependency();
    return r == null
        ? ""
        : t.changed()
            + ": "
            + Figures.nanos(r.statically().value())
            + " static, "
            + Figures.nanos(r.dynamically().value())
            + " dylib";
  }

  /** {@return what a build from nothing took both ways, or an empty text} */
  static String cleanBuilds(Tradeoff t) {
    return t.cleanStaticNanos() < 0 || t.cleanDylibNanos() < 0
        ? ""
        : Figures.nanos(t.cleanStaticNanos())
            + " static, "
            + Figures.nanos(t.cleanDylibNanos())
            + " dylib";
  }

  /** {@return advice from what was measured, or an empty text} */
  static String advice(Tradeoff t) {
    if (t.combinations().size() < 2) {
      return "";
    }
    Tradeoff.Combination best = t.combinations().getFirst();
    StringBuilder out = new StringBuilder("least time for a rebuild and ");
    out.append(Figures.counted(best.starts(), "start", "starts")).append(": ").append(best.name());
    int ties = 0;
    for (Tradeoff.Combination c : t.combinations()) {
      ties += c.ties() ? 1 : 0;
    }
    if (ties > 1) {
      out.append(" (").append(Figures.counted(ties - 1, "other", "others"));
      out.append(" cannot be told from it)");
    }
    Interval link = t.rebuilds().getFirst().staticLink();
    if (link != null && link.value() * 10 < t.rebuilds().getFirst().statically().value()) {
      out.append("; the linker takes less than a tenth of a rebuild: leave it alone");
    }
    return out.toString();
  }
}
