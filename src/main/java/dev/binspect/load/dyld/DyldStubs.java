package dev.binspect.load.dyld;

import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.MachoTables;
import dev.binspect.load.FoundBy;
import dev.binspect.load.Root;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text stubs of an SDK, by the paths of the libraries that they stand for. */
final class DyldStubs {
  private static final int STUB_LIMIT = 64 << 20;

  private final Image program;
  private final Root root;
  private final Door door;

  /** Stubs that stood in the file of another library, by install name. */
  private final Map<String, TextStub> inlined = new HashMap<>();

  DyldStubs(Image program, Root root, Door door) {
    this.program = program;
    this.root = root;
    this.door = door;
  }

  /** An SDK has text stubs where a system has libraries. */
  DyldSearch.@Nullable Found find(String guest, FoundBy by) {
    if (!root.moved()) {
      return null;
    }
    TextStub known = inlined.get(guest);
    if (known != null) {
      return new DyldSearch.Found(
          guest, false, guest, null, known, DyldSearch.inSharedCache(guest) ? FoundBy.SYSTEM : by);
    }
    for (String candidate : stubPaths(guest)) {
      byte[] content = door.content(root.host(candidate), STUB_LIMIT);
      TextStub stub = content == null ? null : read(content);
      if (stub != null && (candidate.equals(stubPath(guest)) || stub.installName().equals(guest))) {
        inlined.putAll(stub.inlined());
        return new DyldSearch.Found(
            guest,
            false,
            root.host(candidate),
            null,
            stub,
            DyldSearch.inSharedCache(guest) ? FoundBy.SYSTEM : by);
      }
    }
    return null;
  }

  private @Nullable TextStub read(byte[] content) {
    String platform = program.tables() instanceof MachoTables tables ? tables.platform() : null;
    return TextStubReader.read(content, program.machine(), platform);
  }

  private static String stubPath(String guest) {
    return (guest.endsWith(".dylib") ? guest.substring(0, guest.length() - 6) : guest) + ".tbd";
  }

  /** The stub of that path, or of the name without its version that linkers are given. */
  private static List<String> stubPaths(String guest) {
    String own = stubPath(guest);
    int slash = guest.lastIndexOf('/');
    String leaf = guest.substring(slash + 1);
    int versions = guest.indexOf(".framework/Versions/");
    if (versions >= 0) {
      return List.of(own, guest.substring(0, versions + 11) + leaf + ".tbd");
    }
    int dot = leaf.indexOf('.');
    return dot <= 0 || !leaf.endsWith(".dylib")
        ? List.of(own)
        : List.of(own, guest.substring(0, slash + 1) + leaf.substring(0, dot) + ".tbd");
  }
}
