package dev.binspect.start;

import dev.binspect.start.Run.Milestone;
import dev.binspect.start.Run.Step;
import dev.binspect.start.Run.StepKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who relocates between two stops of one run: the object that was made read-only at the second, and
 * those before it in the loader's order that make nothing read-only.
 *
 * <p>Text that is relocated ({@code -z notext}) is made writable before: the first of an object's
 * several stops is the beginning of its relocation, and only others can have relocated until then.
 */
final class RelocatedTogether {
  private final RelocationOrder order;
  private final Run run;
  private final Map<String, Integer> stops = new HashMap<>();
  private final Set<String> begun = new HashSet<>();
  private final Set<String> modelled = new HashSet<>();
  private int next;

  private RelocatedTogether(Run run, RelocationOrder order) {
    this.run = run;
    this.order = order;
  }

  static RelocatedTogether of(Run run, RelocationOrder order) {
    RelocatedTogether together = new RelocatedTogether(run, order);
    for (Step step : run.steps()) {
      if (ends(run, step)) {
        together.stops.put(step.object(), together.stops.getOrDefault(step.object(), 0) + 1);
      }
    }
    return together;
  }

  /** {@return whether the step is the end of a relocation: while it maps, mprotect closes holes} */
  static boolean ends(Run run, Step step) {
    long mapped = run.cpu()[Milestone.MAPPED.at()];
    long consistent = run.cpu()[Milestone.CONSISTENT.at()];
    return step.kind() == StepKind.PROTECT
        && mapped != Run.UNSEEN
        && step.cpu() >= mapped
        && (consistent == Run.UNSEEN || step.cpu() <= consistent);
  }

  /**
   * {@return shares of the time since the stop before, by path; they sum to 1}
   *
   * @param object which this stop is about; to be asked in order
   */
  Map<String, Double> until(String object) {
    int turn = order.turn(object);
    List<String> who = silent(turn);
    boolean begins = begun.add(object) && stops.getOrDefault(object, 0) > 1;
    if (!begins || who.isEmpty()) {
      who.add(object);
    }
    next = Math.max(next, turn + 1);
    return shares(who, object);
  }

  /** {@return shares of the time after the last stop; empty where nobody is left} */
  Map<String, Double> last() {
    return shares(silent(order.size()), "");
  }

  /** {@return whose part the model told, of what was asked for} */
  Set<String> modelled() {
    return modelled;
  }

  /** {@return those before a turn that no stop tells of} */
  private List<String> silent(int before) {
    List<String> silent = new ArrayList<>();
    for (int turn = next; turn < Math.min(before, order.size()); turn++) {
      String path = order.at(turn);
      if (!stops.containsKey(path) && run.objects().contains(path)) {
        silent.add(path);
      }
    }
    return silent;
  }

  private Map<String, Double> shares(List<String> who, String object) {
    double sum = 0;
    for (String path : who) {
      sum += order.work(path);
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    for (String path : who) {
      if (sum > 0) {
        shares.put(path, order.work(path) / sum);
      } else if (path.equals(object)) {
        shares.put(path, 1.0);
      }
    }
    if (shares.size() > 1) {
      modelled.addAll(shares.keySet());
    }
    return shares;
  }
}
