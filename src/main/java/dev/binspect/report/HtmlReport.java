package dev.binspect.report;

import dev.binspect.check.Check;
import dev.binspect.check.Rule;
import dev.binspect.image.Image;
import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import dev.binspect.load.LoadPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The report as one HTML file that needs nothing else. All content and charts stand in the markup;
 * the script only sorts, searches and changes the colours, and a content security policy lets no
 * other script run and nothing be fetched.
 */
public final class HtmlReport {
  /** Characters of all packed bindings together: a page stays below two megabytes. */
  private static final int BINDINGS_ROOM = 1_200_000;

  /** The evidence of more libraries than this is folded. */
  private static final int OPEN_DYLIBS = 6;

  /** Evidence of more characters is folded, too. */
  private static final int LONG_EVIDENCE = 360;

  private HtmlReport() {}

  /**
   * Writes one document for all files.
   *
   * @param lookups where the bindings come from, or null for none
   */
  public static void write(
      List<Report> reports,
      List<Unread> unread,
      @Nullable Lookups lookups,
      String version,
      Writer out)
      throws IOException {
    String style = resource("report.css");
    String script = resource("report.js");
    StringBuilder html = new StringBuilder(1 << 16);
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    html.append("style-src 'unsafe-inline'; script-src 'sha256-").append(sha256(script));
    html.append("'; base-uri 'none'; form-action 'none'\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<meta name=\"generator\" content=\"binspect ").append(version).append("\">\n");
    html.append("<title>").append(Markup.xml(title(reports))).append("</title>\n");
    html.append("<style>\n").append(style).append("</style>\n</head>\n<body>\n");
    html.append("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n");
    html.append("<header class=\"top\"><strong>binspect</strong>");
    html.append("<nav aria-label=\"Files\">");
    for (int i = 0; i < reports.size() && reports.size() > 1; i++) {
      html.append("<a href=\"#f").append(i).append("\">");
      html.append(Markup.xml(fileName(reports.get(i).path()))).append("</a>");
    }
    html.append("</nav><button id=\"theme\" type=\"button\" hidden>Dark or light</button>");
    html.append("</header>\n<main id=\"main\">\n");
    int room = BINDINGS_ROOM;
    for (int i = 0; i < reports.size(); i++) {
      room -= article(reports.get(i), lookups, i, room / (reports.size() - i), html);
    }
    for (Unread file : unread) {
      html.append("<article>\n<h1><span class=\"verdict ").append(tone(Headline.Mood.BAD));
      html.append("\">").append(Headline.Mood.BAD.mark).append(" no report</span>");
      html.append(Markup.xml(file.path())).append("</h1>\n<p class=\"lead\">");
      html.append(Markup.xml(file.why())).append("</p>\n</article>\n");
    }
    html.append("</main>\n<footer>Made by binspect ").append(version).append("</footer>\n");
    html.append("<script>").append(script).append("</script>\n</body>\n</html>\n");
    out.append(html);
    out.flush();
  }

