package dev.binspect.check;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of paths, with the syntax of {@link java.nio.file.FileSystem#getPathMatcher}: {@code *}
 * and {@code ?} stay within a name, {@code **} does not, {@code [a-z]}, {@code [!a-z]}, {@code
 * {one,other}} and {@code \} before what is meant literally.
 *
 * <p>All ways through the pattern are followed at once: a policy may come from a stranger, and the
 * library's matcher tries one way after the other, which never ends for a dozen stars.
 */
final class PathGlob {
  /** No path is longer. */
  private static final int LONGEST = 4096;

  /** What one step of the pattern does. */
  private enum Kind {
    /** Takes one character that is in a set. */
    TAKE,
    /** Goes on here and at the target. */
    SPLIT,
    /** Goes on at the target. */
    JUMP
  }

  /**
   * @param set ranges of code points, in pairs; for TAKE
   * @param negated whether the set is of what is not taken
   */
  private record Step(Kind kind, int[] set, boolean negated, int target) {
    boolean takes(int c) {
      for (int i = 0; i < set.length; i += 2) {
        if (set[i] <= c && c <= set[i + 1]) {
          return !negated;
        }
      }
      return negated;
    }
  }

  private static final int[] SLASH = {'/', '/'};

  private final List<Step> steps = new ArrayList<>();
  private final int[] pattern;
  private int at;

  private PathGlob(String pattern) {
    this.pattern = codePoints(pattern);
  }

  /**
   * @throws IllegalArgumentException if it is none, with what is wrong
   */
  static PathGlob of(String pattern) {
    if (pattern.length() > LONGEST) {
      throw new IllegalArgumentException("longer than any path");
    }
    PathGlob glob = new PathGlob(pattern);
    glob.sequence(false);
    return glob;
  }

  private void sequence(boolean inGroup) {
    while (at < pattern.length) {
      int c = pattern[at];
      if (inGroup && (c == ',' || c == '}')) {
        return;
      }
      at++;
      switch (c) {
        case '*' -> star();
        case '?' -> take(SLASH, true);
        case '[' -> set();
        case '{' -> {
          if (inGroup) {
            throw new IllegalArgumentException("a group within a group");
          }
          group();
        }
        case '\\' -> {
          if (at == pattern.length) {
            throw new IllegalArgumentException("nothing behind the last backslash");
          }
          int literal = pattern[at++];
          take(new int[] {literal, literal}, false);
        }
        default -> take(new int[] {c, c}, false);
      }
    }
  }

  private void star() {
    boolean across = at < pattern.length && pattern[at] == '*';
    at += across ? 1 : 0;
    int loop = steps.size();
    go(Kind.SPLIT, loop + 3);
    take(across ? new int[0] : SLASH, true);
    go(Kind.JUMP, loop);
  }

  private void set() {
    boolean negated = at < pattern.length && pattern[at] == '!';
    at += negated ? 1 : 0;
    List<Integer> set = new ArrayList<>();
    boolean first = true;
    while (at < pattern.length && (first || pattern[at] != ']')) {
      int from = pattern[at++];
      int to = from;
      if (!first || from != '-') {
        if (at + 1 < pattern.length && pattern[at] == '-' && pattern[at + 1] != ']') {
          to = pattern[at + 1];
          at += 2;
        }
      }
      if (from == '/' || to == '/') {
        throw new IllegalArgumentException("a slash within a set");
      }
      if (to < from) {
        throw new IllegalArgumentException("a range that ends before it begins");
      }
      set.add(from);
      set.add(to);
      first = false;
    }
    if (at == pattern.length) {
      throw new IllegalArgumentException("a set without its end");
    }
    at++;
    if (negated) {
      set.add((int) '/');
      set.add((int) '/');
    }
    int[] ranges = new int[set.size()];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = set.get(i);
    }
    take(ranges, negated);
  }

  private void group() {
    List<Integer> ends = new ArrayList<>();
    boolean more = true;
    while (more) {
      int split = steps.size();
      go(Kind.SPLIT, 0);
      sequence(true);
      if (at == pattern.length) {
        throw new IllegalArgumentException("a group without its end");
      }
      more = pattern[at++] == ',';
      if (more) {
        ends.add(steps.size());
        go(Kind.JUMP, 0);
        steps.set(split, new Step(Kind.SPLIT, SLASH, false, steps.size()));
      } else {
        // The last alternative is the only way left.
        steps.set(split, new Step(Kind.JUMP, SLASH, false, split + 1));
      }
    }
    for (int end : ends) {
      steps.set(end, new Step(Kind.JUMP, SLASH, false, steps.size()));
    }
  }

  private void take(int[] set, boolean negated) {
    steps.add(new Step(Kind.TAKE, set, negated, 0));
  }

  private void go(Kind kind, int target) {
    steps.add(new Step(kind, SLASH, false, target));
  }

  /** {@return whether the whole path fits} */
  boolean matches(String path) {
    boolean[] now = new boolean[steps.size() + 1];
    reach(now, 0);
    for (int c : codePoints(path)) {
      boolean[] next = new boolean[now.length];
      for (int i = 0; i < steps.size(); i++) {
        if (now[i] && steps.get(i).kind == Kind.TAKE && steps.get(i).takes(c)) {
          reach(next, i + 1);
        }
      }
      now = next;
    }
    return now[steps.size()];
  }

  /** Marks a step, and those that are reached from it without taking a character. */
  private void reach(boolean[] marked, int from) {
    int[] waiting = new int[marked.length + 1];
    int n = 0;
    waiting[n++] = from;
    while (n > 0) {
      int step = waiting[--n];
      if (marked[step]) {
        continue;
      }
      marked[step] = true;
      if (step < steps.size() && steps.get(step).kind != Kind.TAKE) {
        if (steps.get(step).kind == Kind.SPLIT && !marked[step + 1]) {
          waiting[n++] = step + 1;
        }
        if (!marked[steps.get(step).target]) {
          waiting[n++] = steps.get(step).target;
        }
      }
    }
  }

  private static int[] codePoints(String text) {
    int[] points = new int[text.codePointCount(0, text.length())];
    for (int i = 0, n = 0; n < points.length; n++) {
      points[n] = text.codePointAt(i);
      i += Character.charCount(points[n]);
    }
    return points;
  }
}
