package dev.binspect.rust;

import dev.binspect.image.Door;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where Rust's toolchains keep the libraries that programs need at start: libstd above all. */
public final class Toolchains {
  private static final int MAX_INFO = 1 << 20;
  private static final int MAX_TOOLCHAINS = 64;

  private Toolchains() {}

  /**
   * {@return the toolchain's library folder for the profile's target, or null}
   *
   * <p>First the toolchain that Cargo noted in {@code .rustc_info.json}; if it has not the libstd
   * that is needed (Cargo notes only the last toolchain), any that rustup or the system holds.
   */
  static @Nullable String libraryFolder(CargoFolder folder, @Nullable String neededStd, Door door) {
    String info = folder.triple() != null ? CargoFolder.parent(folder.target()) : folder.target();
    byte[] content = door.content(info + "/.rustc_info.json", MAX_INFO);
    @Nullable String noted = null;
    if (content != null) {
      String text = new String(content, StandardCharsets.UTF_8);
      String triple = folder.triple();
      if (triple == null) {
        triple = between(text, "\\nhost: ", "\\n");
      }
      String sysroot = sysroot(text);
      if (sysroot != null && triple != null) {
        noted = sysroot + "/lib/rustlib/" + triple + "/lib";
        if (neededStd == null || door.isFile(noted + "/" + neededStd)) {
          return noted;
        }
      }
    }
    if (neededStd != null) {
      String other = holding(neededStd, door);
      if (other != null) {
        return other;
      }
    }
    return noted;
  }

  /**
   * {@return a toolchain's library folder that holds the file, or null}
   *
   * @param file name of a library, {@code libstd-<hash>.so}
   * @param build whose toolchain is asked first, or null
   */
  public static @Nullable String holding(String file, @Nullable CargoFolder build, Door door) {
    String own = build == null ? null : libraryFolder(build, file, door);
    return own != null && door.isFile(own + "/" + file) ? own : holding(file, door);
  }

  /** {@return the same of the toolchains that rustup and the system hold} */
  public static @Nullable String holding(String file, Door door) {
    if (file.indexOf('/') >= 0) {
      return null;
    }
    String home = rustupHome();
    int seen = 0;
    for (String toolchain : door.list(home + "/toolchains")) {
      if (seen++ >= MAX_TOOLCHAINS) {
        break;
      }
      String found = inSysroot(home + "/toolchains/" + toolchain, file, door);
      if (found != null) {
        return found;
      }
    }
    for (String root : new String[] {"/usr", "/usr/local"}) {
      String found = inSysroot(root, file, door);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** {@return the libstd files of the toolchains that rustup and the system hold} */
  public static List<String> standardLibraries(Door door) {
    List<String> sysroots = new ArrayList<>();
    String home = rustupHome();
    Set<String> seen = new HashSet<>();
    for (String toolchain : door.list(home + "/toolchains")) {
      if (sysroots.size() < MAX_TOOLCHAINS) {
        sysroots.add(home + "/toolchains/" + toolchain);
      }
    }
    sysroots.add("/usr");
    sysroots.add("/usr/local");
    List<String> files = new ArrayList<>();
    for (String sysroot : sysroots) {
      for (String triple : door.list(sysroot + "/lib/rustlib")) {
        String folder = sysroot + "/lib/rustlib/" + triple + "/lib";
        for (String file : door.list(folder)) {
          boolean std = file.startsWith("libstd-") || file.startsWith("std-");
          boolean shared = file.endsWith(".so") || file.endsWith(".dylib") || file.endsWith(".dll");
          if (std && shared && seen.add(file)) {
            files.add(folder + "/" + file);
          }
        }
      }
    }
    return files;
  }

  private static String rustupHome() {
    String home = System.getenv("RUSTUP_HOME");
    return home != null && !home.isEmpty() ? home : System.getProperty("user.home") + "/.rustup";
  }

  private static @Nullable String inSysroot(String sysroot, String file, Door door) {
    String rustlib = sysroot + "/lib/rustlib";
    int seen = 0;
    for (String triple : door.list(rustlib)) {
      if (seen++ >= MAX_TOOLCHAINS) {
        break;
      }
      String folder = rustlib + "/" + triple + "/lib";
      if (door.isFile(folder + "/" + file)) {
        return folder;
      }
    }
    return null;
  }

  /** rustc's answer to {@code --print=sysroot} stands on a line of its own among its file names. */
  private static @Nullable String sysroot(String info) {
    int at = 0;
    while (true) {
      at = info.indexOf("\\n/", at);
      if (at < 0) {
        return null;
      }
      int end = info.indexOf("\\n", at + 2);
      int quote = info.indexOf('"', at);
      if (end > 0 && (quote < 0 || end < quote)) {
        return info.substring(at + 2, end);
      }
      at += 2;
    }
  }

  private static @Nullable String between(String text, String before, String behind) {
    int from = text.indexOf(before);
    int to = from < 0 ? -1 : text.indexOf(behind, from + before.length());
    return to < 0 ? null : text.substring(from + before.length(), to);
  }
}
