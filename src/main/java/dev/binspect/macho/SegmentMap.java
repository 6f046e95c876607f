package dev.binspect.macho;

import static dev.binspect.macho.MachoConstants.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands at an address: which segment, and how a fixup there counts. Ranges are kept in
 * columns, sorted by address; fixups come in runs, so the last range is asked first.
 */
final class SegmentMap {
  /** Places, in the order of the report's byPlace. */
  static final int GOT = 0;

  static final int DATA = 1;
  static final int RELRO = 2;
  static final int TEXT = 3;
  static final int OTHER = 4;
  static final int PLACES = 5;

  /** Kinds of a bind, by the section it writes to. */
  static final int SYMBOLIC = 0;

  static final int POINTER_TABLE = 1;
  static final int LAZY_POINTER = 2;
  static final int THREAD_LOCAL = 3;

  private final long[] from;
  private final long[] to;
  private final byte[] place;
  private final byte[] kind;
  private final String[] segmentName;
  private final @Nullable String[] sectionName;
  private int last;

  private int current = -1;
  private long until;

  /**
   * @param section null between sections
   */
  private record Span(
      long from, long to, int place, int kind, String segment, @Nullable String section) {}

  /** By address; of two at one address the longer comes first, and the later one is found. */
  private static final class BySpan implements Comparator<Span> {
    @Override
    public int compare(Span a, Span b) {
      int from = Long.compare(a.from, b.from);
      return from != 0 ? from : Long.compare(b.to, a.to);
    }
  }

  private static final class ByAddress implements Comparator<MachoSection> {
    @Override
    public int compare(MachoSection a, MachoSection b) {
      return Long.compare(a.address(), b.address());
    }
  }

  SegmentMap(List<Segment> segments) {
    List<Span> spans = new ArrayList<>();
    for (Segment segment : segments) {
      spans(segment, spans);
    }
    spans.sort(new BySpan());
    int n = spans.size();
    from = new long[n];
    to = new long[n];
    place = new byte[n];
    kind = new byte[n];
    segmentName = new String[n];
    sectionName = new @Nullable String[n];
    for (int i = 0; i < n; i++) {
      Span span = spans.get(i);
      from[i] = span.from;
      to[i] = span.to;
      place[i] = (byte) span.place;
      kind[i] = (byte) span.kind;
      segmentName[i] = span.segment;
      sectionName[i] = span.section;
    }
  }

  /** Sections, and the gaps between them as parts of the segment: spans that do not overlap. */
  private static void spans(Segment segment, List<Span> out) {
    int own = place(segment);
    long end = segment.address() + segment.memorySize();
    long at = segment.address();
    MachoSection[] sections = segment.sections().toArray(new MachoSection[0]);
    Arrays.sort(sections, new ByAddress());
    for (MachoSection section : sections) {
      long low = Math.max(at, section.address());
      long high = Math.min(end, section.address() + section.size());
      if (high <= low) {
        continue;
      }
      if (low > at) {
        out.add(new Span(at, low, own, SYMBOLIC, segment.name(), null));
      }
      int kind = kind(section);
      boolean got = kind == POINTER_TABLE || kind == LAZY_POINTER;
      out.add(new Span(low, high, got ? GOT : own, kind, segment.name(), section.name()));
      at = high;
    }
    if (at < end) {
      out.add(new Span(at, end, own, SYMBOLIC, segment.name(), null));
    }
  }

  private static int place(Segment segment) {
    if (segment.readOnlyAfterFixups()) {
      return RELRO;
    }
    return segment.writable() ? DATA : TEXT;
  }

  private static int kind(MachoSection section) {
    return switch (section.type()) {
      case S_NON_LAZY_SYMBOL_POINTERS -> POINTER_TABLE;
      case S_LAZY_SYMBOL_POINTERS, S_LAZY_DYLIB_SYMBOL_POINTERS -> LAZY_POINTER;
      case S_THREAD_LOCAL_VARIABLES, S_THREAD_LOCAL_VARIABLE_POINTERS -> THREAD_LOCAL;
      default ->
          section.name().equals("__got") || section.name().equals("__auth_got")
              ? POINTER_TABLE
              : SYMBOLIC;
    };
  }

  /** Turns to an address; {@link #place} and {@link #kind} then speak of it. */
  void seek(long address) {
    if (current >= 0 && address >= from[last] && address < to[last]) {
      return;
    }
    int low = 0;
    int high = from.length - 1;
    current = -1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (from[middle] <= address) {
        current = middle;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    if (current >= 0 && address >= to[current]) {
      current = -1;
    }
    until = low < from.length ? from[low] : Long.MAX_VALUE;
    if (current >= 0) {
      until = Math.min(until, to[current]);
      last = current;
    }
  }

  /** {@return the first address that does not lie where the one turned to does} */
  long until() {
    return until;
  }

  /** {@return how many spans there are} */
  int count() {
    return from.length;
  }

  /** {@return the span turned to, or -1 where there is none} */
  int span() {
    return current;
  }

  String segment(int span) {
    return segmentName[span];
  }

  /** {@return "__DATA,__got", or the segment alone where no section is} */
  String section(int span) {
    String section = sectionName[span];
    return section == null ? segmentName[span] : segmentName[span] + "," + section;
  }

  int place() {
    return current < 0 ? OTHER : place[current];
  }

  int kind() {
    return current < 0 ? SYMBOLIC : kind[current];
  }
}
