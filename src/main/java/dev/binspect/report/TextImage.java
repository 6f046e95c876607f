package dev.binspect.report;

import dev.binspect.image.Format;
import dev.binspect.image.Hardening;
import dev.binspect.image.Image;
import dev.binspect.image.Imports;
import dev.binspect.image.Kind;
import dev.binspect.image.Linking;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Relocations;
import dev.binspect.report.Sheet.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one architecture's binary is, and its dynamic relocations. */
final class TextImage {
  private static final int COLUMN = 15;
  private static final int GAP = 3;
  private static final String TITLE = "Dynamic relocations";

  private TextImage() {}

  static void write(Report report, Image image, boolean oneOfMany, Sheet sheet) {
    sheet.title(oneOfMany ? "File: " + sheet.name(image.machine()) : "File").line();
    sheet.spaces(2).sentence(Tone.PLAIN, 2, what(image) + ", " + size(report.size()));
    if (image.interpreter() != null) {
      one("interpreter", image.interpreter(), sheet);
    }
    if (image.name() != null) {
      one(nameOf(image.format()), image.name(), sheet);
    }
    if (image.buildId() != null) {
      one(idOf(image.format()), image.buildId(), sheet);
    }
    if (image.tables() instanceof MachoTables macho) {
      one("platform", platform(macho), sheet);
    }
    list("built by", image.producers(), sheet);
    list("rpath", image.searchPaths().rpath(), sheet);
    list("runpath", image.searchPaths().runpath(), sheet);
    sheet.entry("hardening", COLUMN, Tone.PLAIN, hardening(image));
    Imports imports = image.imports();
    if ((imports != null && imports.count() > 0) || image.exports() != 0) {
      sheet.entry(
          "symbols",
          COLUMN,
          Tone.PLAIN,
          Figures.count(imports == null ? -1 : imports.count())
              + " imported, "
              + Figures.count(image.exports())
              + " exported"
              + weak(image));
    }
    relocations(image, sheet);
  }

  /** {@return "macos 11.0, SDK 14.2", or what of it is known; null for nothing} */
  static @Nullable String platform(MachoTables tables) {
    String platform = tables.platform();
    if (platform == null) {
      return null;
    }
    String version = tables.minimumVersion();
    return platform
        + (version == null ? "" : " " + version)
        + (tables.sdk() == 0 ? "" : ", SDK " + JsonMacho.sdk(tables.sdk()));
  }

  /** {@return what dyld compares by name at each start, where there are any} */
  static String weak(Image image) {
    return image.tables() instanceof MachoTables macho && macho.weakDefinitions() > 0
        ? " (" + Figures.count(macho.weakDefinitions()) + " weak)"
        : "";
  }

  private static void list(String label, List<String> values, Sheet sheet) {
    for (int i = 0; i < values.size(); i++) {
      one(i == 0 ? label : "", values.get(i), sheet);
    }
  }

  /** One value on one line, shortened where it must be; whole in full detail. */
  private static void one(String label, @Nullable String value, Sheet sheet) {
    if (value == null) {
      return;
    }
    boolean whole = sheet.view().detail() == View.Detail.FULL;
    sheet.spaces(2).left(Tone.DIM, label, COLUMN - 2);
    sheet.put(whole ? sheet.name(value) : sheet.name(value, sheet.width() - COLUMN)).line();
  }

  private static String what(Image image) {
    StringBuilder text = new StringBuilder();
    String kind = Headline.kind(image);
    int space = kind.indexOf(' ');
    text.append(kind, 0, space).append(' ').append(image.bits()).append("-bit ");
    text.append(image.littleEndian() ? "" : "big-endian ");
    text.append(image.machine()).append(kind, space, kind.length());
    if (image.kind() == Kind.EXECUTABLE) {
      text.append(", ").append(image.linking().key());
      if (image.pie() && image.linking() != Linking.STATIC_PIE) {
        text.append(", position-independent");
      }
    }
    return text.toString();
  }

  private static String size(long bytes) {
    return bytes < 1024
        ? Figures.counted(bytes, "byte", "bytes")
        : Figures.bytes(bytes) + " (" + Figures.count(bytes) + " bytes)";
  }

  private static String nameOf(Format format) {
    return switch (format) {
      case ELF -> "soname";
      case MACHO -> "install name";
      case PE -> "export name";
    };
  }

  private static String idOf(Format format) {
    return switch (format) {
      case ELF -> "build id";
      case MACHO -> "uuid";
      case PE -> "pdb id";
    };
  }

