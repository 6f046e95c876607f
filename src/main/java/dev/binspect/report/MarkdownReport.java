package dev.binspect.report;

import dev.binspect.check.Baseline;
import dev.binspect.check.Check;
import dev.binspect.check.Figure;
import dev.binspect.check.Rule;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.Start;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The report as GitHub's Markdown, for a pull request's comment or a job's summary: verdict, what
 * does not hold, the counts (beside the baseline's), the libraries folded.
 */
public final class MarkdownReport {
  private MarkdownReport() {}

  /**
   * Writes a section for each file.
   *
   * @param baseline for the column of changes, or null
   */
  public static void write(
      List<Report> reports, List<Unread> unread, @Nullable Baseline baseline, Appendable out)
      throws IOException {
    StringBuilder md = new StringBuilder();
    for (Report report : reports) {
      report(report, baseline == null ? null : baseline.of(report.path()), md);
    }
    for (Unread file : unread) {
      md.append("### ").append(icon(Headline.Mood.BAD)).append(' ');
      md.append(Markup.code(file.path())).append(": no report\n\n");
      md.append(Markup.sentence(file.why())).append("\n\n");
    }
    out.append(md);
  }

  private static void report(Report report, Baseline.@Nullable Entry known, StringBuilder md) {
    boolean failed = false;
    for (Check check : report.checks()) {
      failed |= check.failed();
    }
    Headline.Mood mood = failed ? Headline.Mood.BAD : Headline.mood(report);
    md.append("### ").append(icon(mood)).append(' ').append(Markup.code(report.path()));
    md.append(": ").append(Markup.sentence(Headline.word(report))).append("\n\n");
    String sentence = Headline.sentence(report);
    if (sentence != null) {
      md.append(Markup.sentence(sentence)).append("\n\n");
    }
    if (report.linkage() != null && report.linkage().fix() != null) {
      md.append("**Fix:** ").append(Markup.sentence(report.linkage().fix())).append("\n\n");
    }
    checks(report, md);
    figures(report, known, md);
    start(report.start(), md);
    libraries(report.load(), md);
  }

  private static String icon(Headline.Mood mood) {
    return switch (mood) {
      case GOOD -> ":white_check_mark:";
      case BAD -> ":x:";
      case DOUBTFUL -> ":warning:";
      case NEUTRAL -> ":small_blue_diamond:";
    };
  }

  private static void checks(Report report, StringBuilder md) {
    boolean any = false;
    for (Check check : report.checks()) {
      if (check.outcome() == Check.Outcome.HOLDS) {
        continue;
      }
      if (!any) {
        md.append("| | check | what |\n|---|---|---|\n");
        any = true;
      }
      md.append("| ");
      md.append(
          switch (check.outcome()) {
            case FAILS -> ":x:";
            case ACCEPTED -> "known";
            default -> "not judged";
          });
      Rule rule = Rule.named(check.id());
      md.append(" | ").append(Markup.sentence(check.id() + (rule == null ? "" : " " + rule.key())));
      md.append(" | ").append(Markup.sentence(check.message()));
      if (check.failed() && check.fix() != null) {
        md.append("<br>**Fix:** ").append(Markup.sentence(check.fix()));
      }
      md.append(" |\n");
    }
    if (any) {
      md.append('\n');
    }
  }

  private static void figures(Report report, Baseline.@Nullable Entry known, StringBuilder md) {
    md.append(
        known == null
            ? "| count | |\n|---|--:|\n"
            : "| count | before | now | change |\n|---|--:|--:|--:|\n");
    for (Figure figure : Figure.values()) {
      long now = figure.of(report);
      Long then = known == null ? null : known.figures().get(figure);
      if (now < 0 && then == null) {
        continue;
      }
      md.append("| ").append(figure.what());
      if (known != null) {
        md.append(" | ").append(then == null ? Figures.UNKNOWN : Figures.count(then));
      }
      md.append(" | ").append(Figures.count(now));
      if (known != null) {
        md.append(" | ").append(then == null || now < 0 ? "" : Figures.change(then, now));
      }
      md.append(" |\n");
    }
    md.append('\n');
  }

  private static void start(@Nullable Start start, StringBuilder md) {
    if (start == null || start.medianNanos() < 0) {
      return;
    }
    md.append("Start: **").append(Figures.nanos(start.medianNanos())).append("** ");
    md.append(start.how().key());
    if (start.how() == Start.How.MEASURED) {
      md.append(", median of ").append(Figures.counted(start.runs(), "run", "runs"));
    }
    md.append("\n\n");
  }

  private static void libraries(@Nullable LoadPlan load, StringBuilder md) {
    if (load == null || load.objects().isEmpty()) {
      return;
    }
    md.append("<details><summary>");
    md.append(Figures.counted(load.objects().size(), "object", "objects")).append(" loaded");
    if (!load.missing().isEmpty()) {
      md.append(", ").append(load.missing().size()).append(" not found");
    }
    md.append("</summary>\n\n");
    md.append("| object | relocations | look-ups | pages | found by |\n|---|--:|--:|--:|---|\n");
    for (LoadedObject object : load.objects()) {
      long relocations =
          object.image() == null || object.image().relocations() == null
              ? -1
              : object.image().relocations().total();
      md.append("| ").append(Markup.code(object.name()));
      md.append(" | ").append(Figures.count(relocations));
      md.append(" | ").append(Figures.count(object.lookups()));
      md.append(" | ").append(Figures.count(object.pages()));
      md.append(" | ").append(object.foundBy().key()).append(" |\n");
    }
    for (LoadPlan.Missing missing : load.missing()) {
      md.append("| ").append(Markup.code(missing.name())).append(" | | | | **not found** |\n");
    }
    md.append("\n</details>\n\n");
  }
}
