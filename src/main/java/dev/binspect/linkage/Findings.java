package dev.binspect.linkage;

import dev.binspect.linkage.Linkage.Dylib;
import dev.binspect.linkage.Linkage.Evidence;
import dev.binspect.rust.CargoFolder;
import dev.binspect.rust.CargoUnits;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been found out about one library: grows while it is judged, and ends as a {@link Dylib}.
 */
final class Findings {
  private final Program program;
  private final Search search;
  private final Candidate candidate;
  private final @Nullable CargoFolder folder;
  private final @Nullable CargoUnits units;
  private final @Nullable Offered offered;
  private final List<Evidence> evidence = new ArrayList<>();
  private long imports = -1;
  private long both = -1;
  private List<String> staticCrates = List.of();

  Findings(
      Program program,
      Search search,
      Candidate candidate,
      @Nullable CargoFolder folder,
      @Nullable CargoUnits units) {
    this.program = program;
    this.search = search;
    this.candidate = candidate;
    this.folder = folder;
    this.units = units;
    this.offered = candidate.image() == null ? null : Offered.of(candidate.image());
  }

  Program program() {
    return program;
  }

  Search search() {
    return search;
  }

  Candidate candidate() {
    return candidate;
  }

  @Nullable CargoFolder folder() {
    return folder;
  }

  @Nullable CargoUnits units() {
    return units;
  }

  /** {@return what the library offers, or null where it is not at hand} */
  @Nullable Offered offered() {
    return offered;
  }

  /** {@return symbols that the program asks of the library; -1 where that is not known} */
  long imports() {
    return imports;
  }

  void imports(long count) {
    imports = count;
  }

  void add(String kind, String detail) {
    evidence.add(new Evidence(kind, detail));
  }

  void staticCrates(Set<String> crates) {
    staticCrates = List.copyOf(crates);
  }

  /** Names that both define. */
  CommonDefinitions commonDefinitions(Offered library) {
    CommonDefinitions common = CommonDefinitions.of(program, library);
    both = common.total();
    if (both > 0) {
      add(
          "defined-in-both",
          "the program defines "
              + symbols(both)
              + " that "
              + candidate.name()
              + (common.exportsAlone() ? " exports too: " : " defines too: ")
              + SymbolNames.examples(common.examples(), both));
    }
    return common;
  }

  /** Code that both have. */
  CommonBodies bodies(Offered library) {
    CommonBodies bodies =
        CommonBodies.of(FunctionTable.of(program.image()), FunctionTable.own(library));
    add(
        "bodies",
        bodies.found()
            + " of "
            + bodies.compared()
            + " functions of "
            + candidate.name()
            + " stand in the program, byte for byte but for addresses");
    return bodies;
  }

  /**
   * {@return packages whose sources the panics of both name}
   *
   * <p>Generics of another dylib, which the program does use, bring such names along: then there
   * are none to tell.
   */
  Set<String> sources(Offered library) {
    if (!library.rust() || program.asksForCrates()) {
      return Set.of();
    }
    Set<String> both = PanicSources.of(program.image()).common(PanicSources.of(library.image()));
    if (!both.isEmpty()) {
      add(
          "sources",
          "panics of the program and of "
              + candidate.name()
              + " name sources of the same "
              + (both.size() == 1 ? "package: " : "packages: ")
              + String.join(", ", both));
    }
    return both;
  }

  /** Constants that both have. */
  CommonTables tables(Offered library) {
    CommonTables tables =
        CommonTables.of(program.image(), library.image(), StandardLibraries.like(program, library));
    if (tables.found() > 0) {
      add(
          "tables",
          tables.found() * CommonTables.WINDOW
              + " bytes of the constant tables in "
              + candidate.name()
              + " stand in the program, of "
              + tables.compared() * CommonTables.WINDOW);
    }
    return tables;
  }

  /** Text that both have. */
  CommonStrings strings(Offered library) {
    CommonStrings strings =
        CommonStrings.of(
            program.image(), library.image(), StandardLibraries.like(program, library));
    add(
        "strings",
        (strings.compared() == 0 ? 0 : strings.found() * 100 / strings.compared())
            + " % of the text in "
            + candidate.name()
            + " stands in the program ("
            + strings.found()
            + " of "
            + strings.compared()
            + " stretches, without the standard library's)");
    return strings;
  }

  static String symbols(long count) {
    return count == 1 ? "1 symbol" : count + " symbols";
  }

  /** {@return the judgement; its cause is looked for where it matters} */
  Dylib verdict(Verdict verdict, Confidence confidence) {
    return new Dylib(
        candidate.name(),
        candidate.expectedBy(),
        candidate.needed(),
        candidate.file(),
        verdict,
        confidence,
        imports,
        offered == null ? -1 : offered.count(),
        both,
        staticCrates,
        List.copyOf(evidence),
        null,
        null);
  }
}
