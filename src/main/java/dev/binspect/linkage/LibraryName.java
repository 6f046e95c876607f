package dev.binspect.linkage;

import java.util.Locale;

/**
 * What a library is called, whoever writes it: {@code serde_dylib}, {@code serde-dylib}, {@code
 * libserde_dylib.so}, {@code libserde_dylib-1f2e3d4c5b6a7988.so}, {@code serde_dylib.dll} and
 * {@code /build/libserde_dylib.dylib} all have the key {@code serde_dylib}.
 */
public final class LibraryName {
  private static final int HASH_DIGITS = 16;

  private LibraryName() {}

  /** {@return what all spellings of a library's name have in common} */
  public static String key(String spelling) {
    String name = spelling;
    int slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
    name = name.substring(slash + 1).toLowerCase(Locale.ROOT);
    int so = name.indexOf(".so");
    while (so >= 0 && so + 3 < name.length() && name.charAt(so + 3) != '.') {
      so = name.indexOf(".so", so + 1);
    }
    boolean versioned = false;
    if (so > 0) {
      name = name.substring(0, so);
    } else if (name.endsWith(".dylib")) {
      name = name.substring(0, name.length() - 6);
      versioned = true;
    } else if (name.endsWith(".tbd")) {
      name = name.substring(0, name.length() - 4);
      versioned = true;
    } else if (name.endsWith(".dll") || name.endsWith(".lib") || name.endsWith(".exe")) {
      name = name.substring(0, name.length() - 4);
    } else if (name.endsWith(".a")) {
      name = name.substring(0, name.length() - 2);
    } else if (name.endsWith(".rlib")) {
      name = name.substring(0, name.length() - 5);
    }
    // libssl.3.dylib, libSystem.B.dylib: the version stands before the ending.
    while (versioned && name.lastIndexOf('.') > 0 && version(name, name.lastIndexOf('.') + 1)) {
      name = name.substring(0, name.lastIndexOf('.'));
    }
    if (name.startsWith("lib") && name.length() > 3) {
      name = name.substring(3);
    }
    int dash = name.lastIndexOf('-');
    if (dash > 0 && hash(name, dash + 1)) {
      name = name.substring(0, dash);
    }
    return name.replace('-', '_');
  }

  /**
   * {@return the name that a linker finds the library under: {@code X11} of {@code libX11.so.6}}
   */
  static String forLinker(String spelling) {
    String name = spelling.substring(spelling.lastIndexOf('/') + 1);
    String key = key(name);
    int at = name.startsWith("lib") && name.length() > 3 ? 3 : 0;
    return name.length() - at < key.length() ? key : name.substring(at, at + key.length());
  }

  /** {@return whether two spellings name the same library} */
  public static boolean same(String one, String other) {
    return key(one).equals(key(other));
  }

  /**
   * {@return whether a library of the system's is called as the key says and a number: {@code
   * libpng16.so.16} and {@code libglib-2.0.so.0} are {@code png} and {@code glib}}
   *
   * <p>Rust's dylibs, which bear no version behind {@code .so}, never are: two crates may be called
   * {@code delta} and {@code delta2}.
   */
  static boolean isNumbered(String library, String key) {
    if (!library.contains(".so.")) {
      return false;
    }
    String own = key(library);
    int at = key.length();
    if (own.length() <= at || !own.startsWith(key)) {
      return false;
    }
    if (own.charAt(at) == '_') {
      at++;
    }
    boolean digit = false;
    for (int i = at; i < own.length(); i++) {
      char c = own.charAt(i);
      if (c == '.' ? !digit : c < '0' || c > '9') {
        return false;
      }
      digit = c != '.';
    }
    return digit;
  }

  private static boolean version(String name, int from) {
    if (name.length() - from == 1) {
      return true;
    }
    for (int i = from; i < name.length(); i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return false;
      }
    }
    return from < name.length();
  }

  private static boolean hash(String name, int from) {
    if (name.length() - from != HASH_DIGITS) {
      return false;
    }
    for (int i = from; i < name.length(); i++) {
      if (Character.digit(name.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@return whether a library belongs to the language's or the system's own runtime: nobody means
   * these when he asks whether his dylib was used}
   *
   * <p>glibc's libraries bear a version behind {@code .so}: what is called {@code libutil.so} is
   * somebody's crate.
   */
  public static boolean isRuntime(String spelling) {
    String key = key(spelling);
    return switch (key) {
      case "rt",
          "util",
          "resolv",
          "nsl",
          "anl",
          "crypt",
          "atomic",
          "unwind",
          "system",
          "objc",
          "iconv" ->
          !spelling.endsWith("lib" + key + ".so");
      case "c",
          "m",
          "dl",
          "pthread",
          "gcc_s",
          "gcc",
          "stdc++",
          "c++",
          "c++abi",
          "supc++",
          "compiler_rt",
          "std",
          "test",
          "system.b",
          "objc.a",
          "kernel32",
          "ntdll",
          "ucrtbase",
          "msvcrt",
          "vcruntime140",
          "vcruntime140_1",
          "msvcp140",
          "advapi32",
          "user32",
          "ws2_32",
          "userenv",
          "bcrypt",
          "bcryptprimitives",
          "synchronization",
          "winpthread_1",
          "gcc_s_seh_1",
          "stdc++_6" ->
          true;
      default ->
          key.startsWith("api_ms_win_")
              || key.startsWith("ext_ms_")
              || key.startsWith("ld_linux")
              || key.startsWith("ld64.")
              || key.startsWith("ld_musl")
              || key.startsWith("c.musl");
    };
  }

  /**
   * {@return whether it is the Rust compiler's own library: what it is made of is another build of
   * crates that a tool beside it may hold too, and nobody's mistake}
   */
  public static boolean isCompiler(String spelling) {
    return key(spelling).equals("rustc_driver");
  }

  /** {@return whether it is Rust's standard library as a dylib} */
  public static boolean isStd(String spelling) {
    String key = key(spelling);
    return key.equals("std") || key.equals("test");
  }
}