  static String hardening(Image image) {
    Hardening hardening = image.hardening();
    StringBuilder text = new StringBuilder();
    if (image.format() == Format.ELF) {
      text.append(
          switch (hardening.relro()) {
            case FULL -> "full RELRO, ";
            case PARTIAL -> "partial RELRO, ";
            case NONE -> "no RELRO, ";
          });
    }
    boolean binds = image.linking() == Linking.DYNAMIC;
    text.append(!binds ? "binds nothing" : hardening.bindNow() ? "binds at start" : "binds lazily");
    text.append(hardening.textRelocations() ? ", writes to code (text relocations)" : "");
    for (Map.Entry<String, Boolean> e : hardening.more().entrySet()) {
      if (e.getValue()) {
        text.append(", ").append(e.getKey());
      }
    }
    return text.toString();
  }

  private static void relocations(Image image, Sheet sheet) {
    sheet.title(TITLE);
    Relocations relocations = image.relocations();
    if (relocations == null) {
      sheet.put("  ").sentence(Tone.PLAIN, TITLE.length() + 2, "unknown, see the notes");
      return;
    }
    if (relocations.total() == 0) {
      sheet.put("  none").line();
      return;
    }
    String total = Figures.count(relocations.total());
    sheet.put("  ").put(Tone.STRONG, total);
    if (relocations.pages() >= 0) {
      String pages = "written to " + Figures.counted(relocations.pages(), "page", "pages");
      sheet.put(",");
      if (TITLE.length() + 2 + total.length() + 2 + pages.length() > sheet.width()) {
        sheet.line().spaces(1);
      }
      sheet.put(" " + pages);
    }
    sheet.line();
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block("by kind", relocations.byKind(), sheet));
    blocks.add(new Block("by place", relocations.byPlace(), sheet));
    blocks.add(new Block("by target", relocations.byTarget(), sheet));
    blocks.add(new Block("by table", relocations.byTable(), sheet));
    blocks.add(new Block("by type", relocations.byType(), sheet));
    if (image.tables() instanceof MachoTables macho && macho.fixups() != null) {
      boolean full = sheet.view().detail() == View.Detail.FULL;
      blocks.add(
          full
              ? new Block("by section", macho.fixups().bySection(), sheet)
              : new Block("by segment", macho.fixups().bySegment(), sheet));
    }
    int from = 0;
    while (from < blocks.size()) {
      int to = from;
      int used = 2;
      while (to < blocks.size() && (to == from || used + blocks.get(to).width <= sheet.width())) {
        used += blocks.get(to).width + GAP;
        to++;
      }
      if (from > 0) {
        sheet.line();
      }
      row(blocks, from, to, sheet);
      from = to;
    }
  }

  /** Some tallies side by side. */
  private static void row(List<Block> blocks, int from, int to, Sheet sheet) {
    int height = 0;
    for (int i = from; i < to; i++) {
      height = Math.max(height, blocks.get(i).names.size());
    }
    for (int line = -1; line < height; line++) {
      int pending = 2;
      for (int i = from; i < to; i++) {
        Block block = blocks.get(i);
        if (line >= block.names.size()) {
          pending += block.width + GAP;
          continue;
        }
        sheet.spaces(pending);
        pending = GAP;
        if (line < 0) {
          sheet.put(Tone.DIM, block.title);
          pending += block.width - block.title.length();
        } else {
          sheet.left(Tone.PLAIN, block.names.get(line), block.nameWidth + 2);
          sheet.right(Tone.PLAIN, block.counts.get(line), block.countWidth);
          pending += block.width - block.nameWidth - 2 - block.countWidth;
        }
      }
      sheet.line();
    }
  }

  /** One tally, as wide as it needs to be. */
  private static final class Block {
    /** 1,234,567 */
    private static final int LONGEST_COUNT = 9;

    final String title;
    final List<String> names = new ArrayList<>();
    final List<String> counts = new ArrayList<>();
    int nameWidth;
    int countWidth;
    final int width;

    Block(String title, Map<String, Long> tally, Sheet sheet) {
      this.title = title;
      for (Map.Entry<String, Long> e : tally.entrySet()) {
        String name = sheet.name(e.getKey(), Math.min(40, sheet.width() - 2 - 2 - LONGEST_COUNT));
        String count = Figures.count(e.getValue());
        names.add(name);
        counts.add(count);
        nameWidth = Math.max(nameWidth, Columns.width(name));
        countWidth = Math.max(countWidth, count.length());
      }
      width = Math.max(title.length(), nameWidth + 2 + countWidth);
    }
  }
}
