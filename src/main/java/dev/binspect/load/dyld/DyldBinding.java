package dev.binspect.load.dyld;

import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.image.Needed;
import dev.binspect.image.Note;
import dev.binspect.load.Binding;
import dev.binspect.load.LoadPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds the symbols of a dyld closure ({@code Loader::resolveSymbol}): in the library that the
 * two-level namespace names and what it reexports, in all of them for flat and weak look-ups.
 *
 * <p>A library of the shared cache without a stub is taken to define what is asked of it.
 */
final class DyldBinding {
  /** What the look-ups may cost whatever there are: bytes gone over, or images asked. */
  private static final long FREE = 500_000_000;

  /** What one look-up may cost besides; an honest one goes over some hundred bytes. */
  private static final int PER_LOOKUP = 2048;

  /** A library may reexport another's symbol under a name that the other takes from it. */
  private static final int DEEPEST = 1000;

  private final List<DyldImage> loaded;
  private final Binding.@Nullable Sink sink;
  private final List<LoadPlan.Undefined> undefined = new ArrayList<>();
  private boolean undefinedCut;
  private long unknown;
  private long lazy;

  /** Set while one symbol is looked for: whether an image that cannot be read was asked. */
  private boolean askedUnknown;

  private int probes;

  /** Libraries on the way from the one that was asked to the one that is asked now. */
  private int depth;

  private final MachoTables.Effort effort;

  DyldBinding(List<DyldImage> loaded, Binding.@Nullable Sink sink) {
    this.loaded = loaded;
    this.sink = sink;
    long lookups = 0;
    for (DyldImage image : loaded) {
      MachoTables tables = image.tables;
      lookups += tables == null ? 0 : tables.binds().size();
    }
    this.effort = new MachoTables.Effort(FREE + PER_LOOKUP * lookups);
  }

  void run() {
    for (DyldImage image : loaded) {
      MachoTables tables = image.tables;
      if (tables != null) {
        for (MachoTables.Bind bind : tables.binds()) {
          bind(image, tables, bind);
          if (effort.exhausted()) {
            return;
          }
        }
      }
    }
  }

  /** {@return whether the look-ups were given up: what was found out is not the whole} */
  boolean cut() {
    return effort.exhausted();
  }

  List<LoadPlan.Undefined> undefined() {
    return List.copyOf(undefined);
  }

  List<Note> notes() {
    List<Note> out = new ArrayList<>();
    if (cut()) {
      out.add(LoadPlan.LOOKUPS_CUT);
    }
    if (undefinedCut) {
      out.add(LoadPlan.UNDEFINED_CUT);
    }
    if (unknown > 0) {
      out.add(
          Note.info(
              "shared-cache",
              unknown
                  + " look-ups go to libraries of dyld's shared cache, whose symbols are not known"
                  + " here; --sysroot SDK checks them."));
    }
    if (lazy > 0) {
      out.add(
          Note.info(
              "lazy-bound-at-start",
              lazy
                  + " lazily bound symbols are bound at start since macOS 12; older systems leave"
                  + " them for the first call."));
    }
    return out;
  }

  List<LoadPlan.Pair> pairs() {
    List<LoadPlan.Pair> out = new ArrayList<>();
    for (DyldImage from : loaded) {
      for (DyldImage to : loaded) {
        long[] answered = from.answered.get(to);
        if (answered != null) {
          out.add(new LoadPlan.Pair(from.path, to.path, answered[0], answered[1]));
        }
      }
    }
    return List.copyOf(out);
  }

  private void bind(DyldImage from, MachoTables tables, MachoTables.Bind bind) {
    probes = 0;
    askedUnknown = false;
    if (bind.lazy()) {
      lazy++;
    }
    DyldImage to = resolve(from, tables, bind);
    from.lookups++;
    from.probes += probes;
    // What is no UTF-8 is not looked for by the bytes that it has.
    boolean asWritten = bind.symbol().indexOf('\ufffd') < 0;
    if (to == null && !askedUnknown && asWritten && !bind.weakImport() && !bind.weakDefinition()) {
      if (undefined.size() < LoadPlan.MOST_UNDEFINED) {
        undefined.add(new LoadPlan.Undefined(bind.symbol(), "", from.path));
      } else {
        undefinedCut = true;
      }
    }
    if (to != null) {
      long[] answered = from.answered.get(to);
      if (answered == null) {
        answered = new long[2];
        from.answered.put(to, answered);
      }
      answered[0]++;
      answered[1] += probes;
      if (!to.known()) {
        unknown++;
      }
    }
    Binding.Sink out = sink;
    if (out != null && (to != null || bind.weakImport())) {
      boolean weak = bind.weakImport() || bind.ordinal() == MachoTables.WEAK_LOOKUP;
      out.accept(
          new Binding(
              from.path,
              to == null ? null : to.path,
              bind.symbol(),
              "",
              weak ? "weak" : "normal",
              probes,
              false));
    }
  }

