package dev.binspect.report;

import dev.binspect.load.Counters;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.report.Sheet.Tone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The libraries as a tree of who asked first, with their numbers. */
final class TextTree {
  /** Deeper levels are drawn at this one: a chain of a thousand libraries stays readable. */
  private static final int DEEPEST = 12;

  private static final int NARROWEST_NAME = 18;

  private TextTree() {}

  /** A line of the tree: an object, or a library that was not found. */
  private record Row(
      String prefix,
      @Nullable LoadedObject object,
      LoadPlan.@Nullable Missing missing,
      String[] cells) {}

  static void write(LoadPlan load, Sheet sheet) {
    String count = Figures.counted(load.objects().size(), "object", "objects");
    sheet.title("Libraries");
    sheet.put("  ").put(Tone.STRONG, count);
    int used = "Libraries".length() + 2 + count.length();
    if (!load.missing().isEmpty()) {
      String missing = Figures.count(load.missing().size()) + " not found";
      sheet.put(", ").put(Tone.BAD, missing);
      used += 2 + missing.length();
    }
    String loader = " (" + load.loader().key() + ")";
    if (used + loader.length() > sheet.width()) {
      sheet.line().spaces(1);
    }
    sheet.put(loader).line();
    totals(load.counters(), sheet);
    List<Row> rows = rows(load, sheet);
    table(rows, sheet);
    searched(load, sheet);
  }

  private static void totals(Counters counters, Sheet sheet) {
    StringBuilder text = new StringBuilder();
    add(text, counters.relocations(), "relocation", "relocations");
    add(text, counters.lookups(), "look-up", "look-ups");
    add(text, counters.probes(), "probe", "probes");
    add(text, counters.deferred(), "deferred", "deferred");
    add(text, counters.pages(), "page written", "pages written");
    if (text.length() > 0) {
      sheet.spaces(2).sentence(Tone.PLAIN, 2, text.toString());
    }
  }

  private static void add(StringBuilder text, long n, String one, String many) {
    if (n >= 0) {
      text.append(text.isEmpty() ? "" : ", ").append(Figures.counted(n, one, many));
    }
  }

  private static List<Row> rows(LoadPlan load, Sheet sheet) {
    List<LoadedObject> objects = load.objects();
    Map<String, List<Object>> children = new HashMap<>();
    Map<String, Integer> position = new HashMap<>();
    for (int i = 0; i < objects.size(); i++) {
      position.putIfAbsent(objects.get(i).path(), i);
    }
    List<Object> roots = new ArrayList<>();
    for (int i = 0; i < objects.size(); i++) {
      LoadedObject object = objects.get(i);
      String parent = object.requiredBy();
      Integer at = parent == null ? null : position.get(parent);
      // Who asks is loaded before who is asked for (but for filtees), and is one step nearer to the
      // program: so there is no ring to fall into.
      if (parent == null || at == null || (at >= i && objects.get(at).depth() >= object.depth())) {
        roots.add(object);
      } else {
        under(children, parent, object);
      }
    }
    for (LoadPlan.Missing missing : load.missing()) {
      if (position.containsKey(missing.requiredBy())) {
        under(children, missing.requiredBy(), missing);
      } else {
        roots.add(missing);
      }
    }
    List<Row> rows = new ArrayList<>();
    List<Object> stack = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    for (int i = roots.size() - 1; i >= 0; i--) {
      stack.add(roots.get(i));
      prefixes.add("");
    }
    String branch = sheet.either("├─ ", "|- ");
    String corner = sheet.either("└─ ", "`- ");
    String trunk = sheet.either("│  ", "|  ");
    while (!stack.isEmpty()) {
      Object next = stack.removeLast();
      String prefix = prefixes.removeLast();
      if (next instanceof LoadPlan.Missing missing) {
        rows.add(new Row(prefix, null, missing, new String[] {"", "", "", "not found"}));
        continue;
      }
      LoadedObject object = (LoadedObject) next;
      rows.add(new Row(prefix, object, null, cells(object)));
      List<Object> below = children.remove(object.path());
      if (below == null) {
        continue;
      }
      String base = prefix;
      if (prefix.endsWith(branch)) {
        base = prefix.substring(0, prefix.length() - 3) + trunk;
      } else if (prefix.endsWith(corner)) {
        base = prefix.substring(0, prefix.length() - 3) + "   ";
      }
      if (base.length() > 3 * DEEPEST) {
        base = base.substring(0, 3 * DEEPEST);
      }
      for (int i = below.size() - 1; i >= 0; i--) {
        stack.add(below.get(i));
        prefixes.add(base + (i == below.size() - 1 ? corner : branch));
      }
    }
    return rows;
  }

