package dev.binspect.report;

import dev.binspect.check.Check;
import dev.binspect.check.ClearName;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.Verdict;
import dev.binspect.load.LeftTo;
import dev.binspect.load.LoadPlan;
import dev.binspect.report.Sheet.Tone;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The report for people: the verdict first, then what the file is, its dynamic relocations, the
 * libraries, the start, the evidence and the notes.
 */
public final class TextReport {
  private static final int NORMAL_LIST = 10;

  /** Columns that the name of a file or library is worth a line of its own for. */
  private static final int NARROWEST_NAME = 20;

  private TextReport() {}

  /** Writes one report; the caller puts a blank line between two. */
  public static void write(Report report, Appendable out, View view) throws IOException {
    out.append(render(report, view));
  }

  /** {@return the report as it is written} */
  public static String render(Report report, View view) {
    Sheet sheet = new Sheet(view);
    headline(report, sheet);
    if (view.detail() == View.Detail.BRIEF) {
      return sheet.toString();
    }
    List<Image> images = report.images();
    for (int i = 0; i < images.size(); i++) {
      TextImage.write(report, images.get(i), images.size() > 1, sheet);
    }
    libraries(report, sheet);
    TextStart.write(report, sheet);
    evidence(report, sheet);
    advice(report, sheet);
    checks(report.checks(), sheet);
    notes(report, sheet);
    return sheet.toString();
  }

  /** {@return the libraries alone ({@code binspect tree})} */
  public static String tree(Report report, View view) {
    Sheet sheet = new Sheet(view);
    libraries(report, sheet);
    return skipBlank(sheet);
  }

  /** {@return the start alone ({@code binspect start})} */
  public static String start(Report report, View view) {
    Sheet sheet = new Sheet(view);
    sheet.put(Tone.STRONG, sheet.name(report.path(), view.width())).line();
    TextStart.write(report, sheet);
    return sheet.toString();
  }

  /** {@return the checks alone ({@code binspect check}); passed ones only in full detail} */
  public static String checks(Report report, View view) {
    Sheet sheet = new Sheet(view);
    boolean holds = true;
    for (Check check : report.checks()) {
      holds &= !check.failed();
    }
    Linkage linkage = report.linkage();
    if (!holds) {
      sheet.put(Tone.BAD, sheet.either("✗", "FAIL"));
    } else if (linkage != null && linkage.verdict() == Verdict.UNKNOWN) {
      sheet.put(Tone.DOUBTFUL, "?"); // nothing fails, and what was asked is not answered
    } else {
      sheet.put(Tone.GOOD, sheet.either("✓", "ok"));
    }
    sheet.put(" ");
    sheet.put(Tone.STRONG, sheet.name(report.path(), view.width() - 6));
    if (linkage != null) {
      String verdict = Headline.word(linkage.verdict());
      int path = Math.min(view.width() - 6, Columns.width(sheet.name(report.path())));
      // In files and pipes it is one line, whatever its length.
      boolean narrow =
          view.width() < View.PLAIN.width() && path + verdict.length() + 8 > view.width();
      if (narrow) {
        sheet.line().spaces(2);
      }
      sheet.put(Tone.DIM, (narrow ? "" : ": ") + verdict);
    }
    sheet.line();
    for (Check check : report.checks()) {
      if (check.outcome() != Check.Outcome.HOLDS || view.detail() == View.Detail.FULL) {
        check(check, sheet);
      }
    }
    return sheet.toString();
  }

  private static String skipBlank(Sheet sheet) {
    String text = sheet.toString();
    return text.startsWith("\n") ? text.substring(1) : text;
  }

  private static Tone tone(Headline.Mood mood) {
    return switch (mood) {
      case GOOD -> Tone.GOOD;
      case BAD -> Tone.BAD;
      case DOUBTFUL -> Tone.DOUBTFUL;
      case NEUTRAL -> Tone.STRONG;
    };
  }

  private static void headline(Report report, Sheet sheet) {
    Headline.Mood mood = Headline.mood(report);
    String word = sheet.either(mood.mark, mood.ascii) + " " + Headline.word(report);
    int room = sheet.width() - Columns.width(word) - 2;
    sheet.put(tone(mood), word);
    if (room < NARROWEST_NAME) {
      sheet.line();
      room = sheet.width() - 2;
    }
    sheet.spaces(2).put(Tone.STRONG, sheet.name(report.path(), room)).line();
    String sentence = Headline.sentence(report);
    if (sentence != null) {
      sheet.spaces(2).sentence(Tone.PLAIN, 2, sentence);
    }
    Linkage linkage = report.linkage();
    boolean refused = report.load() != null && report.load().refusal() != null;
    if (linkage != null && linkage.plain() != null && (refused || !linkage.dylibs().isEmpty())) {
      starts(report, linkage, sheet);
    }
    LoadPlan load = report.load();
    if (load != null && !load.missing().isEmpty()) {
      StringBuilder names = new StringBuilder();
      for (int i = 0; i < load.missing().size() && i < 5; i++) {
        names.append(i == 0 ? "" : ", ").append(load.missing().get(i).name());
      }
      int more = load.missing().size() - 5;
      if (more > 0) {
        names.append(" and ").append(Figures.count(more)).append(" more");
      }
      sheet.spaces(2).put(Tone.BAD, "not found: ").sentence(Tone.PLAIN, 13, names.toString());
    }
    if (load != null) {
      undefined(load.undefined(LeftTo.NOBODY).size(), Tone.BAD, "defined by no library", sheet);
      undefined(
          load.undefined(LeftTo.HOST).size(),
          Tone.DOUBTFUL,
          "left to the program that loads it",
          sheet);
    }
    if (linkage != null && linkage.fix() != null) {
      sheet.spaces(2).put(Tone.STRONG, "fix: ").sentence(Tone.PLAIN, 7, linkage.fix());
    }
  }

