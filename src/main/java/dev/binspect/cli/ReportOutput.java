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
import dev.binspect.report.StartText;
import dev.binspect.report.TextReport;
import dev.binspect.report.Unread;
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
  private final List<Unread> unread = new ArrayList<>();
  private boolean first = true;

  /** What of a report a command is about. */
  enum About {
    /** All of it. */
    FILE,
    /** The checks: text shows them alone. */
    CHECKS,
    /** The start: text shows it alone, JSON the single samples as well. */
    START
  }

  /**
   * What a command adds.
   *
   * @param about what it is about
   * @param baseline whose counts are shown beside, or null
   * @param lookups where a page that can be searched gets the bindings from, or null
   */
  record Extras(About about, @Nullable Baseline baseline, @Nullable Lookups lookups) {
    /** {@return what a command adds that shows whole reports} */
    static Extras plain(FileOptions options, BinaryFiles files) {
      return new Extras(About.FILE, null, ReportBindings.of(options, files));
    }
  }

  ReportOutput(FileOptions options, Writer out, Extras extras) {
    this.options = options;
    this.out = out;
    this.extras = extras;
  }

  void accept(Report report) throws IOException {
    switch (options.format()) {
      case "json" -> json(report, JsonReport.Layout.INDENTED);
      case "ndjson" -> json(report, JsonReport.Layout.LINE);
      case "github" -> GithubReport.write(report, out);
      case "text" -> text(report);
      default -> together.add(report);
    }
    first = false;
  }

  /** Tells of a file without a report, where the format has a place for it. */
  void accept(Unread file) throws IOException {
    if (options.format().equals("github")) {
      GithubReport.write(file, out);
    } else {
      unread.add(file);
    }
  }

  private void json(Report report, JsonReport.Layout layout) throws IOException {
    boolean start = extras.about == About.START;
    JsonReport.write(start ? report : Crates.in(report), out, layout, start);
  }

  private void text(Report report) throws IOException {
    View view = Terminal.view(options);
    switch (extras.about) {
      case CHECKS -> out.write(TextReport.checks(report, view));
      case START -> StartText.write(report, view, out);
      case FILE -> {
        if (!first) {
          out.write('\n');
        }
        TextReport.write(report, out, view);
      }
    }
  }

  /** Writes what one document holds. */
  void finish() throws IOException {
    switch (options.format()) {
      case "sarif" -> SarifReport.write(together, unread, Version.NUMBER, out);
      case "junit" -> JunitReport.write(together, unread, out);
      case "html" -> HtmlReport.write(together, unread, extras.lookups, Version.NUMBER, out);
      case "markdown" -> MarkdownReport.write(together, unread, extras.baseline, out);
      default -> {}
    }
  }
}
