package dev.binspect.linkage;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Door;
import dev.binspect.image.Image;
import dev.binspect.image.Needed;
import dev.binspect.load.LoadPlan;
import dev.binspect.rust.RustSymbols;
import dev.binspect.rust.Toolchains;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the program asks for and none of the libraries at hand defines: it is left for those that
 * are missing.
 *
 * @param names without a version, those that Rust's libstd defines left out; what is left of the
 *     standard library's are instances of its generics that a dylib has made
 * @param standard how many names of the standard library's are left where libstd is not at hand
 */
record Unbound(List<String> names, int standard) {

  static Unbound of(Program program, Search search) {
    List<String> names = new ArrayList<>();
    @Nullable Offered std = null;
    boolean sought = false;
    int standard = 0;
    for (LoadPlan.Undefined one : search.plainPlan().undefined()) {
      if (!one.requiredBy().equals(program.path()) || !one.version().isEmpty()) {
        continue;
      }
      byte[] name = one.symbol().getBytes(StandardCharsets.UTF_8);
      if (!ofTheStandardLibrary(name)) {
        names.add(one.symbol());
        continue;
      }
      if (!sought) {
        sought = true;
        std = standardLibrary(program);
      }
      if (std == null) {
        standard++;
      } else if (RustSymbols.isRust(name, 0, name.length) && !std.offersAny(name, 0, name.length)) {
        names.add(one.symbol());
      }
    }
    return new Unbound(names, standard);
  }

  private static boolean ofTheStandardLibrary(byte[] name) {
    if (!RustSymbols.isRust(name, 0, name.length)) {
      return Offered.isToolchain(name, 0, name.length);
    }
    String crate = RustSymbols.text(name, RustSymbols.crate(name, 0, name.length));
    // An impl of a standard trait for a built-in type has no crate.
    return crate == null || RustSymbols.isStandard(crate);
  }

  /** {@return the libstd that the program needs, from whichever toolchain has it, or null} */
  private static @Nullable Offered standardLibrary(Program program) {
    Door door = program.door();
    for (Needed needed : program.image().needed()) {
      String folder =
          LibraryName.isStd(needed.name()) ? Toolchains.holding(needed.name(), door) : null;
      if (folder == null) {
        continue;
      }
      try {
        List<Image> images = door.images(folder + "/" + needed.name());
        return images.isEmpty() ? null : Offered.of(images.get(0));
      } catch (IOException | MalformedException e) {
        return null;
      }
    }
    return null;
  }
}
