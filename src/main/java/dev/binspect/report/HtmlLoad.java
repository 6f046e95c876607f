package dev.binspect.report;

import dev.binspect.check.ClearName;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.Start;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The libraries: treemaps by cost, a table, who binds to whom, what is missing. */
final class HtmlLoad {
  /** Rows and columns of the matrix: more cannot be read. The table below has all. */
  private static final int MATRIX = 40;

  private static final int ROWS = 5000;

  private HtmlLoad() {}

  static void write(Report report, LoadPlan load, int index, StringBuilder html) {
    if (load.objects().isEmpty()) {
      return;
    }
    html.append("<section><h2>Libraries</h2>\n");
    missing(load, html);
    Map<String, Long> nanos = new HashMap<>();
    if (report.start() != null) {
      for (Start.LibraryCost cost : report.start().libraries()) {
        long sum =
            Math.max(0, cost.mapNanos())
                + Math.max(0, cost.relocateNanos())
                + Math.max(0, cost.constructorsNanos());
        nanos.merge(cost.path(), sum, Long::sum);
      }
      for (LoadedObject object : load.objects()) {
        // The kernel tells the program's whole path, the user perhaps not.
        Long time = nanos.get(absolute(object.path()));
        if (time != null) {
          nanos.putIfAbsent(object.path(), time);
        }
      }
    }
    maps(load, nanos, index, html);
    table(load, nanos, index, html);
    html.append("</section>\n");
    if (!load.pairs().isEmpty()) {
      html.append("<section><h2>Who binds to whom</h2>\n");
      matrix(load, html);
      html.append("<details><summary>All ");
      html.append(Figures.counted(load.pairs().size(), "pair", "pairs")).append("</summary>\n");
      pairs(load, index, html);
      html.append("</details>\n");
      html.append("</section>\n");
    }
  }

  private static String absolute(String path) {
    try {
      return Path.of(path).toAbsolutePath().normalize().toString();
    } catch (InvalidPathException e) {
      return path;
    }
  }

  private static void missing(LoadPlan load, StringBuilder html) {
    if (!load.missing().isEmpty()) {
      html.append("<p><span class=\"mark bad\">not found</span></p><ul>");
      for (LoadPlan.Missing missing : load.missing()) {
        html.append("<li><code>").append(Markup.xml(missing.name())).append("</code>, needed by ");
        html.append("<code>").append(Markup.xml(missing.requiredBy())).append("</code>");
        if (!missing.searched().isEmpty()) {
          html.append("; looked for in ").append(Markup.xml(String.join(", ", missing.searched())));
        }
        html.append("</li>");
      }
      html.append("</ul>\n");
    }
    List<LoadPlan.Undefined> all = load.knownUndefined();
    if (!all.isEmpty()) {
      html.append("<p><span class=\"mark bad\">undefined</span> ");
      html.append(Figures.counted(all.size(), "symbol", "symbols")).append("</p><ul>");
      for (int i = 0; i < all.size() && i < 50; i++) {
        LoadPlan.Undefined undefined = all.get(i);
        html.append("<li><code>")
            .append(Markup.xml(ClearName.of(undefined.symbol())))
            .append("</code> asked by ");
        html.append("<code>").append(Markup.xml(undefined.requiredBy())).append("</code></li>");
      }
      html.append("</ul>\n");
    }
  }

  private static long relocations(LoadedObject object) {
    return object.image() == null || object.image().relocations() == null
        ? -1
        : object.image().relocations().total();
  }

  private static void maps(LoadPlan load, Map<String, Long> nanos, int index, StringBuilder html) {
    String[] names = {"relocations", "look-ups", "pages written", "time"};
    List<List<HtmlTreemap.Part>> all = new ArrayList<>();
    for (int metric = 0; metric < names.length; metric++) {
      List<HtmlTreemap.Part> parts = new ArrayList<>();
      long sum = 0;
      for (LoadedObject object : load.objects()) {
        long value =
            switch (metric) {
              case 0 -> relocations(object);
              case 1 -> object.lookups();
              case 2 -> object.pages();
              default -> nanos.getOrDefault(object.path(), -1L);
            };
        sum += Math.max(0, value);
        parts.add(
            new HtmlTreemap.Part(
                object.name(),
                value,
                metric == 3 ? Figures.nanos(value) : Figures.count(value) + " " + names[metric]));
      }
      all.add(sum > 0 ? parts : List.of());
    }
    boolean first = true;
    StringBuilder choices = new StringBuilder();
    StringBuilder pictures = new StringBuilder();
    for (int metric = 0; metric < names.length; metric++) {
      if (all.get(metric).isEmpty()) {
        continue;
      }
      choices.append("<label><input type=\"radio\" name=\"m").append(index).append("\" value=\"");
      choices.append(metric).append('"').append(first ? " checked" : "").append("> ");
      choices.append(names[metric]).append("</label>");
      first = false;
      HtmlTreemap.write(
          all.get(metric),
          "m" + metric,
          "Libraries by " + names[metric] + "; the table below has the numbers",
          pictures);
    }
    if (!first) {
      html.append("<div class=\"maps\"><fieldset><legend>Area shows</legend>").append(choices);
      html.append("</fieldset>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" ");
      html.append("aria-label=\"Treemap\">").append(pictures).append("</div></div>\n");
    }
  }

  private static void table(LoadPlan load, Map<String, Long> nanos, int index, StringBuilder html) {
    String id = "l" + index;
    find(id, "Search the libraries", html);
    html.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Libraries\">");
    html.append("<table class=\"sort\" id=\"")
        .append(id)
        .append("\"><thead><tr><th scope=\"col\">library</th>");
    html.append(
        "<th scope=\"col\" class=\"n\">relocations</th><th scope=\"col\" class=\"n\">look-ups</th>");
    html.append(
        "<th scope=\"col\" class=\"n\">probes</th><th scope=\"col\" class=\"n\">deferred</th>");
    html.append("<th scope=\"col\" class=\"n\">pages</th>");
    if (!nanos.isEmpty()) {
      html.append("<th scope=\"col\" class=\"n\">time</th>");
    }
    html.append("<th scope=\"col\">found by</th><th scope=\"col\">path</th></tr></thead><tbody>\n");
    for (LoadedObject object : load.objects()) {
      html.append("<tr><th scope=\"row\" class=\"name\">").append(Markup.xml(object.name()));
      html.append("</th>");
      number(relocations(object), html);
      number(object.lookups(), html);
      number(object.probes(), html);
      number(object.deferred(), html);
      number(object.pages(), html);
      if (!nanos.isEmpty()) {
        long time = nanos.getOrDefault(object.path(), -1L);
        html.append("<td class=\"n\" data-v=\"").append(time).append("\">");
        html.append(Figures.nanos(time)).append("</td>");
      }
      html.append("<td>").append(object.foundBy().key()).append("</td><td class=\"path\">");
      html.append(Markup.xml(object.path())).append("</td></tr>\n");
    }
    html.append("</tbody></table></div>\n");
  }

