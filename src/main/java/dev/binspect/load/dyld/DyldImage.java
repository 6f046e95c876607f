package dev.binspect.load.dyld;

import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.load.Counters;
import dev.binspect.load.FoundBy;
import dev.binspect.load.LoadedObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An image of a dyld closure on its way to a {@link LoadedObject}. */
final class DyldImage {
  final String name;

  /** Where it is opened. */
  final String path;

  /** As dyld sees it; the same as {@link #path} unless another root is set. */
  final String guest;

  /** Whether {@link #guest} is a path of the host though another root is set. */
  final boolean outside;

  final @Nullable String requiredBy;
  final FoundBy foundBy;
  final int depth;
  final @Nullable Image image;
  final @Nullable MachoTables tables;
  final @Nullable Object identity;

  /** What an SDK's stub says of it. */
  final @Nullable TextStub stub;

  /** By the library's ordinal less one; null where a weak one is absent. */
  final List<@Nullable DyldImage> needed = new ArrayList<>();

  long lookups;
  long probes;
  final Map<DyldImage, long[]> answered = new HashMap<>();

  DyldImage(
      String name,
      DyldSearch.Found found,
      @Nullable String requiredBy,
      int depth,
      @Nullable Object identity) {
    this.name = name;
    this.path = found.path();
    this.guest = found.guest();
    this.outside = found.outside();
    this.requiredBy = requiredBy;
    this.foundBy = found.foundBy();
    this.depth = depth;
    this.image = found.image();
    this.stub = found.stub();
    this.identity = identity;
    this.tables = image != null && image.tables() instanceof MachoTables macho ? macho : null;
  }

  /** {@return whether what it exports is known} */
  boolean known() {
    Image read = image;
    return stub != null || (tables != null && read != null && read.exports() >= 0);
  }

  /** {@return whether it is there under such a path or install name} */
  boolean matches(String wanted) {
    Image read = image;
    return wanted.equals(guest)
        || wanted.equals(path)
        || (read != null && wanted.equals(read.name()));
  }

  /** {@return the export of a name, or null} */
  MachoTables.@Nullable Export export(String symbol, MachoTables.Effort effort) {
    TextStub text = stub;
    if (text != null) {
      return text.exports(symbol) ? new MachoTables.Export(symbol, false, 0, null) : null;
    }
    MachoTables macho = tables;
    return macho == null ? null : macho.exports().find(symbol, effort);
  }

  LoadedObject toLoadedObject(boolean bound) {
    Image read = image;
    boolean counted = bound && tables != null && read != null && read.imports() != null;
    return new LoadedObject(
        name,
        path,
        requiredBy,
        foundBy,
        depth,
        read,
        counted ? lookups : Counters.UNKNOWN,
        counted ? 0 : Counters.UNKNOWN,
        counted ? probes : Counters.UNKNOWN,
        counted ? 0 : Counters.UNKNOWN,
        read == null || read.relocations() == null ? Counters.UNKNOWN : read.relocations().pages());
  }
}