  private static String title(List<Report> reports) {
    if (reports.size() != 1) {
      return "binspect: " + Figures.counted(reports.size(), "file", "files");
    }
    Report report = reports.getFirst();
    return fileName(report.path()) + ": " + Headline.word(report) + " - binspect";
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Gives how much room the bindings took. */
  private static int article(
      Report report, @Nullable Lookups lookups, int index, int room, StringBuilder html)
      throws IOException {
    boolean failed = false;
    for (Check check : report.checks()) {
      failed |= check.failed();
    }
    Headline.Mood mood = failed ? Headline.Mood.BAD : Headline.mood(report);
    html.append("<article id=\"f").append(index).append("\">\n<h1><span class=\"verdict ");
    html.append(tone(mood)).append("\">").append(mood.mark).append(' ');
    html.append(Markup.xml(Headline.word(report))).append("</span>");
    html.append(Markup.xml(report.path())).append("</h1>\n");
    String sentence = Headline.sentence(report);
    if (sentence != null) {
      html.append("<p class=\"lead\">").append(Markup.xml(sentence)).append("</p>\n");
    }
    Linkage linkage = report.linkage();
    if (linkage != null && linkage.fix() != null) {
      html.append("<p class=\"fix\"><strong>Fix:</strong> ");
      html.append(Markup.xml(linkage.fix())).append("</p>\n");
    }
    cards(report, html);
    checks(report.checks(), html);
    evidence(linkage, html);
    HtmlStart.write(report.start(), html);
    if (report.load() != null) {
      HtmlLoad.write(report, report.load(), index, html);
    }
    for (Image image : report.images()) {
      HtmlImage.write(image, report.images().size() > 1, report.size(), html);
    }
    int taken = 0;
    if (lookups != null) {
      HtmlBindings bindings = new HtmlBindings(lookups.names());
      lookups.of().bindings(report, bindings);
      taken = bindings.write(index, room, html);
    }
    advice(report.load(), html);
    notes(report.allNotes(), html);
    html.append("</article>\n");
    return taken;
  }

  static String tone(Headline.Mood mood) {
    return switch (mood) {
      case GOOD -> "good";
      case BAD -> "bad";
      case DOUBTFUL -> "doubt";
      case NEUTRAL -> "neutral";
    };
  }

  private static void cards(Report report, StringBuilder html) {
    html.append("<dl class=\"cards\">");
    card("size", Figures.bytes(report.size()), html);
    LoadPlan load = report.load();
    if (!report.images().isEmpty()) {
      var relocations = report.images().getFirst().relocations();
      card("relocations", Figures.count(relocations == null ? -1 : relocations.total()), html);
      card("pages written", Figures.count(relocations == null ? -1 : relocations.pages()), html);
    }
    if (load != null) {
      card("objects loaded", Figures.count(load.objects().size()), html);
      card("relocations of all", Figures.count(load.counters().relocations()), html);
      card("look-ups of all", Figures.count(load.counters().lookups()), html);
    }
    if (report.start() != null && report.start().medianNanos() >= 0) {
      card(
          "start, " + report.start().how().key(),
          Figures.nanos(report.start().medianNanos()),
          html);
    }
    html.append("</dl>\n");
  }

  private static void card(String name, String value, StringBuilder html) {
    html.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>");
  }

  private static void checks(List<Check> checks, StringBuilder html) {
    if (checks.isEmpty()) {
      return;
    }
    html.append("<section><h2>Checks</h2><div class=\"scroll\" tabindex=\"0\" role=\"group\" ");
    html.append(
        "aria-label=\"Checks\"><table><thead><tr><th scope=\"col\">result</th><th scope=\"col\">rule</th>");
    html.append("<th scope=\"col\">what</th></tr></thead><tbody>\n");
    for (Check check : checks) {
      String[] said =
          switch (check.outcome()) {
            case HOLDS -> new String[] {"good", "✓ holds"};
            case FAILS -> new String[] {"bad", "✗ fails"};
            case ACCEPTED -> new String[] {"neutral", "known"};
            case NOT_JUDGED -> new String[] {"neutral", "not judged"};
          };
      Rule rule = Rule.named(check.id());
      html.append("<tr><td><span class=\"mark ").append(said[0]).append("\">").append(said[1]);
      html.append("</span></td><td>").append(Markup.xml(check.id()));
      html.append(rule == null ? "" : " " + rule.key()).append("</td><td>");
      html.append(Markup.xml(check.message()));
      if (check.failed() && check.fix() != null) {
        html.append("<br><strong>Fix:</strong> ").append(Markup.xml(check.fix()));
      }
      html.append("</td></tr>\n");
    }
    html.append("</tbody></table></div></section>\n");
  }

  private static void evidence(@Nullable Linkage linkage, StringBuilder html) {
    if (linkage == null || (linkage.dylibs().isEmpty() && linkage.evidence().isEmpty())) {
      return;
    }
    html.append("<section><h2>Evidence</h2>\n");
    boolean many = linkage.dylibs().size() > OPEN_DYLIBS;
    if (many) {
      html.append("<details><summary>").append(linkage.dylibs().size());
      html.append(" libraries</summary>\n");
    }
    for (Linkage.Dylib dylib : linkage.dylibs()) {
      html.append("<h3><code>").append(Markup.xml(dylib.name())).append("</code> ");
      html.append("<span class=\"mark ").append(tone(Headline.mood(dylib.verdict())));
      html.append("\">").append(Markup.xml(Headline.word(dylib.verdict())));
      html.append(", ").append(dylib.confidence().key()).append("</span></h3>\n");
      list(dylib.evidence(), html);
      if (!dylib.staticCrates().isEmpty()) {
        html.append("<p>Crates of it in the program: ");
        html.append(Markup.xml(String.join(", ", dylib.staticCrates()))).append("</p>\n");
      }
    }
    html.append(many ? "</details>\n" : "");
    if (!linkage.dylibs().isEmpty() && !linkage.evidence().isEmpty()) {
      html.append("<h3>").append(Headline.OF_THE_WHOLE).append("</h3>\n");
    }
    list(linkage.evidence(), html);
    html.append("</section>\n");
  }

  private static void list(List<Linkage.Evidence> evidence, StringBuilder html) {
    if (evidence.isEmpty()) {
      return;
    }
    html.append("<ul>");
    for (Linkage.Evidence e : evidence) {
      html.append("<li>");
      if (e.detail().length() > LONG_EVIDENCE) {
        html.append("<details><summary>");
        html.append(Markup.xml(Columns.shorten(Escape.text(e.detail()), LONG_EVIDENCE / 3, true)));
        html.append("</summary>").append(Markup.xml(e.detail())).append("</details></li>");
      } else {
        html.append(Markup.xml(e.detail())).append("</li>");
      }
    }
    html.append("</ul>\n");
  }

  private static void advice(@Nullable LoadPlan load, StringBuilder html) {
    if (load == null || load.advice().isEmpty()) {
      return;
    }
    html.append("<section><h2>Cheaper starts</h2><ul>\n");
    for (LoadPlan.Advice advice : load.advice()) {
      html.append("<li>").append(Markup.xml(advice.message()));
      String before = "<br>Saves ";
      for (Map.Entry<String, Long> e : advice.saves().entrySet()) {
        html.append(before).append(Figures.count(e.getValue())).append(' ');
        html.append(Markup.xml(e.getKey()));
        before = ", ";
      }
      if (!advice.flag().isEmpty()) {
        html.append("<br>Flag: <code>").append(Markup.xml(advice.flag())).append("</code>");
      }
      if (!advice.risk().isEmpty()) {
        html.append("<br>Risk: ").append(Markup.xml(advice.risk()));
      }
      html.append("</li>\n");
    }
    html.append("</ul></section>\n");
  }

  private static void notes(List<Note> notes, StringBuilder html) {
    if (notes.isEmpty()) {
      return;
    }
    html.append("<section><h2>Notes</h2><ul>\n");
    for (Note note : notes) {
      boolean warning = note.level() == Note.Level.WARNING;
      html.append("<li><span class=\"mark ").append(warning ? "doubt" : "neutral").append("\">");
      html.append(note.level().key()).append("</span> ").append(Markup.xml(note.message()));
      if (note.offset() >= 0) {
        html.append(" (offset 0x").append(Long.toHexString(note.offset())).append(')');
      }
      html.append("</li>\n");
    }
    html.append("</ul></section>\n");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is missing from the program's archive");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
