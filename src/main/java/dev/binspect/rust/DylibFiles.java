package dev.binspect.rust;

import dev.binspect.bytes.MalformedException;
import dev.binspect.image.Attachments;
import dev.binspect.image.Door;
import dev.binspect.image.ElfTables;
import dev.binspect.image.Image;
import dev.binspect.image.LoaderTables;
import dev.binspect.image.MachoTables;
import dev.binspect.image.PeTables;
import dev.binspect.image.Symbols;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shared libraries in Cargo's folders, and what kind of thing each is. */
public final class DylibFiles {
  private static final byte[] METADATA = "rust_metadata_".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PROC_MACRO =
      "__rustc_proc_macro_decls_".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_DEPENDENCY_INFO = 1 << 22;

  private DylibFiles() {}

  /** What a shared library is to rustc. */
  public enum Kind {
    /**
     * {@code crate-type = ["dylib"]}: carries metadata, other crates can be compiled against it.
     */
    DYLIB,
    /** Loaded by the compiler. */
    PROC_MACRO,
    /** {@code cdylib}, or no Rust at all. */
    OTHER
  }

  /** {@return the kind by what the library exports} */
  public static Kind kind(String file, Door door) {
    try {
      List<Image> images = door.images(file);
      return images.isEmpty() ? Kind.OTHER : kind(images.get(0));
    } catch (IOException | MalformedException e) {
      return Kind.OTHER;
    }
  }

  /** {@return the kind by what the library exports: found out once} */
  public static Kind kind(Image image) {
    Attachments kept = Attachments.of(image);
    Kind known = kept.attachment(Kind.class);
    if (known == null) {
      known = exported(image);
      kept.attach(known);
    }
    return known;
  }

  private static Kind exported(Image image) {
    LoaderTables tables = image.tables();
    boolean metadata = false;
    // No switch over the types: it links a method handle, which costs a start 30 ms.
    if (tables instanceof ElfTables elf) {
      Symbols symbols = elf.symbols();
      byte[] strings = symbols.strings();
      for (int i = 0; i < symbols.count(); i++) {
        int at = symbols.nameOffset(i);
        // Both names have an r among their first three letters, and few others have.
        if (at + 3 < strings.length
            && (strings[at] == 'r' || strings[at + 2] == 'r')
            && symbols.defined(i)) {
          if (startsWith(strings, at, PROC_MACRO)) {
            return Kind.PROC_MACRO;
          }
          metadata |= startsWith(strings, at, METADATA);
        }
      }
    } else if (tables instanceof MachoTables macho) {
      for (MachoTables.Export export : macho.exports()) {
        if (export.name().startsWith("___rustc_proc_macro_decls_")) {
          return Kind.PROC_MACRO;
        }
        metadata |= export.name().startsWith("_rust_metadata_");
      }
    } else if (tables instanceof PeTables pe) {
      for (PeTables.Export export : pe.exports()) {
        String name = export.name();
        if (name != null && name.startsWith("__rustc_proc_macro_decls_")) {
          return Kind.PROC_MACRO;
        }
        metadata |= name != null && name.startsWith("rust_metadata_");
      }
    }
    return metadata ? Kind.DYLIB : Kind.OTHER;
  }

