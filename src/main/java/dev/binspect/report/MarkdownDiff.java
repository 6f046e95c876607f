package dev.binspect.report;

import dev.binspect.check.Figure;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Two builds side by side as GitHub's Markdown: the pull request's question. */
public final class MarkdownDiff {
  private static final int CRATES = 20;

  private MarkdownDiff() {}

  /** Writes the comparison. */
  public static void write(Diff diff, Appendable out) throws IOException {
    StringBuilder md = new StringBuilder();
    md.append("### ").append(Markup.code(diff.before().path())).append(" → ");
    md.append(Markup.code(diff.after().path())).append("\n\nVerdict: ");
    md.append(Markup.sentence(diff.before().word())).append(" → **");
    md.append(Markup.sentence(diff.after().word())).append("**\n\n");
    md.append("| count | before | after | change |\n|---|--:|--:|--:|\n");
    for (Figure figure : Figure.values()) {
      Diff.Change change = diff.of(figure);
      if (change.before() >= 0 || change.after() >= 0) {
        row(figure.what(), change.before(), change.after(), md);
      }
    }
    for (Diff.Change change : diff.tally("byKind")) {
      if (change.changed()) {
        row("relocations: " + Markup.sentence(change.name()), change.before(), change.after(), md);
      }
    }
    md.append('\n');
    boolean any = false;
    for (Diff.Library library : diff.libraries()) {
      if (library.before() != null && library.after() != null) {
        continue;
      }
      md.append(library.before() == null ? "- added: " : "- removed: ");
      md.append(Markup.code(library.name())).append('\n');
      any = true;
    }
    md.append(any ? "\n" : "");
    crates("Became static", diff.becameStatic(), md);
    crates("Became dynamic", diff.becameDynamic(), md);
    sizes(diff.crates(), md);
    Build.Started before = diff.before().start();
    Build.Started after = diff.after().start();
    if (before != null && after != null) {
      md.append("Start: ").append(start(before)).append(" → ").append(start(after)).append("; ");
      md.append(Markup.sentence(TextDiff.said(diff, before, after))).append("\n\n");
    }
    out.append(md);
  }

  private static String start(Build.Started start) {
    return Figures.nanos(start.medianNanos())
        + " "
        + Markup.sentence(start.how() + TextDiff.because(start));
  }

  private static void sizes(List<Diff.Change> crates, StringBuilder md) {
    int rows = 0;
    int more = 0;
    for (Diff.Change crate : crates) {
      if (!crate.changed()) {
        continue;
      }
      if (++rows > CRATES) {
        more++;
        continue;
      }
      if (rows == 1) {
        md.append("<details><summary>Crates, by bytes</summary>\n\n");
        md.append("| crate | before | after | change |\n|---|--:|--:|--:|\n");
      }
      row(Markup.code(crate.name()), crate.before(), crate.after(), md);
    }
    if (more > 0) {
      md.append("\n").append(Figures.count(more)).append(" more changed less.\n");
    }
    md.append(rows == 0 ? "" : "\n</details>\n\n");
  }

  private static void row(String what, long before, long after, StringBuilder md) {
    md.append("| ").append(what).append(" | ").append(Figures.count(before));
    md.append(" | ").append(Figures.count(after)).append(" | ");
    md.append(before < 0 || after < 0 ? "" : Figures.change(before, after)).append(" |\n");
  }

  private static void crates(String label, Set<String> crates, StringBuilder md) {
    if (crates.isEmpty()) {
      return;
    }
    md.append(label).append(": ");
    String separator = "";
    for (String crate : crates) {
      md.append(separator).append(Markup.code(crate));
      separator = ", ";
    }
    md.append("\n\n");
  }
}
