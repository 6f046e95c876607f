package dev.binspect.report;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Format;
import dev.binspect.image.Image;
import dev.binspect.image.Section;
import dev.binspect.image.WrittenPages;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of an image as they lie in memory, with the pages of each that the loader writes to.
 * ELF: the loadable segments, that of PT_GNU_RELRO apart; Mach-O: the segments; PE: the sections.
 * What is zero-filled counts as far as the loader writes to it.
 */
final class MappedParts {
  private static final int PT_LOAD = 1;
  private static final int PT_GNU_RELRO = 0x6474e552;
  private static final int PF_X = 1;
  private static final int PF_W = 2;

  /** More parts than this cannot be told apart; no sound file has them. */
  private static final int MOST = 64;

  /** What a part is, in the order of the legend. */
  enum Use {
    READ_ONLY("read-only"),
    CODE("code"),
    RELRO("read-only once relocated"),
    DATA("data");

    final String said;

    Use(String said) {
      this.said = said;
    }
  }

  /** A part, in page numbers. */
  static final class Part {
    final String name;
    final Use use;
    final long from;
    long to;

    /** How many pages of the parts before this one has. */
    long before;

    long written;

    private Part(String name, Use use, long from, long to) {
      this.name = name;
      this.use = use;
      this.from = from;
      this.to = to;
    }

    long pages() {
      return to - from;
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final long pageSize;
  private final long fileSize;

  /** Pages written, in the order of addresses. */
  private final long[] written;

  private long pages;
  private long elsewhere;

  private MappedParts(WrittenPages pages, long fileSize) {
    this.pageSize = pages.pageSize();
    this.written = pages.ascending();
    this.fileSize = fileSize;
  }

  /**
   * {@return the parts}
   *
   * @param fileSize bytes: no part is believed to be longer
   */
  static MappedParts of(Image image, WrittenPages pages, long fileSize) {
    MappedParts map = new MappedParts(pages, fileSize);
    if (image.tables() instanceof ElfTables elf) {
      map.segments(elf.segments());
    } else {
      map.sections(image);
    }
    map.count();
    return map;
  }

  List<Part> parts() {
    return parts;
  }

  /** {@return pages of all parts} */
  long pages() {
    return pages;
  }

  /** {@return pages written that lie in no part} */
  long elsewhere() {
    return elsewhere;
  }

  long pageSize() {
    return pageSize;
  }

  private void segments(List<ElfTables.Segment> segments) {
    long relroFrom = 0;
    long relroTo = 0;
    for (ElfTables.Segment segment : segments) {
      if (segment.type() == PT_GNU_RELRO) {
        relroFrom = segment.address();
        // The loader protects whole pages: the last one stays writable unless it is full.
        relroTo = (segment.address() + segment.memorySize()) / pageSize * pageSize;
      }
    }
    for (ElfTables.Segment segment : segments) {
      if (segment.type() != PT_LOAD) {
        continue;
      }
      long from = segment.address();
      long end = from + bounded(segment.fileSize());
      boolean zeros = segment.memorySize() > segment.fileSize();
      if ((segment.flags() & PF_W) == 0) {
        boolean code = (segment.flags() & PF_X) != 0;
        add(code ? "code" : "read-only", code ? Use.CODE : Use.READ_ONLY, from, end, zeros);
      } else if (relroFrom >= from && relroFrom < end && relroTo > relroFrom) {
        long first = relroFrom / pageSize * pageSize;
        add("data before relro", Use.DATA, from, Math.max(from, first), false);
        add("relro", Use.RELRO, relroFrom, Math.min(relroTo, end), false);
        add("data", Use.DATA, relroTo, Math.max(relroTo, end), zeros);
      } else {
        add("data", Use.DATA, from, end, zeros);
      }
    }
  }

  private void sections(Image image) {
    List<Section> sections;
    try {
      sections = image.contents().sections();
    } catch (MalformedException e) {
      return; // a note tells of it; there is nothing to draw
    }
    for (int i = 0; i < sections.size(); i++) {
      Section first = sections.get(i);
      if (!first.loaded()) {
        continue;
      }
      String name = part(image, first);
      long end = first.address() + bounded(first.fileSize());
      boolean zeros = first.size() > first.fileSize();
      while (i + 1 < sections.size()
          && image.format() == Format.MACHO
          && sections.get(i + 1).loaded()
          && part(image, sections.get(i + 1)).equals(name)) {
        Section next = sections.get(++i);
        end = Math.max(end, next.address() + bounded(next.fileSize()));
        zeros |= next.size() > next.fileSize();
      }
      Use use =
          name.startsWith("__DATA_CONST") || name.startsWith("__AUTH_CONST")
              ? Use.RELRO
              : first.executable() ? Use.CODE : first.writable() ? Use.DATA : Use.READ_ONLY;
      add(name, use, first.address(), end, zeros);
    }
  }

  private static String part(Image image, Section section) {
    int comma = image.format() == Format.MACHO ? section.name().indexOf(',') : -1;
    return comma < 0 ? section.name() : section.name().substring(0, comma);
  }

  private long bounded(long size) {
    return Math.max(0, Math.min(size, fileSize));
  }

  /** Adds what is not a part of the one before; {@code zeros} follow it in memory. */
  private void add(String name, Use use, long address, long end, boolean zeros) {
    long from = address / pageSize;
    long to = end > address ? (end - 1) / pageSize + 1 : from;
    if (address < 0 || end < address || parts.size() >= MOST) {
      return;
    }
    if (!parts.isEmpty()) {
      from = Math.max(from, parts.getLast().to);
    }
    if (to > from || zeros) {
      Part part = new Part(name, use, from, Math.max(from, to));
      parts.add(part);
    }
  }

  private void count() {
    int at = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      long limit = i + 1 < parts.size() ? parts.get(i + 1).from : Long.MAX_VALUE;
      while (at < written.length && written[at] < part.from) {
        elsewhere++;
        at++;
      }
      while (at < written.length && written[at] < limit) {
        long page = written[at];
        if (page >= part.to) {
          if (part.use != Use.DATA || page - part.to > (1 << 20)) {
            break;
          }
          part.to = page + 1;
        }
        part.written++;
        at++;
      }
      part.before = pages;
      pages += part.pages();
    }
    elsewhere += written.length - at;
    parts.removeIf(part -> part.pages() == 0);
  }

  /**
   * {@return how many pages are written in each of so many cells of about the same number of pages}
   */
  long[] cells(int count) {
    long[] cells = new long[count];
    int at = 0;
    for (Part part : parts) {
      while (at < written.length && written[at] < part.from) {
        at++;
      }
      for (; at < written.length && written[at] < part.to; at++) {
        cells[cell(part.before + written[at] - part.from, count)]++;
      }
    }
    return cells;
  }

  /** {@return the cell that the n-th page of all falls into} */
  private int cell(long n, int count) {
    return (int) Math.min(count - 1, n * count / Math.max(1, pages));
  }
}