  private static void number(long value, StringBuilder html) {
    html.append("<td class=\"n\" data-v=\"").append(value).append("\">");
    html.append(Figures.count(value)).append("</td>");
  }

  private static void find(String table, String label, StringBuilder html) {
    html.append("<div class=\"find\" hidden><label for=\"s").append(table).append("\">");
    html.append(label).append("</label><input type=\"search\" id=\"s").append(table);
    html.append("\" data-table=\"").append(table).append("\"><output></output></div>\n");
  }

  private static void matrix(LoadPlan load, StringBuilder html) {
    Map<String, Long> asked = new HashMap<>();
    Map<String, Long> cells = new HashMap<>();
    long most = 1;
    for (LoadPlan.Pair pair : load.pairs()) {
      long lookups = Math.max(0, pair.lookups());
      asked.merge(pair.from(), lookups, Long::sum);
      asked.merge(pair.to(), lookups, Long::sum);
      most = Math.max(most, cells.merge(pair.from() + "\0" + pair.to(), lookups, Long::sum));
    }
    List<String> chosen = new ArrayList<>(asked.keySet());
    chosen.sort(
        (a, b) -> {
          int order = Long.compare(asked.getOrDefault(b, 0L), asked.getOrDefault(a, 0L));
          return order != 0 ? order : a.compareTo(b);
        });
    boolean cut = chosen.size() > MATRIX;
    Set<String> shown = new HashSet<>(chosen.subList(0, Math.min(MATRIX, chosen.size())));
    List<String> paths = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    for (LoadedObject object : load.objects()) {
      if (shown.remove(object.path())) {
        paths.add(object.path());
      }
      names.put(object.path(), object.name());
    }
    paths.addAll(shown);
    html.append("<p>Look-ups that the row's object makes and the column's object answers");
    html.append(cut ? "; the " + MATRIX + " busiest objects" : "").append(".</p>\n");
    html.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Matrix\">");
    html.append("<table class=\"matrix\"><thead><tr><td></td>");
    for (String path : paths) {
      html.append("<th scope=\"col\">").append(label(names, path)).append("</th>");
    }
    html.append("</tr></thead><tbody>\n");
    for (String from : paths) {
      html.append("<tr><th scope=\"row\">").append(label(names, from)).append("</th>");
      for (String to : paths) {
        Long count = cells.get(from + "\0" + to);
        if (count == null) {
          html.append("<td></td>");
        } else {
          int heat = (int) Math.ceil(4 * Math.log1p((double) count) / Math.log1p((double) most));
          html.append("<td class=\"h").append(Math.max(1, Math.min(4, heat))).append("\">");
          html.append(Figures.count(count)).append("</td>");
        }
      }
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
  }

  private static String label(Map<String, String> names, String path) {
    return Markup.xml(Columns.shorten(Escape.text(file(names.getOrDefault(path, path))), 24, true));
  }

  /** {@return the last part of a path: the table of libraries has the whole} */
  private static String file(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void pairs(LoadPlan load, int index, StringBuilder html) {
    String id = "b" + index;
    find(id, "Search the pairs", html);
    html.append(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Pairs of objects\">");
    html.append("<table class=\"sort\" id=\"")
        .append(id)
        .append("\"><thead><tr><th scope=\"col\">asks</th>");
    html.append(
        "<th scope=\"col\">answers</th><th scope=\"col\" class=\"n\">look-ups</th><th scope=\"col\" class=\"n\">probes</th>");
    html.append("</tr></thead><tbody>\n");
    int rows = 0;
    for (LoadPlan.Pair pair : load.pairs()) {
      if (rows++ == ROWS) {
        break;
      }
      html.append("<tr><td class=\"name\">").append(Markup.xml(file(pair.from())));
      html.append("</td><td class=\"name\">").append(Markup.xml(file(pair.to()))).append("</td>");
      number(pair.lookups(), html);
      number(pair.probes(), html);
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
    if (load.pairs().size() > ROWS) {
      html.append("<p>").append(Figures.count(load.pairs().size() - (long) ROWS));
      html.append(" more pairs are in the JSON report.</p>\n");
    }
  }
}
