package dev.binspect.report;

import dev.binspect.load.Binding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Look-ups for people: a line each, and what they come to. */
public final class BindingsText implements Binding.Sink {
  private final Writer out;
  private final View view;
  private final UnaryOperator<String> names;
  private final Map<String, String> shown = new HashMap<>();
  private long lookups;
  private long cached;
  private long probes;
  private long unanswered;

  /**
   * @param out left open
   * @param view in full detail, objects are shown by their paths instead of their names
   * @param names how symbols are shown: as they are, or demangled
   */
  public BindingsText(Writer out, View view, UnaryOperator<String> names) {
    this.out = out;
    this.view = view;
    this.names = names;
  }

  /** Throws {@link UncheckedIOException} where the writer fails. */
  @Override
  public void accept(Binding binding) {
    String to = binding.to();
    if (binding.cached()) {
      cached++;
    } else {
      lookups++;
      probes += binding.probes();
      unanswered += to == null ? 1 : 0;
    }
    StringBuilder line = new StringBuilder(160);
    line.append(object(binding.from())).append(view.unicode() ? " → " : " -> ");
    line.append(to == null ? "nobody" : object(to)).append("  ");
    line.append(Escape.text(names.apply(binding.symbol()), view.unicode()));
    if (!binding.version().isEmpty()) {
      line.append('@').append(Escape.text(binding.version(), view.unicode()));
    }
    line.append("  ");
    if (binding.cached()) {
      line.append("cached");
    } else {
      line.append(binding.probes()).append(binding.probes() == 1 ? " probe" : " probes");
    }
    if (!binding.kind().equals("normal")) {
      line.append(", ").append(binding.kind());
    }
    try {
      out.append(line.append('\n'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String object(String path) {
    String known = shown.get(path);
    if (known == null) {
      String name =
          view.detail() == View.Detail.FULL ? path : path.substring(path.lastIndexOf('/') + 1);
      known = Escape.text(name, view.unicode());
      shown.put(path, known);
    }
    return known;
  }

  /** Writes the totals of what was shown. */
  public void finish() throws IOException {
    StringBuilder line = new StringBuilder();
    line.append(Figures.counted(lookups, "look-up", "look-ups"));
    line.append(", ").append(Figures.counted(probes, "probe", "probes"));
    if (cached > 0) {
      line.append(", ").append(Figures.count(cached)).append(" more from the cache");
    }
    if (unanswered > 0) {
      line.append(", ").append(Figures.count(unanswered)).append(" answered by nobody");
    }
    out.append(line).append('\n');
    out.flush();
  }
}