  private static boolean startsWith(byte[] strings, int at, byte[] prefix) {
    if (at < 0 || at > strings.length - prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (strings[at + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** {@return the unit's shared library that carries its hash, or null} */
  static @Nullable String hashed(CargoFolder folder, String target, String hash, Door door) {
    String stem = target.replace('-', '_') + "-" + hash;
    return inFolders(folder, stem, hash, door);
  }

  /**
   * {@return the unit's shared library if it is a dylib, or null}
   *
   * <p>A path dependency's stands in {@code deps} without a hash, a registry crate's with one. One
   * without may be another unit's, too: of the same package, built as a dylib for once ({@code
   * cargo rustc --crate-type dylib}), while this one is an rlib.
   */
  public static @Nullable String dylib(CargoFolder folder, CargoUnits.Unit unit, Door door) {
    String crate = unit.target().replace('-', '_');
    String file = hashed(folder, unit.target(), unit.hash(), door);
    if (file == null && !rlibAlone(folder, crate, unit.hash(), door)) {
      file = inFolders(folder, crate, unit.hash(), door);
    }
    return file != null && kind(file, door) == Kind.DYLIB ? file : null;
  }

  /** {@return whether rustc wrote that it made an rlib of the unit, and no shared library} */
  private static boolean rlibAlone(CargoFolder folder, String crate, String hash, Door door) {
    byte[] info =
        door.content(folder.build() + "/deps/" + crate + "-" + hash + ".d", MAX_DEPENDENCY_INFO);
    if (info == null) {
      return false;
    }
    String text = new String(info, StandardCharsets.UTF_8);
    return text.contains("/lib" + crate + "-" + hash + ".rlib:")
        && !text.contains(".so:")
        && !text.contains(".dylib:")
        && !text.contains(".dll:");
  }

  /**
   * {@return a dylib that Cargo finished beside a program of which nothing else of its build is
   * there, or null}
   *
   * <p>The environment may have moved the build folder (CARGO_BUILD_BUILD_DIR): what stays are the
   * finished files, and the sources that went into each.
   *
   * @param program its path, absolute
   */
  public static @Nullable String besideFinished(String program, Door door) {
    if (CargoConfig.sources(program, door) == null) {
      return null;
    }
    String folder = CargoFolder.parent(program);
    if (CargoFolder.name(folder).equals("examples")) {
      folder = CargoFolder.parent(folder);
    }
    for (String name : door.list(folder)) {
      if (name.endsWith(".so") || name.endsWith(".dylib") || name.endsWith(".dll")) {
        String file = folder + "/" + name;
        if (door.isFile(file) && kind(file, door) == Kind.DYLIB) {
          return file;
        }
      }
    }
    return null;
  }

  /**
   * {@return whether the dependency information says that a shared library was made, which is gone:
   * one that is there tells itself what it is, and may be a cdylib}
   */
  public static boolean wasDylib(CargoFolder folder, CargoUnits.Unit unit, Door door) {
    String crate = unit.target().replace('-', '_');
    if (hashed(folder, unit.target(), unit.hash(), door) != null
        || inFolders(folder, crate, unit.hash(), door) != null) {
      return false;
    }
    byte[] info = door.content(folder.build() + "/deps/" + crate + ".d", MAX_DEPENDENCY_INFO);
    if (info == null) {
      info = dependencyInfo(folder, crate + "-" + unit.hash(), door);
    }
    return info != null
        && new String(info, StandardCharsets.UTF_8).contains("/lib" + crate + ".so:");
  }

  /** {@return the unit's rlib, or null} */
  public static @Nullable String rlib(CargoFolder folder, CargoUnits.Unit unit, Door door) {
    String crate = unit.target().replace('-', '_');
    for (String in :
        new String[] {folder.build() + "/deps", newLayout(folder, unit.hash(), door)}) {
      for (String stem : new String[] {crate, crate + "-" + unit.hash()}) {
        String path = in + "/lib" + stem + ".rlib";
        if (in != null && door.isFile(path)) {
          return path;
        }
      }
    }
    return null;
  }

  /**
   * {@return what rustc wrote about a unit's files and sources, or null}
   *
   * @param unit as its files are called, {@code app-8ca5555b4577849b}
   */
  static byte @Nullable [] dependencyInfo(CargoFolder folder, String unit, Door door) {
    byte[] info = door.content(folder.build() + "/deps/" + unit + ".d", MAX_DEPENDENCY_INFO);
    if (info == null) {
      info = door.content(folder.build() + "/examples/" + unit + ".d", MAX_DEPENDENCY_INFO);
    }
    int dash = unit.lastIndexOf('-');
    String out =
        info != null || dash < 0 ? null : newLayout(folder, unit.substring(dash + 1), door);
    if (out == null) {
      return info;
    }
    info = door.content(out + "/" + unit.substring(0, dash) + ".d", MAX_DEPENDENCY_INFO);
    return info != null ? info : door.content(out + "/" + unit + ".d", MAX_DEPENDENCY_INFO);
  }

  private static @Nullable String inFolders(
      CargoFolder folder, String stem, String hash, Door door) {
    String[] folders = {folder.build() + "/deps", newLayout(folder, hash, door)};
    for (String in : folders) {
      if (in == null) {
        continue;
      }
      for (String path :
          new String[] {
            in + "/lib" + stem + ".so", in + "/lib" + stem + ".dylib", in + "/" + stem + ".dll"
          }) {
        if (door.isFile(path)) {
          return path;
        }
      }
    }
    return null;
  }

  private static @Nullable String newLayout(CargoFolder folder, String hash, Door door) {
    if (door.isFolder(folder.build() + "/.fingerprint")) {
      return null;
    }
    for (String packageName : door.list(folder.build() + "/build")) {
      String out = folder.build() + "/build/" + packageName + "/" + hash + "/out";
      if (door.isFolder(out)) {
        return out;
      }
    }
    return null;
  }
}
