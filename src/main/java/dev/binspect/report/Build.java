package dev.binspect.report;

import dev.binspect.check.Check;
import dev.binspect.check.Figure;
import dev.binspect.image.Note;
import dev.binspect.image.Relocations;
import dev.binspect.json.JsonTree;
import dev.binspect.linkage.Linkage;
import dev.binspect.load.LoadedObject;
import dev.binspect.start.Start;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is compared of a report, whether it was just made or is read from the JSON that was saved.
 *
 * @param verdict as reports spell it; null without one
 * @param word the verdict in words
 * @param figures those that are known
 * @param tallies the file's relocations, by "byKind" and its like; null where they are unknown
 * @param libraries the closure without the program, by names without Cargo's hashes
 * @param staticCrates crates of a dylib whose code stands in the program
 * @param crates bytes of the crates in the program, as {@link Report#crates}
 */
public record Build(
    String path,
    long size,
    @Nullable String buildId,
    @Nullable String verdict,
    String word,
    Headline.Mood mood,
    Map<Figure, Long> figures,
    @Nullable Map<String, Map<String, Long>> tallies,
    Map<String, Library> libraries,
    Set<String> staticCrates,
    @Nullable Map<String, Long> crates,
    @Nullable Started start,
    List<Note> notes) {

  /** A library of the closure; -1 where a count is unknown. */
  public record Library(String path, long relocations, long lookups, long probes, long pages) {}

  /**
   * What a start cost.
   *
   * @param how "measured", "estimated" or "not-run"
   * @param medianNanos -1 unknown
   * @param ci95Nanos empty where unknown
   */
  public record Started(String how, @Nullable String why, long medianNanos, long[] ci95Nanos) {
    boolean measured() {
      return how.equals(Start.How.MEASURED.key());
    }
  }

  static final String[] TALLIES = {"byTable", "byType", "byKind", "byPlace", "byTarget"};

  /** {@return what a report says} */
  public static Build of(Report report) {
    Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      long value = figure.of(report);
      if (value >= 0) {
        figures.put(figure, value);
      }
    }
    Map<String, Library> libraries = new LinkedHashMap<>();
    if (report.load() != null) {
      for (LoadedObject object : report.load().objects()) {
        if (object.depth() > 0 || object.requiredBy() != null) {
          libraries.putIfAbsent(
              libraryName(object.name()),
              new Library(
                  object.path(),
                  relocations(object),
                  object.lookups(),
                  object.probes(),
                  object.pages()));
        }
      }
    }
    Set<String> staticCrates = new TreeSet<>();
    Linkage linkage = report.linkage();
    if (linkage != null) {
      for (Linkage.Dylib dylib : linkage.dylibs()) {
        staticCrates.addAll(dylib.staticCrates());
      }
    }
    Start start = report.start();
    return new Build(
        report.path(),
        report.size(),
        report.images().isEmpty() ? null : report.images().getFirst().buildId(),
        linkage == null ? null : linkage.verdict().key(),
        Headline.word(report),
        Headline.mood(report),
        figures,
        tallies(report),
        libraries,
        staticCrates,
        report.crates(),
        start == null
            ? null
            : new Started(start.how().key(), start.why(), start.medianNanos(), start.ci95Nanos()),
        report.allNotes());
  }

  private static @Nullable Map<String, Map<String, Long>> tallies(Report report) {
    Relocations relocations =
        report.images().isEmpty() ? null : report.images().getFirst().relocations();
    return relocations == null
        ? null
        : Map.of(
            "byTable", relocations.byTable(),
            "byType", relocations.byType(),
            "byKind", relocations.byKind(),
            "byPlace", relocations.byPlace(),
            "byTarget", relocations.byTarget());
  }

  private static long relocations(LoadedObject object) {
    return object.image() == null || object.image().relocations() == null
        ? -1
        : object.image().relocations().total();
  }

  private static String libraryName(String name) {
    return Check.withoutHash(name.substring(name.lastIndexOf('/') + 1));
  }

  /** {@return what a saved report says, or null if it is none} */
  public static @Nullable Build of(JsonTree report) {
    String path = report.get("file").get("path").text();
    if (path == null || !report.get("schema").text("").startsWith("binspect-report/")) {
      return null;
    }
    JsonTree load = report.get("load");
    JsonTree linkage = report.get("linkage");
    List<JsonTree> images = report.get("images").items();
    JsonTree image = images.isEmpty() ? report.get("images") : images.getFirst();
    Map<String, Library> libraries = new LinkedHashMap<>();
    for (JsonTree object : load.get("objects").items()) {
      if (object.get("depth").number(0) > 0 || object.get("requiredBy").exists()) {
        libraries.putIfAbsent(
            libraryName(object.get("name").text("")),
            new Library(
                object.get("path").text(""),
                object.get("relocations").get("total").number(-1),
                object.get("lookups").number(-1),
                object.get("probes").number(-1),
                object.get("pages").number(-1)));
      }
    }
    Set<String> staticCrates = new TreeSet<>();
    for (JsonTree dylib : linkage.get("dylibs").items()) {
      staticCrates.addAll(dylib.get("staticCrates").texts());
    }
    boolean broken =
        (!load.get("missing").items().isEmpty() || !load.get("undefined").items().isEmpty())
            && !linkage.get("loads").get("plain").text("").equals("ok")
            && !linkage.get("loads").get("cargo").text("").equals("ok");
    String verdict = linkage.get("verdict").text();
    return new Build(
        path,
        report.get("file").get("size").number(-1),
        report.get("file").get("buildId").text(),
        verdict,
        Headline.word(
            verdict,
            image.get("format").text(),
            image.get("kind").text(""),
            image.get("relocations").exists()),
        Headline.mood(verdict, broken),
        figures(report, image, load),
        tallies(image.get("relocations")),
        libraries,
        staticCrates,
        report.get("crates").exists() ? counts(report.get("crates")) : null,
        start(report.get("start")),
        notes(report.get("notes")));
  }

  private static Map<Figure, Long> figures(JsonTree report, JsonTree image, JsonTree load) {
    Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      JsonTree at = report;
      for (String key : figure.key().split("\\.", -1)) {
        at = key.equals("images") ? image : at.get(key);
      }
      long value =
          switch (figure) {
            case NEEDED -> image.exists() ? at.items().size() : -1;
            case CLOSURE_OBJECTS -> load.exists() ? at.items().size() : -1;
            default -> at.number(-1);
          };
      if (value >= 0) {
        figures.put(figure, value);
      }
    }
    return figures;
  }

  private static @Nullable Map<String, Map<String, Long>> tallies(JsonTree relocations) {
    if (!relocations.exists()) {
      return null;
    }
    Map<String, Map<String, Long>> tallies = new LinkedHashMap<>();
    for (String by : TALLIES) {
      tallies.put(by, counts(relocations.get(by)));
    }
    return tallies;
  }

  private static Map<String, Long> counts(JsonTree members) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonTree> e : members.members().entrySet()) {
      counts.put(e.getKey(), e.getValue().number(-1));
    }
    return counts;
  }

  private static @Nullable Started start(JsonTree start) {
    if (!start.exists()) {
      return null;
    }
    List<JsonTree> ends = start.get("ci95Nanos").items();
    return new Started(
        start.get("how").text(Start.How.NOT_RUN.key()),
        start.get("why").text(),
        start.get("medianNanos").number(-1),
        ends.size() == 2
            ? new long[] {ends.get(0).number(-1), ends.get(1).number(-1)}
            : new long[0]);
  }

  private static List<Note> notes(JsonTree saved) {
    List<Note> notes = new ArrayList<>();
    for (JsonTree note : saved.items()) {
      boolean warning = note.get("level").text("").equals(Note.Level.WARNING.key());
      notes.add(
          new Note(
              warning ? Note.Level.WARNING : Note.Level.INFO,
              note.get("code").text(""),
              note.get("message").text(""),
              note.get("offset").number(-1)));
    }
    return notes;
  }
}
