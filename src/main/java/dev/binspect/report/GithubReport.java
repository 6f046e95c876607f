package dev.binspect.report;

import dev.binspect.check.Check;
import dev.binspect.check.Rule;
import java.io.IOException;

/**
 * The checks as commands to GitHub's runner: an annotation for each that fails, an ordinary line
 * where none does. A report without checks has its verdict as an annotation.
 */
public final class GithubReport {
  private GithubReport() {}

  /** Writes a line for each annotation. */
  public static void write(Report report, Appendable out) throws IOException {
    int failed = 0;
    for (Check check : report.checks()) {
      if (check.failed()) {
        failed++;
        Rule rule = Rule.named(check.id());
        annotation(
            "error",
            Location.of(report, check),
            rule == null ? check.id() : check.id() + " " + rule.key(),
            check.fix() == null
                ? message(check.message())
                : message(check.message()) + "%0A" + message("Fix: " + check.fix()),
            out);
      }
    }
    if (report.checks().isEmpty()) {
      String sentence = Headline.sentence(report);
      annotation(
          Headline.mood(report) == Headline.Mood.BAD ? "warning" : "notice",
          Location.of(report),
          Headline.word(report),
          message(sentence == null ? Headline.word(report) : sentence),
          out);
    } else if (failed == 0) {
      out.append("ok ").append(Escape.text(report.path()));
      out.append(": ").append(Headline.word(report)).append('\n');
    }
  }

  /** Writes the annotation of a file that could not be judged. */
  public static void write(Unread file, Appendable out) throws IOException {
    annotation("error", Location.of(file), "no report", message(file.why()), out);
  }

  private static void annotation(
      String command, Location at, String title, String message, Appendable out)
      throws IOException {
    out.append("::").append(command);
    out.append(" file=").append(property(at.path()));
    if (at.line() > 0) {
      out.append(",line=").append(Integer.toString(at.line()));
    }
    out.append(",title=").append(property(title));
    out.append("::").append(message).append('\n');
  }

  /** As the runner's own toolkit escapes a command's data. */
  private static String message(String text) {
    return Escape.text(text).replace("%", "%25");
  }

  /** As the runner's own toolkit escapes a command's properties. */
  private static String property(String text) {
    return message(text).replace(":", "%3A").replace(",", "%2C");
  }
}
