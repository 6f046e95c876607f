package dev.binspect.load.elf;

import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Kind;
import dev.binspect.image.Note;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes between an object and those that ask it, and is seen by few: filtees, which answer for
 * it (DT_FILTER, DT_AUXILIARY), and auditors, which the loader asks at each of its steps (DT_AUDIT,
 * DT_DEPAUDIT, LD_AUDIT; rtld-audit(7)).
 */
final class Interposers {
  private static final int MOST_NOTES = 8;

  private Interposers() {}

  /**
   * {@return a note for each, up to a limit}
   *
   * @param scope the objects, the program first
   * @param environment LD_AUDIT, or null
   */
  static List<Note> notes(List<LinkMap> scope, @Nullable String environment) {
    List<Note> notes = new ArrayList<>(0);
    List<String> auditors = new ArrayList<>(0);
    // A library's own are linkers' to pass on, as DT_DEPAUDIT of the program.
    Image first = scope.getFirst().image;
    ElfTables program = first.kind() == Kind.EXECUTABLE ? scope.getFirst().tables : null;
    if (environment != null) {
      auditors.addAll(GlibcClosure.split(environment, ":"));
    }
    if (program != null) {
      auditors.addAll(program.audit());
    }
    for (String auditor : auditors) {
      if (notes.size() < MOST_NOTES) {
        notes.add(
            Note.warning(
                "audit",
                "The loader calls "
                    + auditor
                    + " at each of its steps (DT_AUDIT or LD_AUDIT): neither what it needs nor what"
                    + " it changes is counted."));
      }
    }
    for (LinkMap object : scope) {
      ElfTables tables = object.tables;
      if (tables == null) {
        continue;
      }
      for (ElfTables.Filtee filtee : tables.filtees()) {
        if (notes.size() < 2 * MOST_NOTES) {
          notes.add(
              Note.info(
                  "filter",
                  object.name
                      + " is a filter: what it defines is looked for in "
                      + filtee.name()
                      + " first"
                      + (filtee.auxiliary() ? ", where that is found." : ".")));
        }
      }
    }
    return notes;
  }
}
