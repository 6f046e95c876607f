package dev.binspect.report;

import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Note;
import dev.binspect.linkage.Linkage;
import dev.binspect.linkage.Verdict;
import dev.binspect.load.LeftTo;
import dev.binspect.load.LoadPlan;
import org.jspecify.annotations.Nullable;

/** The verdict in words: the first thing that every format for people shows. */
final class Headline {
  /** Over the evidence that is about no single library. */
  static final String OF_THE_WHOLE = "the file as a whole";

  private static final int NAMED = 4;

  private Headline() {}

  /** How a verdict is to be taken. */
  enum Mood {
    GOOD("✓", "ok"),
    BAD("✗", "FAIL"),
    DOUBTFUL("!", "!"),
    NEUTRAL("·", "-");

    final String mark;
    final String ascii;

    Mood(String mark, String ascii) {
      this.mark = mark;
      this.ascii = ascii;
    }
  }

  /** {@return whether the file as a whole is good news} */
  static Mood mood(Report report) {
    Mood mood = report.linkage() == null ? Mood.NEUTRAL : mood(report.linkage().verdict());
    if ((mood == Mood.NEUTRAL || mood == Mood.GOOD)
        && !report.images().isEmpty()
        && damaged(report.images().getFirst())) {
      mood = Mood.DOUBTFUL;
    }
    LoadPlan load = report.load();
    if (mood == Mood.BAD || load == null) {
      return mood;
    }
    if ((!load.missing().isEmpty()
            || !load.undefined(LeftTo.NOBODY).isEmpty()
            || load.refusal() != null)
        && !startsWithCargo(report.linkage())) {
      return Mood.BAD;
    }
    // A plug-in's host may define them, or not.
    return load.undefined(LeftTo.HOST).isEmpty() ? mood : Mood.DOUBTFUL;
  }

  private static boolean startsWithCargo(@Nullable Linkage linkage) {
    return linkage != null && "ok".equals(linkage.cargo());
  }

  static Mood mood(Verdict verdict) {
    return switch (verdict) {
      case USED -> Mood.GOOD;
      case STATIC -> Mood.NEUTRAL;
      case UNKNOWN, DROPPED -> Mood.DOUBTFUL;
      case UNRESOLVABLE, STALE, IGNORED, PARTIAL, LINKED_UNUSED -> Mood.BAD;
    };
  }

  /** {@return the verdict's word with what it is also known as} */
  static String word(Report report) {
    Linkage linkage = report.linkage();
    if (linkage != null) {
      String word = word(linkage.verdict());
      return damaged(report.images().getFirst()) ? word + ", damaged file" : word;
    }
    if (report.images().isEmpty()) {
      return "unreadable";
    }
    Image image = report.images().getFirst();
    return damaged(image) ? "damaged " + kind(image) : kind(image);
  }

  /**
   * A program or library of which a part could not be read, so that a figure may say too little.
   */
  private static boolean damaged(Image image) {
    if (image.kind() != Kind.EXECUTABLE
        && image.kind() != Kind.SHARED_LIBRARY
        && image.kind() != Kind.BUNDLE) {
      return false;
    }
    for (Note note : image.notes()) {
      if (note.isDamage()) {
        return true;
      }
    }
    return image.relocations() == null;
  }

  /** {@return what a saved report's verdict is called; the file's kind where it has none} */
  static String word(
      @Nullable String verdict, @Nullable String format, String kind, boolean relocationsKnown) {
    if (verdict != null) {
      return verdict.equals(Verdict.IGNORED.key()) ? word(Verdict.IGNORED) : verdict;
    }
    if (format == null) {
      return "unreadable";
    }
    String name =
        switch (format) {
          case "elf" -> "ELF";
          case "macho" -> "Mach-O";
          default -> "PE";
        };
    boolean starts = kind.equals(Kind.EXECUTABLE.key()) || kind.equals(Kind.SHARED_LIBRARY.key());
    return (relocationsKnown || !starts ? "" : "damaged ")
        + name
        + " "
        + (kind.equals(Kind.OTHER.key()) ? "file" : kind.replace('-', ' '));
  }

