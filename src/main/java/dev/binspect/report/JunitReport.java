package dev.binspect.report;

import dev.binspect.check.Check;
import dev.binspect.check.Rule;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** The checks as JUnit XML: a suite for each file, a case for each check. */
public final class JunitReport {
  private JunitReport() {}

  /** Writes one document for all files. */
  public static void write(List<Report> reports, List<Unread> unread, Writer out)
      throws IOException {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    int tests = 0;
    int failures = 0;
    int skipped = 0;
    for (Report report : reports) {
      tests += report.checks().size();
      failures += count(report, Check.Outcome.FAILS);
      skipped += count(report, Check.Outcome.ACCEPTED) + count(report, Check.Outcome.NOT_JUDGED);
    }
    xml.append("<testsuites name=\"binspect\"");
    counts(xml, tests + unread.size(), failures, unread.size(), skipped);
    xml.append(">\n");
    for (Report report : reports) {
      suite(report, xml);
    }
    for (Unread file : unread) {
      suite(file, xml);
    }
    xml.append("</testsuites>\n");
    out.append(xml);
    out.flush();
  }

  private static void suite(Report report, StringBuilder xml) {
    xml.append("  <testsuite name=\"").append(Markup.xml(report.path())).append('"');
    counts(
        xml,
        report.checks().size(),
        count(report, Check.Outcome.FAILS),
        0,
        count(report, Check.Outcome.ACCEPTED) + count(report, Check.Outcome.NOT_JUDGED));
    xml.append(">\n");
    for (Check check : report.checks()) {
      Rule rule = Rule.named(check.id());
      String name = check.id() + (rule == null ? "" : " " + rule.key());
      xml.append("    <testcase classname=\"").append(Markup.xml(report.path()));
      xml.append("\" name=\"");
      xml.append(Markup.xml(check.subject().isEmpty() ? name : name + ": " + check.subject()));
      xml.append("\" time=\"0\"");
      switch (check.outcome()) {
        case HOLDS -> xml.append("/>\n");
        case FAILS -> {
          xml.append(">\n      <failure type=\"").append(Markup.xml(check.id()));
          xml.append("\" message=\"").append(Markup.xml(check.message())).append("\">");
          xml.append(Markup.xml(check.message()));
          if (check.fix() != null) {
            xml.append("\nfix: ").append(Markup.xml(check.fix()));
          }
          xml.append("</failure>\n    </testcase>\n");
        }
        case ACCEPTED, NOT_JUDGED ->
            xml.append(">\n      <skipped message=\"")
                .append(Markup.xml(check.message()))
                .append("\"/>\n    </testcase>\n");
      }
    }
    xml.append("  </testsuite>\n");
  }

  /** A file that could not be judged is a test that could not be made. */
  private static void suite(Unread file, StringBuilder xml) {
    String path = Markup.xml(file.path());
    xml.append("  <testsuite name=\"").append(path).append('"');
    counts(xml, 1, 0, 1, 0);
    xml.append(">\n    <testcase classname=\"").append(path);
    xml.append("\" name=\"report\" time=\"0\">\n      <error type=\"no-report\" message=\"");
    xml.append(Markup.xml(file.why())).append("\"/>\n    </testcase>\n  </testsuite>\n");
  }

  private static void counts(StringBuilder xml, int tests, int failures, int errors, int skipped) {
    xml.append(" tests=\"").append(tests);
    xml.append("\" failures=\"").append(failures);
    xml.append("\" errors=\"").append(errors);
    xml.append("\" skipped=\"").append(skipped);
    xml.append("\" time=\"0\"");
  }

  private static int count(Report report, Check.Outcome outcome) {
    int count = 0;
    for (Check check : report.checks()) {
      count += check.outcome() == outcome ? 1 : 0;
    }
    return count;
  }
}
