package dev.binspect.cli;

import dev.binspect.linkage.CrateSizes;
import dev.binspect.report.Report;

/** The crates of a file, for the formats that tell them: a big program has a million symbols. */
final class Crates {
  private Crates() {}

  /** {@return the report with the crates of its first image} */
  static Report in(Report report) {
    return report.images().isEmpty()
        ? report
        : report.withCrates(CrateSizes.of(report.images().getFirst()));
  }
}
