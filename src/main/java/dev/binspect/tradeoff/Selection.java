package dev.binspect.tradeoff;

import dev.binspect.tradeoff.Wrapper.Candidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the most that rustc accepts in one dylib. The compiler's own words say what to leave out
 * where they can; where they do not, halves are tried.
 */
final class Selection {
  private static final int MOST_TRIALS = 24;
  private static final Pattern TWICE = Pattern.compile("`([^`]+)` only shows up once");

  private final Trial trial;
  private final List<Tradeoff.NotWrapped> left = new ArrayList<>();
  private int trials;

  /** Builds the program with these in the dylib. */
  interface Trial {
    /** {@return why it was refused, or null if it was built} */
    @Nullable String refusal(List<Candidate> wrapped) throws IOException, TradeoffException;
  }

  /**
   * @param wrapped what the last successful build held
   */
  record Result(List<Candidate> wrapped, List<Tradeoff.NotWrapped> left) {}

  private Selection(Trial trial) {
    this.trial = trial;
  }

  /**
   * @throws TradeoffException if nothing can be wrapped, with the reason
   */
  static Result largest(List<Candidate> all, Trial trial) throws IOException, TradeoffException {
    return new Selection(trial).find(all);
  }

  private Result find(List<Candidate> all) throws IOException, TradeoffException {
    List<Candidate> now = new ArrayList<>(all);
    @Nullable String refusal = attempt(now);
    String first = String.valueOf(refusal);
    while (refusal != null) {
      forbidden(refusal);
      List<Candidate> blamed = blamed(refusal, now);
      if (blamed.isEmpty() || blamed.size() == now.size()) {
        break;
      }
      now.removeAll(blamed);
      refusal = attempt(now);
      if (refusal == null) {
        now = readmit(now, blamed, first);
        return result(now, first);
      }
    }
    if (refusal == null) {
      return result(now, first);
    }
    List<Candidate> good = new ArrayList<>();
    List<Candidate> halved = new ArrayList<>(all);
    split(good, halved, refusal);
    // the last trial may have been one that failed: the built program must be the one reported
    refusal = attempt(good);
    if (refusal != null) {
      throw new TradeoffException("no dylib can be built: " + refusal);
    }
    return result(good, first);
  }

  private Result result(List<Candidate> wrapped, String refusal) throws TradeoffException {
    if (wrapped.isEmpty()) {
      throw new TradeoffException("none of the dependencies can stand in a dylib: " + refusal);
    }
    return new Result(wrapped, left);
  }

  /** Of those left out together some may be innocent. */
  private List<Candidate> readmit(List<Candidate> good, List<Candidate> blamed, String first)
      throws IOException, TradeoffException {
    List<Candidate> now = new ArrayList<>(good);
    boolean lastFailed = false;
    for (Candidate candidate : blamed) {
      @Nullable String refusal = first;
      if (blamed.size() > 1 && trials < MOST_TRIALS) {
        List<Candidate> more = new ArrayList<>(now);
        more.add(candidate);
        refusal = attempt(more);
        lastFailed = refusal != null;
        if (refusal == null) {
          now = more;
          continue;
        }
      }
      left.add(new Tradeoff.NotWrapped(candidate.of().name(), refusal));
    }
    if (lastFailed) {
      attempt(now);
    }
    return now;
  }

  private void split(List<Candidate> good, List<Candidate> rest, String refusal)
      throws IOException, TradeoffException {
    if (rest.size() == 1 || trials >= MOST_TRIALS) {
      for (Candidate candidate : rest) {
        left.add(new Tradeoff.NotWrapped(candidate.of().name(), refusal));
      }
      return;
    }
    int middle = rest.size() / 2;
    for (List<Candidate> half :
        List.of(
            List.copyOf(rest.subList(0, middle)), List.copyOf(rest.subList(middle, rest.size())))) {
      List<Candidate> more = new ArrayList<>(good);
      more.addAll(half);
      @Nullable String why = attempt(more);
      if (why == null) {
        good.addAll(half);
      } else {
        split(good, half, why);
      }
    }
  }

  private @Nullable String attempt(List<Candidate> wrapped) throws IOException, TradeoffException {
    trials++;
    return trial.refusal(wrapped);
  }

  /** No choice of dependencies helps against these. */
  private static void forbidden(String refusal) throws TradeoffException {
    if (refusal.contains("panic strategy") || refusal.contains("panic runtime")) {
      throw new TradeoffException(
          "the profile's panic = \"abort\" and a dylib exclude each other: libstd's dylib unwinds");
    }
    if (refusal.contains("cannot produce dylib")
        || refusal.contains("does not support these crate types")) {
      throw new TradeoffException(
          "the target links statically (crt-static, musl) and takes no dylib: " + refusal);
    }
  }

  private static List<Candidate> blamed(String refusal, List<Candidate> among) {
    List<Candidate> blamed = new ArrayList<>();
    Matcher twice = TWICE.matcher(refusal);
    String crate = twice.find() ? twice.group(1) : null;
    boolean linking = refusal.startsWith("linking failed");
    for (Candidate candidate : among) {
      if (crate != null && candidate.crates().contains(crate) || linking && candidate.links()) {
        blamed.add(candidate);
      }
    }
    return blamed;
  }
}
