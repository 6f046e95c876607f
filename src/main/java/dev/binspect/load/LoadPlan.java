package dev.binspect.load;

import dev.binspect.image.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a loader will do with a file and everything it needs.
 *
 * @param objects the closure in the order of loading, the program first
 * @param missing libraries that were not found
 * @param undefined symbols no object defines (weak ones are not listed)
 * @param advice what would make the start cheaper, computed
 * @param delayed modules that are loaded after the start, when a delayed function is first called
 */
public record LoadPlan(
    Loader loader,
    List<LoadedObject> objects,
    List<Missing> missing,
    List<Undefined> undefined,
    Counters counters,
    List<Pair> pairs,
    List<Advice> advice,
    List<Delayed> delayed,
    List<Note> notes) {
  /** Undefined symbols that are listed. */
  public static final int MOST_UNDEFINED = 100_000;

  /** Code of the note that a version is not defined where it is needed: nothing starts. */
  public static final String VERSION_NOT_FOUND = "version-not-found";

  /** Code of the note that the loader refuses an object: nothing starts. */
  public static final String REFUSED = "object-refused";

  /** Code of the note that the loader's rules are not known: nothing is said of libraries. */
  public static final String LOADER_UNKNOWN = "loader-unknown";

  /** What a plan says that has more of them. */
  public static final Note UNDEFINED_CUT =
      Note.warning(
          "undefined-cut",
          "More than " + MOST_UNDEFINED + " symbols are undefined: the rest is not listed.");

  /** What a plan says whose undefined symbols do not hinder the start. */
  public static final Note UNDEFINED_LATER =
      Note.info(
          "undefined-later",
          "What is undefined are functions that are bound at their first call: the loader notices"
              + " then, not at start, unless all are bound there (LD_BIND_NOW, RTLD_NOW).");

  /** What a plan says whose look-ups were cut. */
  public static final Note LOOKUPS_CUT =
      Note.warning(
          "look-ups-cut",
          "The look-ups were given up: the symbols' names or hash chains make them more than any"
              + " honest file's, and no count of them is told.");

  public LoadPlan(
      Loader loader,
      List<LoadedObject> objects,
      List<Missing> missing,
      List<Undefined> undefined,
      Counters counters,
      List<Pair> pairs,
      List<Advice> advice,
      List<Note> notes) {
    this(loader, objects, missing, undefined, counters, pairs, advice, List.of(), notes);
  }

  /** {@return the first version, or file, that the loader ends the start over; null where none} */
  public @Nullable Note refusal() {
    return refusal(notes);
  }

  /** {@return the same among the notes of a plan that is being made} */
  public static @Nullable Note refusal(List<Note> notes) {
    for (Note note : notes) {
      if (note.code().equals(VERSION_NOT_FOUND) || note.code().equals(REFUSED)) {
        return note;
      }
    }
    return null;
  }

  /** {@return the undefined symbols that are left to someone} */
  public List<Undefined> undefined(LeftTo whom) {
    if (undefined.isEmpty()) {
      return List.of();
    }
    Leftovers leftovers = new Leftovers(this);
    List<Undefined> some = new ArrayList<>();
    for (Undefined one : undefined) {
      if (leftovers.of(one) == whom) {
        some.add(one);
      }
    }
    return some;
  }

  /**
   * {@return the undefined symbols as they are told: where libraries are missing nobody knows what
   * they would define, and only what those found lack is among them}
   */
  public List<Undefined> knownUndefined() {
    if (missing.isEmpty() || undefined.isEmpty()) {
      return undefined;
    }
    return undefined(LeftTo.NOBODY);
  }

  /** {@return whether symbols are undefined, and the start does not ask for any of them} */
  public boolean undefinedLater() {
    return notes.contains(UNDEFINED_LATER);
  }

  /** {@return the same with one more note} */
  LoadPlan with(Note note) {
    List<Note> more = new ArrayList<>(notes);
    more.add(note);
    return new LoadPlan(
        loader, objects, missing, undefined, counters, pairs, advice, delayed, List.copyOf(more));
  }

  /** Whose rules were followed. */
  public enum Loader {
    GLIBC("glibc"),
    MUSL("musl"),
    DYLD("dyld"),
    WINDOWS("windows"),
    NONE("none");

    private final String key;

    Loader(String key) {
      this.key = key;
    }

    /** {@return the word used in reports} */
    public String key() {
      return key;
    }
  }

  /**
   * A library that was not found.
   *
   * @param searched the places looked at, in order, with why they were refused where they exist
   */
  public record Missing(String name, String requiredBy, List<String> searched) {}

  /**
   * A module that comes with the first call of a delayed function.
   *
   * @param path null where it is not found
   */
  public record Delayed(String name, @Nullable String path, String requiredBy) {}

  /**
   * A symbol that nothing defines.
   *
   * @param version empty where none is asked for
   */
  public record Undefined(String symbol, String version, String requiredBy)
      implements Comparable<Undefined> {
    // A file can choose symbols of one hash: a map finds its way among them by their order.
    @Override
    public int compareTo(Undefined other) {
      int order = symbol.compareTo(other.symbol);
      order = order != 0 ? order : version.compareTo(other.version);
      return order != 0 ? order : requiredBy.compareTo(other.requiredBy);
    }

    // Written out: a record's own links method handles at its first use, which costs a start 30 ms.
    @Override
    public int hashCode() {
      return (symbol.hashCode() * 31 + version.hashCode()) * 31 + requiredBy.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Undefined that
          && symbol.equals(that.symbol)
          && version.equals(that.version)
          && requiredBy.equals(that.requiredBy);
    }
  }

  /**
   * Look-ups from one object that another answers.
   *
   * @param from path of the asking object
   * @param to path of the answering object
   */
  public record Pair(String from, String to, long lookups, long probes) {}

  /**
   * A change of the build that would save work at every start.
   *
   * @param kind stable word ("symbolic", "pack-relative-relocs", "drop-library", "lazy", "now")
   * @param object path of the object it is about
   * @param saves counts saved, by name (relocations, lookups, probes, pages, bytes)
   * @param flag the flag as a Rust or C user writes it
   * @param risk what may break, or an empty text
   */
  public record Advice(
      String kind,
      String object,
      String message,
      Map<String, Long> saves,
      String flag,
      String risk) {}
}
