package dev.binspect.tradeoff;

import dev.binspect.tradeoff.Workbench.Side;
import dev.binspect.tradeoff.Workbench.Timed;
import dev.binspect.tradeoff.Workbench.Variant;
import dev.binspect.tradeoff.Wrapper.Candidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What of a program's dependencies stands in the dylib, found out by building it.
 *
 * @param left with the reasons
 */
record Wrapping(List<Candidate> wrapped, List<Tradeoff.NotWrapped> left) {
  static final Wrapping NONE = new Wrapping(List.of(), List.of());

  /** {@return the packages' names} */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (Candidate candidate : wrapped) {
      names.add(candidate.of().name());
    }
    return names;
  }

  /**
   * Finds it out, or remembers it from an interrupted run.
   *
   * @throws TradeoffException if nothing can be wrapped, with the reason
   */
  static Wrapping find(
      Workbench bench,
      Prepared prepared,
      Set<String> excluded,
      Journal journal,
      Consumer<String> progress)
      throws IOException, TradeoffException {
    Wrapper.Plan plan = Wrapper.plan(prepared.metadata(), prepared.program(), excluded);
    if (journal.fact("selected") != null) {
      return remembered(plan, journal);
    }
    if (plan.candidates().isEmpty()) {
      throw new TradeoffException(nothing(prepared, plan));
    }
    bench.copyForDylib();
    int all = plan.candidates().size();
    Selection.Result result =
        Selection.largest(
            plan.candidates(),
            candidates -> {
              progress.accept("trying a dylib of " + candidates.size() + " of " + all);
              bench.wrap(candidates);
              Timed timed = bench.build(Side.DYLIB, Variant.DEFAULT);
              if (timed.build().failure() == null
                  && journal.count(Series.clean(Side.DYLIB)) == 0
                  && candidates.size() == all) {
                journal.sample(Series.clean(Side.DYLIB), timed.build().nanos());
              }
              return timed.build().failure();
            });
    List<Candidate> wrapped = new ArrayList<>();
    for (Candidate c : plan.candidates()) {
      if (result.wrapped().contains(c)) {
        wrapped.add(c);
      }
    }
    for (Candidate c : plan.candidates()) {
      for (Tradeoff.NotWrapped each : result.left()) {
        if (!wrapped.contains(c) && c.of().name().equals(each.name())) {
          journal.fact("left/" + c.crate(), each.reason());
        }
      }
    }
    List<Tradeoff.NotWrapped> left = new ArrayList<>(plan.left());
    left.addAll(result.left());
    journal.fact("selected", "1");
    return new Wrapping(wrapped, left);
  }

  private static Wrapping remembered(Wrapper.Plan plan, Journal journal) {
    List<Candidate> wrapped = new ArrayList<>();
    List<Tradeoff.NotWrapped> left = new ArrayList<>(plan.left());
    for (Candidate c : plan.candidates()) {
      String why = journal.fact("left/" + c.crate());
      if (why == null) {
        wrapped.add(c);
      } else {
        left.add(new Tradeoff.NotWrapped(c.of().name(), why));
      }
    }
    return new Wrapping(wrapped, left);
  }

  private static String nothing(Prepared prepared, Wrapper.Plan plan) {
    String name = prepared.program().name();
    if (plan.left().isEmpty()) {
      return name + " has no dependencies: there is nothing to put into a dylib";
    }
    Tradeoff.NotWrapped first = plan.left().getFirst();
    return name
        + " has no dependency that can stand in a dylib: "
        + first.name()
        + " "
        + first.reason();
  }
}
