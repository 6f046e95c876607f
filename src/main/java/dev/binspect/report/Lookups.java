package dev.binspect.report;

import dev.binspect.load.Binding;
import java.util.function.UnaryOperator;

/**
 * Where a format that shows single bindings gets them from: they are not kept in a report, because
 * a big program has a million of them.
 *
 * @param of hands a report's bindings on
 * @param names how symbols are shown: as they are, or demangled
 */
public record Lookups(Source of, UnaryOperator<String> names) {
  /** Hands the bindings of a report on, in the loader's order. */
  @FunctionalInterface
  public interface Source {
    void bindings(Report report, Binding.Sink sink);
  }
}