  private static void undefined(int count, Tone tone, String what, Sheet sheet) {
    if (count > 0) {
      sheet
          .spaces(2)
          .put(tone, "undefined: ")
          .sentence(Tone.PLAIN, 13, Figures.counted(count, "symbol is ", "symbols are ") + what);
    }
  }

  private static void starts(Report report, Linkage linkage, Sheet sheet) {
    String plain = linkage.plain();
    String cargo = linkage.cargo();
    if ("ok".equals(plain)) {
      return;
    }
    LoadPlan load = report.load();
    boolean library = report.images().getFirst().kind() != Kind.EXECUTABLE;
    String sentence;
    if ("ok".equals(cargo)) {
      sentence = "starts under `cargo run` only: in a plain shell " + state(plain);
    } else if (load != null && load.undefinedLater()) {
      sentence =
          (library
                  ? "can be loaded (not with RTLD_NOW), and ends its program where it"
                  : "starts, and ends where it")
              + " first calls a function that no library defines";
    } else if (load != null && load.refusal() != null) {
      sentence =
          (library ? "cannot be loaded" : "does not start")
              + ": the loader refuses what it finds (see the notes)";
    } else if (library) {
      sentence = "cannot be loaded by itself: " + state(plain);
    } else {
      sentence =
          "does not start: in a plain shell "
              + state(plain)
              + (cargo == null || linkage.cargoPath().isEmpty()
                  ? ""
                  : ", with Cargo's library path " + state(cargo));
    }
    sheet.spaces(2).sentence("ok".equals(cargo) ? Tone.DOUBTFUL : Tone.BAD, 2, sentence);
  }

  private static String state(@Nullable String loads) {
    if (loads == null) {
      return "it is not known";
    }
    return switch (loads) {
      case "missing" -> "a library is missing";
      case "undefined-symbols" -> "symbols are undefined";
      default -> loads;
    };
  }

  private static void libraries(Report report, Sheet sheet) {
    LoadPlan load = report.load();
    if (load == null || (load.objects().isEmpty() && load.missing().isEmpty())) {
      return;
    }
    TextTree.write(load, sheet);
    List<LoadPlan.Undefined> all = load.knownUndefined();
    if (all.isEmpty()) {
      return;
    }
    sheet.title("Undefined symbols").line();
    int shown = shown(sheet, all.size());
    for (int i = 0; i < shown; i++) {
      LoadPlan.Undefined undefined = all.get(i);
      String name = ClearName.of(undefined.symbol());
      String symbol = undefined.version().isEmpty() ? name : name + "@" + undefined.version();
      sheet
          .spaces(2)
          .put(Tone.BAD, sheet.name(symbol, sheet.width() - 4))
          .line()
          .spaces(4)
          .put(Tone.DIM, "asked for by " + sheet.name(undefined.requiredBy(), sheet.width() - 20))
          .line();
    }
    more(all.size() - shown, sheet);
  }

  private static int shown(Sheet sheet, int size) {
    return sheet.view().detail() == View.Detail.FULL ? size : Math.min(size, NORMAL_LIST);
  }

  private static void more(int left, Sheet sheet) {
    if (left > 0) {
      sheet.spaces(2).put(Tone.DIM, "and " + Figures.count(left) + " more (-v shows all)").line();
    }
  }

