package dev.binspect.report;

import dev.binspect.check.ClearName;
import dev.binspect.image.Needed;
import dev.binspect.load.LoadPlan;
import dev.binspect.load.LoadedObject;
import dev.binspect.report.Sheet.Tone;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The libraries as {@code binspect tree} shows them: who needs whom, where found, at what cost. */
public final class TreeText {
  private static final int DEEPEST = 24;
  private static final String[] HEADS = {"relocs", "look-ups", "probes", "pages", "found by"};

  /** Columns as a narrow terminal loses them; how a library was found stays. */
  private static final int[] FIRST_TO_GO = {2, 3, 1, 0};

  private static final int NARROWEST_NAME = 20;

  private final LoadPlan load;
  private final boolean all;
  private final boolean paths;
  private final Sheet sheet;
  private final Map<String, LoadedObject> byName = new HashMap<>();
  private final Map<String, LoadPlan.Missing> missing = new HashMap<>();
  private final Map<String, List<LoadedObject>> byRequirer = new HashMap<>();
  private final List<Row> rows = new ArrayList<>();

  private record Row(String prefix, String label, Tone tone, String[] cells) {}

  /** A node on the way: what is still to be drawn below some object. */
  private record Branch(String prefix, List<String> names, int next) {}

  private TreeText(LoadPlan load, boolean all, boolean paths, View view) {
    this.load = load;
    this.all = all;
    this.paths = paths;
    this.sheet = new Sheet(view);
  }

  /**
   * Writes the tree.
   *
   * @param all also each further object that needs a library shown before
   * @param paths paths instead of the names asked for
   */
  public static void write(LoadPlan load, boolean all, boolean paths, View view, Writer out)
      throws IOException {
    TreeText tree = new TreeText(load, all, paths, view);
    tree.draw();
    out.write(tree.sheet.toString());
    out.flush();
  }

  private void draw() {
    for (LoadedObject object : load.objects()) {
      byName.putIfAbsent(object.name(), object);
      if (object.image() != null && object.image().name() != null) {
        byName.putIfAbsent(object.image().name(), object);
      }
      byName.putIfAbsent(object.path(), object);
      if (object.requiredBy() != null) {
        List<LoadedObject> required = byRequirer.get(object.requiredBy());
        if (required == null) {
          required = new ArrayList<>();
          byRequirer.put(object.requiredBy(), required);
        }
        required.add(object);
      }
    }
    for (LoadPlan.Missing one : load.missing()) {
      missing.putIfAbsent(one.name(), one);
    }
    Set<String> drawn = new HashSet<>();
    for (LoadedObject object : load.objects()) {
      if (object.requiredBy() == null
          && (object.depth() == 0 || !drawn.contains(object.path()))
          && drawn.add(object.path())) {
        rows.add(row("", object));
        below(object, drawn);
      }
    }
    table();
    for (LoadPlan.Missing one : load.missing()) {
      sheet.put(Tone.BAD, sheet.name(one.name())).put(" was looked for in").line();
      for (String place : one.searched()) {
        sheet.spaces(2).put(Tone.DIM, sheet.name(place)).line();
      }
    }
    for (LoadPlan.Delayed one : load.delayed()) {
      String from = one.requiredBy();
      from = from.substring(Math.max(from.lastIndexOf('/'), from.lastIndexOf('\\')) + 1);
      sheet.put(Tone.DIM, "at the first call of a delayed function: ");
      sheet.put(one.path() == null ? Tone.BAD : Tone.PLAIN, sheet.name(one.name()));
      sheet.put(Tone.DIM, " (" + sheet.name(from) + (one.path() == null ? ", not found)" : ")"));
      sheet.line();
    }
    for (LoadPlan.Undefined one : load.knownUndefined()) {
      sheet.put(Tone.BAD, "undefined: ").put(sheet.name(ClearName.of(one.symbol())));
      if (!one.version().isEmpty()) {
        sheet.put("@").put(sheet.name(one.version()));
      }
      sheet.put(" (" + sheet.name(one.requiredBy()) + ")").line();
    }
  }

  private void below(LoadedObject start, Set<String> drawn) {
    String branch = sheet.either("├─ ", "|- ");
    String corner = sheet.either("└─ ", "`- ");
    String trunk = sheet.either("│  ", "|  ");
    List<Branch> open = new ArrayList<>();
    open.add(new Branch("", children(start), 0));
    while (!open.isEmpty()) {
      Branch at = open.removeLast();
      if (at.next == at.names.size()) {
        continue;
      }
      open.add(new Branch(at.prefix, at.names, at.next + 1));
      String name = at.names.get(at.next);
      boolean last = at.next + 1 == at.names.size();
      String prefix = at.prefix + (last ? corner : branch);
      LoadedObject object = byName.get(name);
      if (object == null) {
        rows.add(new Row(prefix, name, Tone.BAD, cells("", "", "", "", "not found")));
      } else if (drawn.add(object.path())) {
        rows.add(row(prefix, object));
        if (at.prefix.length() < 3 * DEEPEST) {
          open.add(new Branch(at.prefix + (last ? "   " : trunk), children(object), 0));
        } else {
          open.add(new Branch(at.prefix, children(object), 0));
        }
      } else {
        rows.add(new Row(prefix, label(object), Tone.DIM, cells("", "", "", "", "see elsewhere")));
      }
    }
  }

