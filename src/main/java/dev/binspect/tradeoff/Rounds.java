package dev.binspect.tradeoff;

import dev.binspect.tradeoff.CargoMetadata.CargoPackage;
import dev.binspect.tradeoff.CargoMetadata.Edge;
import dev.binspect.tradeoff.CargoMetadata.Node;
import dev.binspect.tradeoff.CargoMetadata.Target;
import dev.binspect.tradeoff.Workbench.Side;
import dev.binspect.tradeoff.Workbench.Timed;
import dev.binspect.tradeoff.Workbench.Variant;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rebuilds, in turns: each round builds every variant both ways, in changing order. */
final class Rounds {
  private final Question question;
  private final Workbench bench;
  private final Prepared prepared;
  private final Journal journal;
  private final Consumer<String> progress;

  Rounds(
      Question question,
      Workbench bench,
      Prepared prepared,
      Journal journal,
      Consumer<String> progress) {
    this.question = question;
    this.bench = bench;
    this.prepared = prepared;
    this.journal = journal;
    this.progress = progress;
  }

  void measure(List<Variant> variants, List<String> wrapped) throws IOException, TradeoffException {
    for (int round = 0; round < question.mainRounds(); round++) {
      for (Variant variant : variants) {
        boolean main = variant.equals(Variant.DEFAULT);
        if (!main && round >= question.otherRounds()) {
          continue;
        }
        progress.accept(
            "rebuilding "
                + variant.name()
                + ", round "
                + (round + 1)
                + " of "
                + (main ? question.mainRounds() : question.otherRounds()));
        pair(variant, round);
      }
      if (journal.count(Series.NOOP) <= round) {
        journal.sample(Series.NOOP, bench.built(Side.STATIC, Variant.DEFAULT).build().nanos());
      }
    }
    dependency(wrapped);
  }

  private void pair(Variant variant, int round) throws IOException, TradeoffException {
    Side[] order =
        round % 2 == 0
            ? new Side[] {Side.STATIC, Side.DYLIB}
            : new Side[] {Side.DYLIB, Side.STATIC};
    int done =
        Math.min(
            journal.count(Series.rebuild(variant.name(), Side.STATIC)),
            journal.count(Series.rebuild(variant.name(), Side.DYLIB)));
    if (done > round) {
      return;
    }
    for (Side side : order) {
      if (journal.count(Series.rebuild(variant.name(), side)) > round) {
        continue;
      }
      bench.touchMain(side);
      Timed timed = bench.built(side, variant);
      journal.sample(Series.rebuild(variant.name(), side), timed.build().nanos());
      if (timed.programLink() >= 0) {
        journal.sample(Series.link(variant.name(), side), timed.programLink());
      }
    }
  }

  /** What a change below the program costs: the dylib is linked again, and the program too. */
  private void dependency(List<String> wrapped) throws IOException, TradeoffException {
    CargoPackage changed = changed(prepared, wrapped);
    Target library = changed == null ? null : changed.library();
    if (changed == null || library == null) {
      return;
    }
    journal.fact("changed", changed.name());
    int rounds = Math.min(3, question.mainRounds());
    for (int round = 0; round < rounds; round++) {
      progress.accept("rebuilding after a change of " + changed.name() + ", round " + (round + 1));
      for (Side side : Side.values()) {
        if (journal.count(Series.dependency(side)) <= round) {
          bench.touch(side, library.source());
          journal.sample(
              Series.dependency(side), bench.built(side, Variant.DEFAULT).build().nanos());
        }
      }
    }
  }

  /**
   * {@return a wrapped dependency whose source stands in the copy, or null} Of several that which
   * the fewest others depend on: a change of it is the usual one, and the least is built again.
   */
  private static @Nullable CargoPackage changed(Prepared prepared, List<String> wrapped) {
    CargoMetadata metadata = prepared.metadata();
    Map<String, Integer> dependents = metadata.dependents(prepared.program().id());
    Node node = metadata.nodes().get(prepared.program().id());
    CargoPackage least = null;
    for (Edge edge : node == null ? List.<Edge>of() : node.edges()) {
      CargoPackage of = metadata.packages().get(edge.id());
      if (of != null
          && edge.normal()
          && of.source() == null
          && of.library() != null
          && !metadata.isProcMacro(of.id())
          && (wrapped.isEmpty() || wrapped.contains(of.name()))
          && of.folder().startsWith(prepared.mirror())
          && (least == null || count(dependents, of) < count(dependents, least))) {
        least = of;
      }
    }
    return least;
  }

  private static int count(Map<String, Integer> dependents, CargoPackage of) {
    return dependents.getOrDefault(of.id(), 0);
  }
}