  private static void evidence(Report report, Sheet sheet) {
    Linkage linkage = report.linkage();
    if (linkage == null || (linkage.dylibs().isEmpty() && linkage.evidence().isEmpty())) {
      return;
    }
    sheet.title("Evidence").line();
    for (Linkage.Dylib dylib : linkage.dylibs()) {
      String verdict = dylib.verdict().key() + ", " + dylib.confidence().key();
      String from = expectedBy(dylib.expectedBy());
      int room = sheet.width() - 6 - verdict.length() - from.length();
      boolean narrow = room < NARROWEST_NAME;
      sheet.spaces(2);
      sheet.put(Tone.STRONG, sheet.name(dylib.name(), narrow ? sheet.width() - 2 : room));
      if (narrow) {
        sheet.line().spaces(2);
      }
      sheet.spaces(2).put(tone(Headline.mood(dylib.verdict())), verdict);
      if (narrow && 4 + verdict.length() + 2 + from.length() > sheet.width()) {
        sheet.line().spaces(2);
      }
      sheet.put(Tone.DIM, "  " + from).line();
      for (Linkage.Evidence evidence : dylib.evidence()) {
        bullet(sheet, evidence.detail());
      }
      if (!dylib.staticCrates().isEmpty()) {
        StringBuilder crates = new StringBuilder("crates of it in the program: ");
        int shown = shown(sheet, dylib.staticCrates().size());
        for (int i = 0; i < shown; i++) {
          crates.append(i == 0 ? "" : ", ").append(dylib.staticCrates().get(i));
        }
        int left = dylib.staticCrates().size() - shown;
        if (left > 0) {
          crates.append(" and ").append(left).append(" more");
        }
        bullet(sheet, crates.toString());
      }
    }
    if (!linkage.dylibs().isEmpty() && !linkage.evidence().isEmpty()) {
      sheet.spaces(2).put(Tone.STRONG, Headline.OF_THE_WHOLE).line();
    }
    for (Linkage.Evidence evidence : linkage.evidence()) {
      bullet(sheet, evidence.detail());
    }
  }

  private static String expectedBy(String key) {
    return switch (key) {
      case "option" -> "(expected by --expect)";
      case "cargo" -> "(built by Cargo)";
      case "needed" -> "(named by the file)";
      case "policy" -> "(expected by the policy)";
      default -> "(" + Escape.text(key) + ")";
    };
  }

  private static void bullet(Sheet sheet, String text) {
    sheet.spaces(4).put(Tone.DIM, sheet.either("•", "-")).put(" ").sentence(Tone.PLAIN, 6, text);
  }

  private static void advice(Report report, Sheet sheet) {
    LoadPlan load = report.load();
    if (load == null || load.advice().isEmpty()) {
      return;
    }
    sheet.title("Cheaper starts").line();
    int shown = shown(sheet, load.advice().size());
    for (int i = 0; i < shown; i++) {
      LoadPlan.Advice advice = load.advice().get(i);
      bullet(sheet, advice.message());
      if (!advice.saves().isEmpty()) {
        StringBuilder saves = new StringBuilder();
        for (Map.Entry<String, Long> e : advice.saves().entrySet()) {
          saves.append(saves.isEmpty() ? "" : ", ");
          saves.append(Figures.count(e.getValue())).append(' ').append(e.getKey());
        }
        sheet.spaces(6).put(Tone.GOOD, "saves ").sentence(Tone.PLAIN, 12, saves.toString());
      }
      if (!advice.flag().isEmpty()) {
        sheet.spaces(6).put(Tone.DIM, "flag  ").sentence(Tone.PLAIN, 12, advice.flag());
      }
      if (!advice.risk().isEmpty()) {
        sheet.spaces(6).put(Tone.DOUBTFUL, "risk  ").sentence(Tone.PLAIN, 12, advice.risk());
      }
    }
    more(load.advice().size() - shown, sheet);
  }

  private static void checks(List<Check> checks, Sheet sheet) {
    if (checks.isEmpty()) {
      return;
    }
    sheet.title("Checks").line();
    for (Check check : checks) {
      check(check, sheet);
    }
  }

  private static void check(Check check, Sheet sheet) {
    String mark;
    Tone tone;
    switch (check.outcome()) {
      case HOLDS -> {
        mark = sheet.either("✓", "ok  ");
        tone = Tone.GOOD;
      }
      case FAILS -> {
        mark = sheet.either("✗", "FAIL");
        tone = Tone.BAD;
      }
      case ACCEPTED -> {
        mark = sheet.either("~", "known");
        tone = Tone.DIM;
      }
      default -> {
        mark = sheet.either("?", "?   ");
        tone = Tone.DIM;
      }
    }
    int column = 2 + Columns.width(mark) + 1 + check.id().length() + 2;
    sheet
        .spaces(2)
        .put(tone, mark)
        .put(" ")
        .put(Tone.DIM, check.id())
        .put("  ")
        .sentence(
            Tone.PLAIN,
            column,
            check.outcome() == Check.Outcome.NOT_JUDGED
                ? "not judged: " + check.message()
                : check.message());
    if (check.failed() && check.fix() != null) {
      sheet.spaces(column).put(Tone.STRONG, "fix: ").sentence(Tone.PLAIN, column + 5, check.fix());
    }
  }

  private static void notes(Report report, Sheet sheet) {
    List<Note> notes = report.allNotes();
    if (notes.isEmpty()) {
      return;
    }
    sheet.title("Notes").line();
    int shown = shown(sheet, notes.size());
    for (int i = 0; i < shown; i++) {
      Note note = notes.get(i);
      boolean warning = note.level() == Note.Level.WARNING;
      String text =
          note.offset() < 0
              ? note.message()
              : note.message() + " (offset 0x" + Long.toHexString(note.offset()) + ")";
      sheet.spaces(2).left(warning ? Tone.DOUBTFUL : Tone.DIM, note.level().key(), 9);
      sheet.sentence(Tone.PLAIN, 11, text);
    }
    more(notes.size() - shown, sheet);
  }
}
