package dev.binspect.cli;

import dev.binspect.bytes.MalformedException;
import dev.binspect.files.BinaryFiles;
import dev.binspect.report.Build;
import dev.binspect.report.Diff;
import dev.binspect.report.JsonDiff;
import dev.binspect.report.JsonReport;
import dev.binspect.report.MarkdownDiff;
import dev.binspect.report.Report;
import dev.binspect.report.TextDiff;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code binspect diff OLD NEW}: two builds side by side. */
final class DiffCommand implements Command {
  @Override
  public String name() {
    return "diff";
  }

  @Override
  public String summary() {
    return "Two builds side by side: sizes, relocations, look-ups, pages, libraries, crates, start.";
  }

  @Override
  public void describe(OptionTable options) {
    FileOptions.describe(options);
    options.parameters("OLD NEW", 0, OptionTable.ANY, "Two builds; - reads standard input.");
    BudgetOptions.describe(options);
    options.footer(
        "",
        "OLD and NEW may also be reports that were saved (binspect --json FILE > old).",
        "Formats: text, json, ndjson, markdown. Starts are measured where both are files, but for --no-run.",
        "",
        "Examples:",
        "  binspect diff target/static/app target/debug/app",
        "  binspect diff --no-run --format markdown old/app new/app > comment.md",
        "  binspect diff old.json target/debug/app",
        "  binspect diff --json old new | jq '.figures[\"load.counters.lookups\"]'");
  }

  @Override
  public int run(Given given, Console console) {
    FileOptions options = FileOptions.of(given);
    options.allow("diff", "text", "json", "ndjson", "markdown");
    if (options.files().size() != 2) {
      throw new UsageException("diff compares two files: OLD NEW");
    }
    BudgetOptions budget = BudgetOptions.of(given, options);
    BinaryFiles files = new BinaryFiles();
    List<Diff> diffs = new ArrayList<>();
    Sides sides = new Sides(new Inspector(options, files, console.in(), false), console);
    try (Waiting waiting = new Waiting(console, options)) {
      waiting.on("comparing " + options.files().get(0) + " and " + options.files().get(1));
      sides.read(options.files().get(0), options.files().get(1));
      if (sides.failed) {
        return ExitCode.UNUSABLE;
      }
      Report before = sides.before.report;
      Report after = sides.after.report;
      if (before != null && after != null) {
        diffs.add(Starts.diff(before, after, options, files, budget.budget()));
      } else {
        sides.pairs(diffs);
      }
    } catch (IOException e) {
      console.misused(String.valueOf(e.getMessage()));
      return ExitCode.UNUSABLE;
    }
    try (Output to = Output.open(options, console)) {
      Writer out = to.writer();
      for (int i = 0; i < diffs.size(); i++) {
        Diff diff = diffs.get(i);
        switch (options.format()) {
          case "json" -> JsonDiff.write(diff, out, JsonReport.Layout.INDENTED);
          case "ndjson" -> JsonDiff.write(diff, out, JsonReport.Layout.LINE);
          case "markdown" -> MarkdownDiff.write(diff, out);
          default -> {
            out.write(i == 0 ? "" : "\n");
            out.write(TextDiff.render(diff, Terminal.view(options)));
          }
        }
      }
      to.complete();
    } catch (IOException e) {
      console.diagnose(Output.name(options), String.valueOf(e.getMessage()));
      return ExitCode.UNUSABLE;
    }
    return ExitCode.OK;
  }

  /** One of two arguments: a file that was inspected just now, or reports that were saved. */
  private record Side(String path, @Nullable Report report, List<Build> saved) {
    List<Build> builds() {
      return report == null ? saved : List.of(Build.of(report));
    }
  }

  /** Both arguments, and which builds of them belong together. */
  private static final class Sides {
    private static final Side NONE = new Side("", null, List.of());
    private final Inspector inspector;
    private final Console console;
    private Side before = NONE;
    private Side after = NONE;
    private boolean failed;

    Sides(Inspector inspector, Console console) {
      this.inspector = inspector;
      this.console = console;
    }

    void read(String first, String second) {
      before = side(first);
      after = side(second);
    }

    private Side side(String path) {
      try {
        if (SavedReports.is(path)) {
          return new Side(path, null, SavedReports.read(path));
        }
      } catch (IOException e) {
        console.diagnose(path, String.valueOf(e.getMessage()));
        failed = true;
        return NONE;
      }
      Report report = inspect(path, inspector, console);
      failed |= report == null;
      return report == null ? NONE : new Side(path, Crates.in(report), List.of());
    }

    /**
     * Adds a comparison for each build of the second argument.
     *
     * @throws IOException if one has no counterpart; the message is fit for one line
     */
    void pairs(List<Diff> into) throws IOException {
      List<Build> old = before.builds();
      List<Build> now = after.builds();
      if (old.size() > 1 && now.size() == 1 || old.size() == 1 && now.size() > 1) {
        Build one = now.size() == 1 ? now.getFirst() : old.getFirst();
        Build other = SavedReports.of(now.size() == 1 ? old : now, one.path());
        if (other == null) {
          Side many = now.size() == 1 ? before : after;
          throw new IOException(
              many.path
                  + " holds "
                  + many.saved.size()
                  + " reports, and not one of a file called like "
                  + one.path());
        }
        into.add(now.size() == 1 ? new Diff(other, one, null) : new Diff(one, other, null));
        return;
      }
      if (old.size() == 1 && now.size() == 1) {
        into.add(new Diff(old.getFirst(), now.getFirst(), null));
        return;
      }
      for (Build build : now) {
        Build counterpart = SavedReports.of(old, build.path());
        if (counterpart == null) {
          console.diagnose(before.path, "has no report of " + build.path());
        } else {
          into.add(new Diff(counterpart, build, null));
        }
      }
      if (into.isEmpty()) {
        throw new IOException(before.path + " and " + after.path + " have no file in common");
      }
    }
  }

  private static @Nullable Report inspect(String path, Inspector inspector, Console console) {
    try {
      return inspector.inspect(path);
    } catch (IOException e) {
      console.diagnose(path, String.valueOf(e.getMessage()));
    } catch (MalformedException e) {
      console.diagnose(path, e);
    } catch (OutOfMemoryError e) {
      console.diagnose(path, "needs more memory than there is");
    }
    return null;
  }
}