  /** What is drawn below an object: what it asked for first, or all it needs. */
  private List<String> children(LoadedObject object) {
    Set<String> names = new LinkedHashSet<>();
    if (object.image() == null) {
      return List.of();
    }
    Set<String> drawn = new HashSet<>();
    for (Needed needed : object.image().needed()) {
      String name = needed.name();
      LoadedObject found = byName.get(name);
      boolean first =
          found == null
              ? missing.containsKey(name)
                  && (all || missing.get(name).requiredBy().equals(object.path()))
              : all || object.path().equals(found.requiredBy()) || loaderHere(found, object);
      if (first && names.add(name) && found != null) {
        drawn.add(found.path());
      }
    }
    // What comes under another name than the one asked for: contracts, forwarders, other letters.
    for (LoadedObject brought : byRequirer.getOrDefault(object.path(), List.of())) {
      if (drawn.add(brought.path())) {
        names.add(brought.path());
      }
    }
    return List.copyOf(names);
  }

  /** Nobody asked for the loader before it ran: it is drawn where it is needed first. */
  private boolean loaderHere(LoadedObject found, LoadedObject object) {
    if (found.requiredBy() != null || found.depth() != 0 || same(object, found)) {
      return false;
    }
    for (LoadedObject before : load.objects()) {
      if (same(before, object)) {
        return !same(found, load.objects().getFirst());
      }
      if (needs(before, found)) {
        return false;
      }
    }
    return false;
  }

  private static boolean same(LoadedObject a, LoadedObject b) {
    return a.path().equals(b.path());
  }

  private boolean needs(LoadedObject object, LoadedObject found) {
    if (object.image() != null) {
      for (Needed needed : object.image().needed()) {
        LoadedObject named = byName.get(needed.name());
        if (named != null && same(named, found)) {
          return true;
        }
      }
    }
    return false;
  }

  private String label(LoadedObject object) {
    return paths ? object.path() : object.name();
  }

  private Row row(String prefix, LoadedObject object) {
    long relocations =
        object.image() == null || object.image().relocations() == null
            ? -1
            : object.image().relocations().total();
    return new Row(
        prefix,
        label(object),
        prefix.isEmpty() ? Tone.STRONG : Tone.PLAIN,
        cells(
            Figures.count(relocations),
            Figures.count(object.lookups()),
            Figures.count(object.probes()),
            Figures.count(object.pages()),
            object.foundBy().key()));
  }

  private static String[] cells(String... cells) {
    return cells;
  }

  private void table() {
    int[] widths = new int[HEADS.length];
    int names = 0;
    for (int c = 0; c < widths.length; c++) {
      widths[c] = HEADS[c].length();
    }
    for (Row row : rows) {
      names = Math.max(names, row.prefix.length() + Columns.width(sheet.name(row.label)));
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.cells[c].length());
      }
    }
    names = fit(names, widths);
    line("", "", Tone.PLAIN, names, HEADS, widths, Tone.DIM);
    for (Row row : rows) {
      Tone tone = row.tone == Tone.BAD ? Tone.BAD : Tone.PLAIN;
      line(row.prefix, row.label, row.tone, names, row.cells, widths, tone);
    }
  }

  /**
   * {@return the columns for names} On a terminal that is too narrow columns go (their width is 0
   * then), and names are shortened; in files and pipes, and where there is room, nothing is.
   */
  private int fit(int names, int[] widths) {
    int wide = sheet.width();
    if (wide >= View.PLAIN.width()) {
      return names;
    }
    int room = wide;
    for (int width : widths) {
      room -= width + 2;
    }
    for (int c : FIRST_TO_GO) {
      if (room >= Math.min(names, NARROWEST_NAME)) {
        break;
      }
      room += widths[c] + 2;
      widths[c] = 0;
    }
    return Math.min(names, room);
  }

  private void line(
      String prefix, String label, Tone tone, int names, String[] cells, int[] widths, Tone rest) {
    String lines = prefix;
    int needs = Math.min(NARROWEST_NAME, Columns.width(sheet.name(label)));
    if (lines.length() > Math.max(3, names - needs)) {
      // The corner stays, the lines that lead to it go.
      int levels = Math.max(1, (names - needs) / 3);
      lines = lines.substring(0, levels * 3 - 3) + lines.substring(lines.length() - 3);
    }
    int room = names - lines.length();
    sheet.put(Tone.DIM, lines).left(tone, sheet.name(label, room), room);
    for (int c = 0; c < cells.length - 1; c++) {
      if (widths[c] > 0) {
        sheet.spaces(2).right(rest, cells[c], widths[c]);
      }
    }
    sheet.spaces(2).put(rest, cells[cells.length - 1]).line();
  }
}
