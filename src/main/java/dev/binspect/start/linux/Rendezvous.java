package dev.binspect.start.linux;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.Symbols;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a loader meets its debugger: the function it calls at each change of its list of objects
 * (SVR4's r_brk), and the structure that tells what changed (r_debug in {@code <link.h>}).
 *
 * @param function address of the function, relative to the loader's base
 * @param debug address of r_debug or of a pointer to it, relative to the loader's base; 0 where the
 *     loader exports neither
 * @param pointer whether {@code debug} is the pointer's address
 */
record Rendezvous(long function, long debug, boolean pointer) {
  private static final byte[] FUNCTION = "_dl_debug_state".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DEBUG = "_r_debug".getBytes(StandardCharsets.US_ASCII);

  /** musl's. */
  private static final byte[] ADDRESS = "_dl_debug_addr".getBytes(StandardCharsets.US_ASCII);

  /** {@return whether the loader calls only when all is done, as musl's does} */
  boolean onceOnly() {
    return pointer || debug == 0;
  }

  /** {@return a loader's, or null where it has none or cannot be read} */
  static @Nullable Rendezvous of(String loader, Door door) {
    try {
      for (Image image : door.images(loader)) {
        if (image.tables() instanceof ElfTables tables) {
          return of(tables.symbols());
        }
      }
    } catch (IOException | MalformedException e) {
      return null; // phases stay unknown, the rest is measured all the same
    }
    return null;
  }

  static @Nullable Rendezvous of(Symbols symbols) {
    long function = 0;
    long debug = 0;
    long pointer = 0;
    for (int i = 0; i < symbols.count(); i++) {
      if (!symbols.defined(i)) {
        continue;
      }
      if (symbols.named(i, FUNCTION)) {
        function = symbols.value(i);
      } else if (symbols.named(i, DEBUG)) {
        debug = symbols.value(i);
      } else if (symbols.named(i, ADDRESS)) {
        pointer = symbols.value(i);
      }
    }
    if (function == 0) {
      return null;
    }
    return debug != 0
        ? new Rendezvous(function, debug, false)
        : new Rendezvous(function, pointer, true);
  }
}