  private static void under(Map<String, List<Object>> children, String parent, Object child) {
    List<Object> list = children.get(parent);
    if (list == null) {
      list = new ArrayList<>();
      children.put(parent, list);
    }
    list.add(child);
  }

  private static String[] cells(LoadedObject object) {
    long relocations =
        object.image() == null || object.image().relocations() == null
            ? -1
            : object.image().relocations().total();
    return new String[] {
      Figures.count(relocations),
      Figures.count(object.lookups()),
      Figures.count(object.pages()),
      object.foundBy().key()
    };
  }

  private static void table(List<Row> rows, Sheet sheet) {
    String[] heads = {"relocs", "look-ups", "pages", "found by"};
    int[] widths = new int[heads.length];
    int names = 4;
    for (int c = 0; c < heads.length; c++) {
      widths[c] = heads[c].length();
    }
    for (Row row : rows) {
      for (int c = 0; c < heads.length; c++) {
        widths[c] = Math.max(widths[c], row.cells[c].length());
      }
      names = Math.max(names, Columns.width(row.prefix) + Columns.width(sheet.name(name(row))));
    }
    int shown = heads.length;
    int room = sheet.width() - 2;
    for (int width : widths) {
      room -= width + 2;
    }
    // Who looks for a library looks for its name; relocations and look-ups always stand beside.
    while (shown > 2 && room < Math.min(names, NARROWEST_NAME)) {
      shown--;
      room += widths[shown] + 2;
    }
    int pathRoom = 0;
    if (names < room) {
      pathRoom = room - names - 2;
      room = names;
    }
    boolean paths = pathRoom >= 28;
    sheet.spaces(2 + room);
    for (int c = 0; c < shown; c++) {
      sheet.spaces(2);
      if (c < 3) {
        sheet.right(Tone.DIM, heads[c], widths[c]);
      } else {
        sheet.put(Tone.DIM, heads[c]);
        if (paths) {
          sheet.spaces(widths[c] - heads[c].length() + 2).put(Tone.DIM, "path");
        }
      }
    }
    sheet.line();
    for (Row row : rows) {
      row(row, room, widths, shown, paths ? pathRoom : 0, sheet);
    }
  }

  private static String name(Row row) {
    return row.object != null ? row.object.name() : row.missing != null ? row.missing.name() : "";
  }

  private static void row(Row row, int room, int[] widths, int shown, int pathRoom, Sheet sheet) {
    String prefix = row.prefix;
    int needs = Math.min(NARROWEST_NAME, Columns.width(sheet.name(name(row))));
    if (prefix.length() > Math.max(3, room - needs)) {
      // The corner stays, the lines that lead to it go.
      int levels = Math.max(1, (room - needs) / 3);
      prefix = prefix.substring(0, levels * 3 - 3) + prefix.substring(prefix.length() - 3);
    }
    sheet.spaces(2).put(Tone.DIM, prefix);
    String name = sheet.name(name(row), room - Columns.width(prefix));
    boolean found = row.object != null;
    sheet.left(found ? Tone.PLAIN : Tone.BAD, name, room - Columns.width(prefix));
    if (!found && shown <= 3) {
      sheet.spaces(2).put(Tone.BAD, row.cells[3]).line();
      return;
    }
    for (int c = 0; c < Math.min(3, shown); c++) {
      sheet.spaces(2).right(Tone.PLAIN, row.cells[c], widths[c]);
    }
    if (shown <= 3) {
      sheet.line();
      return;
    }
    sheet.spaces(2).put(found ? Tone.DIM : Tone.BAD, row.cells[3]);
    if (pathRoom > 0 && row.object != null && !row.object.path().equals(row.object.name())) {
      sheet.spaces(widths[3] - row.cells[3].length() + 2);
      sheet.put(Tone.DIM, sheet.name(row.object.path(), pathRoom));
    }
    sheet.line();
  }

  private static void searched(LoadPlan load, Sheet sheet) {
    for (LoadPlan.Missing missing : load.missing()) {
      String who = sheet.name(missing.name(), sheet.width() - 24);
      sheet.spaces(2).put(Tone.BAD, who).put(" was looked for in").line();
      if (missing.searched().isEmpty()) {
        sheet.spaces(4);
        sheet.sentence(Tone.DIM, 4, "no place: nothing told the loader where to look");
      }
      for (String place : missing.searched()) {
        sheet.spaces(4).put(Tone.DIM, sheet.name(place, sheet.width() - 4)).line();
      }
    }
  }
}
