package dev.binspect.report;

import dev.binspect.load.Binding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/**
 * Every look-up of a start, to be searched in the page. A big program has tens of thousands, most
 * of their names long and alike: they stand in the page packed (gzip), and the script shows those
 * that were asked for.
 *
 * <p>Unpacked it is text: a line with the number of objects, a line for each object's name, then a
 * line for each binding with its fields between tabs: index of the asking object, index of the
 * answering object (-1 nobody), the symbol as shown, the symbol as in the file where that differs,
 * version, kind, look-ups, look-ups answered by the cache, probes.
 */
final class HtmlBindings implements Binding.Sink {
  /** Different bindings that are kept: no more can be looked through in a page. */
  private static final int MOST = 200_000;

  private record Key(int from, int to, String symbol, String version, String kind)
      implements Comparable<Key> {
    // A file can choose symbols of one hash: a map finds its way among them by their order.
    @Override
    public int compareTo(Key other) {
      int order = symbol.compareTo(other.symbol);
      order = order != 0 ? order : version.compareTo(other.version);
      order = order != 0 ? order : Integer.compare(from, other.from);
      order = order != 0 ? order : Integer.compare(to, other.to);
      return order != 0 ? order : kind.compareTo(other.kind);
    }
  }

  private static final class Sum {
    long lookups;
    long cached;
    long probes;
  }

  private final UnaryOperator<String> names;
  private final Map<String, Integer> objects = new LinkedHashMap<>();
  private final Map<Key, Sum> bindings = new LinkedHashMap<>();
  private long left;

  /**
   * @param names how symbols are shown
   */
  HtmlBindings(UnaryOperator<String> names) {
    this.names = names;
  }

  @Override
  public void accept(Binding binding) {
    String to = binding.to();
    Key key =
        new Key(
            index(binding.from()),
            to == null ? -1 : index(to),
            binding.symbol(),
            binding.version(),
            binding.kind());
    Sum sum = bindings.get(key);
    if (sum == null) {
      if (bindings.size() == MOST) {
        left++;
        return;
      }
      sum = new Sum();
      bindings.put(key, sum);
    }
    if (binding.cached()) {
      sum.cached++;
    } else {
      sum.lookups++;
      sum.probes += binding.probes();
    }
  }

  private int index(String path) {
    Integer known = objects.get(path);
    if (known == null) {
      known = objects.size();
      objects.put(path, known);
    }
    return known;
  }

  /**
   * Writes the section; nothing where nothing is looked up.
   *
   * @param room characters that the packed bindings may take
   * @return characters that they took
   */
  int write(int index, int room, StringBuilder html) throws IOException {
    if (bindings.isEmpty()) {
      return 0;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    long shown = 0;
    try (GZIPOutputStream out = new GZIPOutputStream(packed, 1 << 13)) {
      StringBuilder line = new StringBuilder(256);
      line.append(objects.size()).append('\n');
      for (String path : objects.keySet()) {
        line.append(Escape.text(path.substring(path.lastIndexOf('/') + 1))).append('\n');
      }
      out.write(line.toString().getBytes(StandardCharsets.UTF_8));
      Map<String, String> clear = new HashMap<>();
      for (Map.Entry<Key, Sum> e : bindings.entrySet()) {
        if (packed.size() > room / 4L * 3) {
          break;
        }
        line.setLength(0);
        line(e.getKey(), e.getValue(), clear, line);
        out.write(line.toString().getBytes(StandardCharsets.UTF_8));
        shown++;
      }
    }
    String id = "s" + index;
    html.append("<section class=\"lookups\"><h2>Bindings</h2>\n<p class=\"hint\">");
    html.append("Every symbol that is looked up at start, who asks and who answers.");
    long rest = bindings.size() - shown + left;
    if (rest > 0) {
      html.append(' ').append(Figures.count(rest)).append(" more do not fit into this page: ");
      html.append("<code>binspect bindings</code> prints all.");
    }
    html.append("</p>\n<noscript><p>They are shown by a script. <code>binspect bindings</code> ");
    html.append("prints them.</p></noscript>\n<div class=\"search\" hidden><label for=\"");
    html.append(id).append("\">Search the symbols</label><input type=\"search\" id=\"").append(id);
    html.append("\" autocomplete=\"off\" spellcheck=\"false\"><output></output></div>\n");
    html.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Bindings\" ");
    html.append("hidden><table><thead><tr><th scope=\"col\">symbol</th>");
    html.append("<th scope=\"col\">asks</th><th scope=\"col\">answers</th>");
    html.append("<th scope=\"col\" class=\"n\">look-ups</th>");
    html.append("<th scope=\"col\" class=\"n\">probes</th></tr></thead><tbody></tbody></table>");
    html.append("</div>\n<button type=\"button\" class=\"more\" hidden>Show more</button>\n");
    String text = Base64.getEncoder().encodeToString(packed.toByteArray());
    html.append("<script type=\"application/gzip\">").append(text).append("</script></section>\n");
    return text.length();
  }

  private void line(Key key, Sum sum, Map<String, String> clear, StringBuilder line) {
    String shown = clear.computeIfAbsent(key.symbol, names);
    line.append(key.from).append('\t').append(key.to).append('\t').append(Escape.text(shown));
    line.append('\t').append(shown.equals(key.symbol) ? "" : Escape.text(key.symbol));
    line.append('\t').append(Escape.text(key.version)).append('\t').append(key.kind);
    line.append('\t').append(sum.lookups).append('\t').append(sum.cached);
    line.append('\t').append(sum.probes).append('\n');
  }
}