  /**
   * {@return how a saved report's verdict is to be taken}
   *
   * @param broken whether it does not start
   */
  static Mood mood(@Nullable String verdict, boolean broken) {
    if (broken) {
      return Mood.BAD;
    }
    for (Verdict known : Verdict.values()) {
      if (known.key().equals(verdict)) {
        return mood(known);
      }
    }
    return Mood.NEUTRAL;
  }

  static String word(Verdict verdict) {
    return verdict == Verdict.IGNORED ? "ignored (static fallback)" : verdict.key();
  }

  /** {@return a sentence that explains the verdict, the dylibs named, or null without one} */
  static @Nullable String sentence(Report report) {
    Linkage linkage = report.linkage();
    if (linkage == null) {
      return null;
    }
    Verdict verdict = linkage.verdict();
    StringBuilder names = new StringBuilder();
    int count = 0;
    for (Linkage.Dylib dylib : linkage.dylibs()) {
      if (dylib.verdict() == verdict) {
        if (count < NAMED) {
          names.append(count == 0 ? "" : ", ").append(dylib.name());
        }
        count++;
      }
    }
    if (count > NAMED) {
      names.append(" and ").append(Figures.count(count - (long) NAMED)).append(" more");
    }
    boolean many = count > 1;
    String who = count == 0 ? "a dylib" : names.toString();
    String text =
        switch (verdict) {
          case USED -> who + (many ? " are" : " is") + " needed and used" + imports(linkage);
          case PARTIAL ->
              who
                  + (many ? " are" : " is")
                  + " needed and used, but code of "
                  + (many ? "them" : "it")
                  + " stands in the program as well";
          case LINKED_UNUSED ->
              who
                  + (many ? " are" : " is")
                  + " needed, but nothing binds to "
                  + (many ? "them" : "it");
          case IGNORED ->
              who
                  + (many ? " were" : " was")
                  + " meant to be used, but "
                  + (many ? "their" : "its")
                  + " code stands in the program instead";
          case DROPPED ->
              who
                  + (many ? " were" : " was")
                  + " meant to be used, but "
                  + (many ? "are" : "is")
                  + " not needed, and no code of "
                  + (many ? "them" : "it")
                  + " stands in the program either";
          case UNRESOLVABLE ->
              who
                  + (many ? " are" : " is")
                  + (linkage.cargoPath().isEmpty()
                      ? " needed, but not found"
                      : " needed, but found neither in a plain shell nor with Cargo's library path");
          case STALE ->
              who
                  + (many ? " are" : " is")
                  + " found, but what the program needs of "
                  + (many ? "them" : "it")
                  + " is missing";
          case STATIC -> "nothing was meant to be dynamic (libstd and the C library do not count)";
          case UNKNOWN ->
              count == 0
                  ? "what is left in the file does not tell"
                  : "what became of " + who + " cannot be told from what is at hand";
        };
    return text + " (" + confidence(linkage) + ")";
  }

  private static String imports(Linkage linkage) {
    if (linkage.dylibs().size() != 1) {
      return "";
    }
    Linkage.Dylib dylib = linkage.dylibs().getFirst();
    if (dylib.imports() < 0 || dylib.exports() < 0) {
      return "";
    }
    if (dylib.imports() > dylib.exports()) {
      // PE names each import's library, std's functions among them: they are no part of what it
      // exports itself.
      return ": " + Figures.counted(dylib.imports(), "symbol", "symbols") + " imported from it";
    }
    return ": "
        + Figures.count(dylib.imports())
        + " of its "
        + Figures.counted(dylib.exports(), "symbol is", "symbols are")
        + " imported";
  }

  static String confidence(Linkage linkage) {
    return switch (linkage.confidence()) {
      case CERTAIN -> "certain";
      case HIGH -> "high confidence";
      case MEDIUM -> "medium confidence";
      case LOW -> "low confidence";
    };
  }

  /** {@return "ELF shared library", "PE executable" …} */
  static String kind(Image image) {
    String format =
        switch (image.format()) {
          case ELF -> "ELF";
          case MACHO -> "Mach-O";
          case PE -> "PE";
        };
    if (image.kind() == Kind.OTHER && image.tables() instanceof MachoTables macho) {
      return format + " " + macho.fileType().replace('-', ' ');
    }
    return image.kind() == Kind.OTHER
        ? format + " file"
        : format + " " + image.kind().key().replace('-', ' ');
  }
}
