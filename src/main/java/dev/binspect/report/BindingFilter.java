package dev.binspect.report;

import dev.binspect.load.Binding;
import dev.binspect.load.Glob;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Passes on the look-ups that fit.
 *
 * @param from patterns for the asking object's path or file name; empty for all
 * @param to patterns for the answering object's; an empty list takes those nobody answers too
 * @param symbol patterns for the symbol, as in the file or as shown
 * @param undefined only what nobody answers
 * @param names how symbols are shown
 */
public record BindingFilter(
    List<String> from,
    List<String> to,
    List<String> symbol,
    boolean undefined,
    UnaryOperator<String> names) {

  /** {@return a sink that hands what fits to another} */
  public Binding.Sink before(Binding.Sink next) {
    if (from.isEmpty() && to.isEmpty() && symbol.isEmpty() && !undefined) {
      return next;
    }
    Map<String, Boolean> asking = new HashMap<>();
    Map<String, Boolean> answering = new HashMap<>();
    return binding -> {
      String answer = binding.to();
      if ((undefined && answer != null)
          || !object(from, binding.from(), asking)
          || (!to.isEmpty() && (answer == null || !object(to, answer, answering)))
          || !symbol(binding.symbol())) {
        return;
      }
      next.accept(binding);
    };
  }

  private static boolean object(List<String> patterns, String path, Map<String, Boolean> known) {
    if (patterns.isEmpty()) {
      return true;
    }
    Boolean fits = known.get(path);
    if (fits == null) {
      fits = any(patterns, path) || any(patterns, path.substring(path.lastIndexOf('/') + 1));
      known.put(path, fits);
    }
    return fits;
  }

  private boolean symbol(String name) {
    if (symbol.isEmpty() || any(symbol, name)) {
      return true;
    }
    String shown = names.apply(name);
    return !shown.equals(name) && any(symbol, shown);
  }

  private static boolean any(List<String> patterns, String text) {
    for (String pattern : patterns) {
      if (Glob.matches(pattern, text)) {
        return true;
      }
    }
    return false;
  }
}
