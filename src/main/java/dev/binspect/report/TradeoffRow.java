package dev.binspect.report;

import dev.binspect.tradeoff.Interval;
import dev.binspect.tradeoff.Tradeoff.Side;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A figure of a program beside the same of the other.
 *
 * @param value -1 where unknown
 */
record TradeoffRow(String label, ToLongFunction<Side> value, LongFunction<String> figure) {
  static final List<TradeoffRow> ALL =
      List.of(
          new TradeoffRow("executable", Side::programBytes, Figures::bytes),
          new TradeoffRow("its libraries", Side::libraryBytes, Figures::bytes),
          new TradeoffRow("relocations", Side::relocations, Figures::count),
          new TradeoffRow("symbol look-ups", Side::lookups, Figures::count),
          new TradeoffRow("objects probed", Side::probes, Figures::count),
          new TradeoffRow("pages written", Side::pages, Figures::count),
          new TradeoffRow("page faults", Side::pageFaults, Figures::count),
          new TradeoffRow("start", side -> value(side.start()), Figures::nanos),
          new TradeoffRow("its process's end", side -> value(side.exit()), Figures::nanos));

  private static long value(@Nullable Interval interval) {
    return interval == null ? -1 : interval.value();
  }

  String shown(Side side) {
    return figure.apply(value.applyAsLong(side));
  }
}
