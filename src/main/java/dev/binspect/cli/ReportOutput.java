package dev.binspect.cli;

import dev.binspect.check.Baseline;
import dev.binspect.files.BinaryFiles;
import dev.binspect.report.GithubReport;
import dev.binspect.report.HtmlReport;
import dev.binspect.report.JsonReport;
import dev.binspect.report.JunitReport;
import dev.binspect.report.Lookups;
import dev.binspect.report.MarkdownReport;
import dev.binspect.report.Report;
import dev.binspect.report.SarifReport;
import dev.binspect.report.TextReport;
import dev.binspect.report.View;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes reports in the format asked for: at once, or together where one document holds them. */
final class ReportOutput {
  private final FileOptions options;
  private final Writer out;
  private final Extras extras;
  private final List<Report> together = new ArrayList<>();
  private boolean first = true;

  /**
   * What a command adds.
   *
   * @param gate whether text shows the checks alone
   * @param baseline whose counts are shown beside, or null
   * @param lookups where a page that can be searched gets the bindings from, or null
   */
  record Extras(boolean gate, @Nullable Baseline baseline, @Nullable Lookups lookups) {
    /** {@return what a command adds that shows reports alone} */
    static Extras plain(FileOptions options, BinaryFiles files) {
      return new Extras(false, null, ReportBindings.of(options, files));
    }
  }

  ReportOutput(FileOptions options, Writer out, Extras extras) {
    this.options = options;
    this.out = out;
    this.extras = extras;
  }

  void accept(Report report) throws IOException {
    switch (options.format()) {
      case "json" -> JsonReport.write(Crates.in(report), out, JsonReport.Layout.INDENTED);
      case "ndjson" -> JsonReport.write(Crates.in(report), out, JsonReport.Layout.LINE);
      case "github" -> GithubReport.write(report, out);
      case "text" -> text(report);
      default -> together.add(report);
    }
    first = false;
  }

  private void text(Report report) throws IOException {
    View view = Terminal.view(options);
    if (extras.gate) {
      out.write(TextReport.checks(report, view));
      return;
    }
    if (!first) {
      out.write('\n');
    }
    TextReport.write(report, out, view);
  }

  /** Writes what one document holds. */
  void finish() throws IOException {
    switch (options.format()) {
      case "sarif" -> SarifReport.write(together, Version.NUMBER, out);
      case "junit" -> JunitReport.write(together, out);
      case "html" -> HtmlReport.write(together, extras.lookups, Version.NUMBER, out);
      case "markdown" -> MarkdownReport.write(together, extras.baseline, out);
      default -> {}
    }
  }
}