  private @Nullable DyldImage resolve(DyldImage from, MachoTables tables, MachoTables.Bind bind) {
    String symbol = bind.symbol();
    int ordinal = tables.twoLevel() ? bind.ordinal() : flat(bind.ordinal());
    if (ordinal > 0) {
      DyldImage library = ordinal <= from.needed.size() ? from.needed.get(ordinal - 1) : null;
      if (library == null) {
        // An absent library, or an ordinal beyond them: the missing library is reported already.
        askedUnknown = true;
        return null;
      }
      return definer(library, symbol);
    }
    return switch (ordinal) {
      case 0 -> definer(from, symbol);
      case MachoTables.MAIN_EXECUTABLE -> inProgram(symbol);
      case MachoTables.WEAK_LOOKUP -> weak(from, symbol);
      default -> everywhere(symbol);
    };
  }

  private static int flat(int ordinal) {
    return ordinal == MachoTables.WEAK_LOOKUP ? ordinal : MachoTables.FLAT_LOOKUP;
  }

  /** A bundle looked at alone has no program to ask. */
  private @Nullable DyldImage inProgram(String symbol) {
    DyldImage main = loaded.getFirst();
    Image image = main.image;
    if (image != null && image.kind() == dev.binspect.image.Kind.EXECUTABLE) {
      return definer(main, symbol);
    }
    askedUnknown = true;
    return null;
  }

  private @Nullable DyldImage everywhere(String symbol) {
    DyldImage cached = null;
    for (DyldImage image : loaded) {
      probes++;
      effort.spend(1);
      if (!image.known()) {
        cached = cached == null ? image : cached;
      } else if (image.export(symbol, effort) != null) {
        return image;
      }
    }
    Image first = loaded.getFirst().image;
    boolean alone = first == null || first.kind() != dev.binspect.image.Kind.EXECUTABLE;
    if (cached != null || alone) {
      // The shared cache may have it, or the program that loads this library.
      askedUnknown = true;
    }
    return null;
  }

  /** The first strong definition, else the first weak one; the image's own counts as well. */
  private @Nullable DyldImage weak(DyldImage from, String symbol) {
    DyldImage first = null;
    for (DyldImage image : loaded) {
      effort.spend(1);
      if (!image.known()) {
        askedUnknown = true;
        continue;
      }
      Image file = image.image;
      boolean defines =
          file == null
              || Boolean.TRUE.equals(file.hardening().more().get("weakDefines"))
              || image == from;
      if (!defines) {
        continue;
      }
      probes++;
      MachoTables.Export export = image.export(symbol, effort);
      if (export != null) {
        if (!export.weakDefinition()) {
          return image;
        }
        first = first == null ? image : first;
      }
    }
    return first;
  }

  private @Nullable DyldImage definer(DyldImage library, String symbol) {
    if (!library.known()) { // most look-ups go to the system's libraries
      probes++;
      askedUnknown = true;
      return library;
    }
    return definer(library, symbol, new HashSet<>());
  }

  /** {@return who defines a symbol, starting at a library and going on to what it reexports} */
  private @Nullable DyldImage definer(DyldImage library, String symbol, Set<DyldImage> asked) {
    if (!asked.add(library)) {
      return null;
    }
    if (depth == DEEPEST || effort.exhausted()) {
      askedUnknown = true;
      return null;
    }
    depth++;
    try {
      return definerBelow(library, symbol, asked);
    } finally {
      depth--;
    }
  }

  private @Nullable DyldImage definerBelow(DyldImage library, String symbol, Set<DyldImage> asked) {
    probes++;
    effort.spend(1);
    if (!library.known()) {
      askedUnknown = true;
      return library;
    }
    MachoTables.Export export = library.export(symbol, effort);
    if (export != null) {
      return reexported(library, export, symbol, asked);
    }
    Image image = library.image;
    if (image == null) {
      return stubbed(library, symbol, asked);
    }
    for (int i = 0; i < library.needed.size(); i++) {
      DyldImage next = library.needed.get(i);
      if (next != null && image.needed().get(i).how() == Needed.How.REEXPORT) {
        DyldImage found = definer(next, symbol, asked);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private @Nullable DyldImage reexported(
      DyldImage library, MachoTables.Export export, String symbol, Set<DyldImage> asked) {
    int from = export.reexportFrom();
    if (from == 0) {
      return library;
    }
    DyldImage next = from <= library.needed.size() ? library.needed.get(from - 1) : null;
    String name = export.importName();
    if (next == null) {
      return null;
    }
    // Under another name the same library may be asked once more.
    return definer(
        next, name == null ? symbol : name, name == null ? asked : new HashSet<>(Set.of(library)));
  }

  /** What a stub reexports from other files of the SDK is taken to be there. */
  private @Nullable DyldImage stubbed(DyldImage library, String symbol, Set<DyldImage> asked) {
    TextStub stub = library.stub;
    if (stub == null) {
      return null;
    }
    for (String name : stub.reexported()) {
      if (stub.inlined().containsKey(name)) {
        continue;
      }
      DyldImage next = null;
      for (DyldImage image : loaded) {
        if (image.matches(name)) {
          next = image;
        }
      }
      if (next == null) {
        askedUnknown = true;
      } else {
        DyldImage found = definer(next, symbol, asked);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }
}
